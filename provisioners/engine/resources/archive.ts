import { quote, raw, sh } from '../../shell.ts'
import { heredoc } from '../fragments.ts'
import { sha256 } from '../hash.ts'
import { ARCHIVE_MARKER, type Archive, type ResourceType, type State } from '../types.ts'
import { isThere, kindInWords } from './attributes.ts'
import { detail, leaves, removes } from './leave.ts'

/** Content of the marker in a tree that was unpacked from this archive. */
export const markerContent = (a: Pick<Archive, 'sha256'>): string => `${a.sha256}\n`

const short = (hash: string): string => hash.slice(0, 12)

/** A tarball that is unpacked beside its target and renamed into place. `root` is a prefix of the cache's path. */
export function archiveType(root: string): ResourceType<Archive> {
  const cacheOf = (a: Archive) => `${root}/var/cache/howdah/${a.sha256}/${a.fileName}`
  return {
    type: 'archive',
    title: (a) => `${a.path} from ${a.fileName}`,
    paths: (a) => [{ path: a.path }, { path: `${a.path}/${ARCHIVE_MARKER}`, key: 'marker' }],
    probe: (a) => sh`if [ -d ${a.path} ] && [ -n "$(ls -A ${a.path})" ]; then emit empty no; fi`,
    refusals: foreignTree,
    upload(a) {
      if (a.url !== undefined) return undefined
      return { file: a.file, bytes: a.bytes, sha256: a.sha256, path: cacheOf(a) }
    },
    diff(a, state) {
      if (state.marker === sha256(markerContent(a))) return undefined
      if (state.empty !== 'no') return { action: 'create', reason: `not there: ${a.fileName}` }
      return { action: 'update', reason: `another archive → ${a.fileName} (${short(a.sha256)})` }
    },
    seconds: () => 1800,
    apply: (a) => unpack(a, cacheOf(a)),
    record: (a) => ({ path: a.path, ...(a.keeps === undefined ? {} : { keeps: a.keeps }) }),
    remove(recorded, { whole }) {
      const path = detail(recorded, 'path')
      const { keeps } = recorded.about
      if (keeps !== undefined && !whole) return leaves(path, keeps)
      return removes(path, sh`rm -rf ${[path, `${path}.part`, `${path}.old`]}`)
    },
  }
}

function foreignTree(a: Archive, state: State) {
  const inTheWay = isThere(state) && state.kind !== 'directory'
  const foreign = state.empty === 'no' && (state.marker === undefined || state.marker === 'absent')
  if (!inTheWay && !foreign) return []
  const found = inTheWay ? kindInWords(state) : `a tree without ${ARCHIVE_MARKER}`
  const message = `${a.path} holds something that was not unpacked by Howdah, and it would be replaced`
  return [{ message, found, next: `look at it and move it away: mv ${a.path} ${a.path}.before-howdah` }]
}

// curl reads the address from stdin, since it may contain a password.
const fetch = (a: Archive, cache: string): string[] =>
  a.url === undefined
    ? []
    : [
        sh`if [ ! -f ${cache} ]; then`,
        sh`  mkdir -p ${cache.slice(0, cache.lastIndexOf('/'))}`,
        `  curl -fsSL --retry 3 -o ${quote(`${cache}.part`)} -K - ${heredoc(curlConfig(a.url)).text}`,
        sh`  mv -f ${`${cache}.part`} ${cache}`,
        'fi',
      ]

const curlConfig = (url: string): string => `url = "${url.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`

function unpack(a: Archive, cache: string): string {
  const [part, old] = [`${a.path}.part`, `${a.path}.old`]
  const word = (text: string) => raw(quote(text))
  return [
    sh`marker=$(cat ${`${a.path}/${ARCHIVE_MARKER}`} 2>/dev/null || :)`,
    `if [ "$marker" = ${a.sha256} ]; then echo "unpacked already"; exit 0; fi`,
    sh`if [ -d ${a.path} ] && [ -z "$marker" ] && [ -n "$(ls -A ${a.path})" ]; then`,
    sh`  howdah_die ${`${a.path}: holds a tree that was not unpacked by Howdah`}`,
    'fi',
    ...fetch(a, cache),
    sh`[ -f ${cache} ] || howdah_die ${`${a.fileName} did not reach this host: ${cache} is missing`}`,
    sh`got=$(howdah_sha256 ${cache})`,
    `if [ "$got" != ${a.sha256} ]; then`,
    sh`  rm -f ${cache}`,
    sh`  howdah_die ${a.fileName}": sha256 is $got, expected "${a.sha256}`,
    'fi',
    sh`rm -rf ${part}`,
    sh`mkdir -p ${part}`,
    sh`tar -xf ${cache} -C ${part} --strip-components=${a.strip} --no-same-owner`,
    sh`chown -R ${`${a.owner}:${a.group}`} ${part}`,
    sh`printf '%s\\n' ${a.sha256} >${word(`${part}/${ARCHIVE_MARKER}`)}`,
    sh`sync ${`${part}/${ARCHIVE_MARKER}`}`,
    sh`if [ -e ${a.path} ]; then rm -rf ${old}; mv -T ${a.path} ${old}; fi`,
    sh`mv -T ${part} ${a.path}`,
    sh`rm -rf ${old} ${cache}`,
    sh`rmdir ${cache.slice(0, cache.lastIndexOf('/'))} 2>/dev/null || :`,
  ].join('\n')
}
