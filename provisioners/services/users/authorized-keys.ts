import { isFault, keyLine, type PublicKey, parsePublicKey } from '../../config/resolve/public-key.ts'
import { heredoc, placeFile, writeText } from '../../engine/fragments.ts'
import type { Change, ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { raw, sh } from '../../shell.ts'
import { AS_USER, SBIN } from './names.ts'

/** The keys that a user logs in with: ~/.ssh/authorized_keys, and authorized_keys2 if this host's sshd reads it. */
export interface AuthorizedKeys extends ResourceBase {
  readonly type: 'x-authorized-keys'
  readonly name: string
  readonly home: string
  readonly restricted: boolean
  /** Lines of the file. */
  readonly keys: readonly string[]
  /** Why keys that are only on the host stay; absent: they are removed. */
  readonly keep?: string
}

const HEADER =
  '# Kept by Howdah from cluster.yml: keys that you add here are removed again (`howdah users plan` shows it).'

/** The options of a restricted user's keys: a terminal, but no forwarding and no ~/.ssh/rc. */
const RESTRICTION = 'restrict,pty'

/** Sets `reads` to the files that sshd reads for this user, from its effective configuration. */
const sshdReads = (name: string): string =>
  [
    SBIN,
    sh`reads=$(sshd -T -C ${`user=${name},host=localhost,addr=127.0.0.1`} 2>/dev/null | sed -n 's/^authorizedkeysfile //p') || :`,
  ].join('\n')

const FILES = ['authorized_keys', 'authorized_keys2'] as const

function probe(k: AuthorizedKeys): string {
  const dir = `${k.home}/.ssh`
  return [
    sshdReads(k.name),
    'emit reads "$reads"',
    sh`stat -c 'dir=%F|%U|%a' ${dir} 2>/dev/null || exit 0`,
    sh`if [ -L ${dir} ]; then exit 0; fi`,
    ...FILES.flatMap((file) => [
      sh`f=${`${dir}/${file}`}`,
      'if [ -f "$f" ] && [ ! -L "$f" ] && [ "$(stat -c %s "$f")" -le 1048576 ]; then',
      sh`  emit ${file} "$(stat -c '%U|%a' "$f")"`,
      sh`  emit ${`${file}.text`} "$(cat "$f")"`,
      'elif [ -e "$f" ] || [ -L "$f" ]; then',
      sh`  emit ${file} other`,
      'fi',
    ]),
  ].join('\n')
}

/** The files to write. If sshd did not report its files, the second one only if it exists. */
export function filesOf(state: State): readonly string[] {
  const words = (state.reads ?? '').split(' ')
  const second =
    state.reads === '' ? state.authorized_keys2 !== undefined : words.some(isIn('authorized_keys2'))
  return second ? FILES : [FILES[0]]
}

const isIn = (file: string) => (word: string) => word.endsWith(`.ssh/${file}`)

const linesOf = (text: string | undefined): string[] =>
  (text ?? '').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))

/** Keys that are on the host and not in cluster.yml. */
function extraKeys(k: AuthorizedKeys, state: State): PublicKey[] {
  const known = new Set(k.keys.map(blobOf))
  const found = FILES.flatMap((file) => linesOf(state[`${file}.text`])).map(parsePublicKey)
  const extra = new Map<string, PublicKey>()
  for (const key of found) if (!isFault(key) && !known.has(key.blob)) extra.set(key.blob, key)
  return [...extra.values()]
}

function blobOf(line: string): string {
  const key = parsePublicKey(line)
  return isFault(key) ? line : key.blob
}

/** The line of a key with the restriction in front, but not twice. */
function restricted(line: string): string {
  const key = parsePublicKey(line)
  if (isFault(key) || key.options.startsWith(RESTRICTION)) return line
  return keyLine({ ...key, options: [RESTRICTION, key.options].filter((part) => part !== '').join(',') })
}

/** The whole desired text, given the state of the host. */
export function wantedKeys(k: AuthorizedKeys, state: State): string {
  const kept = k.keep === undefined ? [] : extraKeys(k, state).map(keyLine)
  const lines = [...k.keys, ...kept].map((line) => (k.restricted ? restricted(line) : line))
  return `${[HEADER, ...lines].join('\n')}\n`
}

const owned = (k: AuthorizedKeys) =>
  k.restricted ? { owner: 'root', dir: '750', file: '640' } : { owner: k.name, dir: '700', file: '600' }

function diff(k: AuthorizedKeys, state: State): Change | undefined {
  const content = wantedKeys(k, state)
  const { owner, dir, file } = owned(k)
  const before = withEnd(state['authorized_keys.text'])
  const changes = [
    ...(state.dir === `directory|${owner}|${dir}` ? [] : ['~/.ssh']),
    ...filesOf(state).flatMap((name) => {
      if (state[name] === undefined) return [`${name} is not there`]
      if (withEnd(state[`${name}.text`]) !== content) return [name]
      return state[name] === `${owner}|${file}` ? [] : [`owner and mode of ${name}`]
    }),
  ]
  if (changes.length === 0) return undefined
  const action = state.authorized_keys === undefined ? 'create' : 'update'
  return { action, reason: changes.join(', '), before, content }
}

const withEnd = (text: string | undefined): string => (text === undefined || text === '' ? '' : `${text}\n`)

function refusals(k: AuthorizedKeys, state: State) {
  const dir = state.dir?.split('|')[0]
  const wrong = [
    ...(dir === undefined || dir === 'directory' ? [] : [`${k.home}/.ssh`]),
    ...FILES.filter((file) => state[file] === 'other').map((file) => `${k.home}/.ssh/${file}`),
  ]
  return wrong.map((path) => ({
    message: `${path} is neither a directory nor a regular file, and Howdah does not change it`,
    found: 'a link, or something else',
    next: `check it and move it elsewhere: ls -ld ${path}`,
  }))
}

function warning(k: AuthorizedKeys, state: State): string | undefined {
  const { reads } = state
  if (reads !== undefined && reads !== '' && !reads.split(' ').some(isIn('authorized_keys'))) {
    return `sshd reads the keys of ${k.name} from ${reads}, and not from ~/.ssh/authorized_keys`
  }
  const extra = k.keep === undefined ? [] : extraKeys(k, state)
  if (extra.length === 0) return undefined
  const shown = extra.map(({ fingerprint, comment }) =>
    comment === '' ? fingerprint : `${fingerprint} (${comment})`,
  )
  return `${k.name} keeps ${shown.join(', ')}, which cluster.yml does not have: ${k.keep}`
}

function apply(k: AuthorizedKeys, change: Change): string {
  const content = change.content ?? (k.keep === undefined ? wantedKeys(k, {}) : undefined)
  if (content === undefined) return sh`howdah_die ${`the keys of ${k.name} could not be read: plan again`}`
  const dir = `${k.home}/.ssh`
  const second = sh`case " $reads " in *'.ssh/authorized_keys2 '*) second=yes ;; '  ') if [ -e ${`${dir}/authorized_keys2`} ]; then second=yes; else second=no; fi ;; *) second=no ;; esac`
  return [
    sshdReads(k.name),
    second,
    sh`if [ -L ${dir} ]; then howdah_die ${`${dir}: a link is in the way`}; fi`,
    ...(k.restricted ? byRoot(k, dir, content) : byUser(k, dir, content)),
  ].join('\n')
}

/** The home belongs to root by now, so nobody else can change it meanwhile. */
function byRoot(k: AuthorizedKeys, dir: string, content: string): string[] {
  const place = (file: string): string =>
    placeFile({ path: `${dir}/${file}`, content, owner: 'root', group: 'root', mode: '0600' }).trimEnd()
  const open = (file: string): string =>
    sh`chown "root:$main" ${`${dir}/${file}`}; chmod 0640 ${`${dir}/${file}`}`
  return [
    sh`main=$(id -gn ${k.name})`,
    sh`[ -d ${dir} ] || mkdir -m 0700 ${dir}`,
    sh`chown "root:$main" ${dir}; chmod 0750 ${dir}`,
    place(FILES[0]),
    open(FILES[0]),
    `if [ "$second" = yes ]; then\n${place(FILES[1])}\n${open(FILES[1])}\nfi`,
  ]
}

function byUser(k: AuthorizedKeys, dir: string, content: string): string[] {
  const place = (file: string): string[] => [
    sh`tmp=$(mktemp ${`${dir}/.howdah-XXXXXX`})`,
    writeText(content, raw('"$tmp"')).trimEnd(),
    sh`chmod 0600 "$tmp"; mv -fT "$tmp" ${`${dir}/${file}`}`,
  ]
  const first = ['set -eu', 'umask 077', sh`mkdir -p ${dir}; chmod 0700 ${dir}`, ...place(FILES[0])]
  const both = [...first, ...place(FILES[1])]
  return [
    AS_USER,
    // A user who is no longer restricted gets back the directory that belonged to root.
    sh`if [ -d ${dir} ]; then chown -h ${k.name}:"$(id -gn ${k.name})" ${dir}; fi`,
    sh`if [ "$second" = yes ]; then howdah_as ${k.name} ${heredoc(both.join('\n'))}else howdah_as ${k.name} ${heredoc(first.join('\n'))}fi`,
  ]
}

export const authorizedKeysType: ResourceType<AuthorizedKeys> = {
  type: 'x-authorized-keys',
  title: (k) => `keys of ${k.name}`,
  probe,
  refusals,
  warning,
  diff,
  apply,
}
