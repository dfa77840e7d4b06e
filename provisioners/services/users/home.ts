import type { Change, ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { SBIN } from './names.ts'

export interface LinkedCommand {
  readonly name: string
  readonly target: string
}

/**
 * The home of a user. The home of a restricted user belongs to root, so that the user cannot add commands: its bin has
 * only the linked commands.
 */
export interface Home extends ResourceBase {
  readonly type: 'x-home'
  readonly name: string
  readonly path: string
  readonly restricted: boolean
  readonly links: readonly LinkedCommand[]
}

const MODE = '0750'

/** A login shell reads these instead of .profile, so old ones of the user would undo the restriction. */
const STALE = ['.bash_profile', '.bash_login'] as const

const binOf = (h: Home): string => `${h.path}/bin`

function probe(h: Home): string {
  const main = sh`emit main "$(id -gn ${h.name} 2>/dev/null || :)"`
  if (!h.restricted) return main
  return [
    SBIN,
    main,
    sh`cd ${h.path} 2>/dev/null || exit 0`,
    ...STALE.map((name) => sh`if [ -e ${name} ] || [ -L ${name} ]; then stale="\${stale:-} "${name}; fi`),
    'emit stale "${stale:-}"',
    ...h.links.map(({ target }) => sh`[ -x ${target} ] || missing="\${missing:-} "${target}`),
    'emit missing "${missing:-}"',
    'if [ -L bin ] || [ ! -d bin ]; then exit 0; fi',
    'emit bin "$(stat -c "%U %a" bin)"',
    'cd bin || exit 1',
    'for f in .[!.]* ..?* *; do',
    '  if [ -L "$f" ]; then list="${list:-}$f -> $(readlink "$f")$nl"; elif [ -e "$f" ]; then list="${list:-}$f$nl"; fi',
    'done',
    'emit list "${list:-}"',
  ].join('\n')
}

function diff(h: Home, state: State): Change | undefined {
  const owner = h.restricted ? 'root' : h.name
  if (state.kind === undefined) return { action: 'create', reason: 'not there' }
  const changes = [
    ...(state.owner === owner ? [] : [`owner ${state.owner} → ${owner}`]),
    ...(state.group === state.main ? [] : [`group ${state.group} → ${state.main}`]),
    ...(h.restricted ? restriction(h, state) : []),
  ]
  return changes.length > 0 ? { action: 'update', reason: changes.join(', ') } : undefined
}

function restriction(h: Home, state: State): string[] {
  const wanted = h.links.map(({ name, target }) => `${name} -> ${target}`)
  const found = (state.list ?? '').split('\n').filter((line) => line !== '')
  const stale = (state.stale ?? '').trim()
  return [
    ...(state.mode === MODE ? [] : [`mode ${state.mode} → ${MODE}`]),
    ...(stale === '' ? [] : [`remove ${stale}`]),
    ...(state.bin === 'root 750' ? [] : ['bin of its own']),
    ...wanted.filter((line) => !found.includes(line)).map((line) => `link ${line}`),
    ...found.filter((line) => !wanted.includes(line)).map((line) => `unlink ${line}`),
  ]
}

function apply(h: Home): string {
  const lines = [
    sh`if [ -L ${h.path} ] || { [ -e ${h.path} ] && [ ! -d ${h.path} ]; }; then`,
    sh`  howdah_die ${`${h.path}: it exists, but is not a directory`}`,
    'fi',
    sh`main=$(id -gn ${h.name})`,
    sh`[ -d ${h.path} ] || { mkdir -p ${parentOf(h.path)}; mkdir -m 0700 ${h.path}; }`,
  ]
  return [...lines, ...(h.restricted ? restrict(h) : release(h))].join('\n')
}

/** The home first: when it belongs to root, nobody else can change its contents during the next steps. */
function restrict(h: Home): string[] {
  const bin = binOf(h)
  return [
    sh`chown "root:$main" ${h.path}`,
    sh`chmod ${MODE} ${h.path}`,
    sh`rm -rf ${STALE.map((name) => `${h.path}/${name}`)}`,
    // The old bin of the user is moved aside. A restricted shell runs no command with a slash, so nothing in it can be
    // run.
    sh`if [ -e ${bin} ] || [ -L ${bin} ]; then`,
    sh`  if [ -L ${bin} ] || [ ! -d ${bin} ] || [ "$(stat -c %U ${bin})" != root ]; then mv -T ${bin} ${`${bin}.before`}."$(date +%s)"; fi`,
    'fi',
    sh`[ -d ${bin} ] || mkdir -m 0700 ${bin}`,
    sh`chown "root:$main" ${bin}`,
    sh`find ${bin} -mindepth 1 -maxdepth 1 ${h.links.flatMap(({ name }) => ['!', '-name', name])} -exec rm -rf {} +`,
    ...h.links.map(({ name, target }) => sh`ln -sfnT ${target} ${`${bin}/${name}`}`),
    sh`chmod ${MODE} ${bin}`,
  ]
}

function release(h: Home): string[] {
  const bin = binOf(h)
  return [
    sh`if [ -d ${bin} ] && [ ! -L ${bin} ] && [ "$(stat -c %U ${bin})" = root ]; then chown -h ${h.name}:"$main" ${bin}; fi`,
    sh`chown ${h.name}:"$main" ${h.path}`,
  ]
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

export const homeType: ResourceType<Home> = {
  type: 'x-home',
  title: (h) => (h.restricted ? `${h.path} (restricted)` : h.path),
  paths: (h) => [{ path: h.path }],
  probe,
  refusals: (h, state) =>
    state.kind === undefined || state.kind === 'directory'
      ? []
      : [
          {
            message: `${h.path} must be a directory, but a ${state.kind} has this name`,
            found: state.kind,
            next: `check it and move it elsewhere: ls -ld ${h.path}`,
          },
        ],
  warning: (h, state) => {
    const missing = (state.missing ?? '').trim()
    return missing === '' ? undefined : `${missing}, linked for ${h.name}, cannot be run on this host`
  },
  diff,
  apply,
}
