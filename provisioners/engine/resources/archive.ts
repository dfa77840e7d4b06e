import { quote, raw, sh } from '../../shell.ts'
import { heredoc } from '../fragments.ts'
import { sha256 } from '../hash.ts'
import { ARCHIVE_MARKER, type Archive, type ResourceType, type State } from '../types.ts'
import { isThere, kindInWords } from './attributes.ts'
import { detail, leaves, removes } from './leave.ts'
import { differences, isUnchanged, writeManifest } from './manifest.ts'

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
    probe: (a) =>
      [
        sh`if [ -d ${a.path} ] && [ -n "$(ls -A ${a.path})" ]; then emit empty no; fi`,
        ...(a.changes === undefined
          ? [
              sh`if [ -f ${`${a.path}/${ARCHIVE_MARKER}`} ]; then`,
              `  drift=$(${differences(a.path)})`,
              '  [ -z "$drift" ] || emit drift "$drift"',
              'fi',
            ]
          : []),
      ].join('\n'),
    refusals: foreignTree,
    upload(a) {
      if (a.url !== undefined) return undefined
      return { file: a.file, bytes: a.bytes, sha256: a.sha256, path: cacheOf(a) }
    },
    diff(a, state) {
      if (state.marker === sha256(markerContent(a))) {
        if (state.drift === undefined) return undefined
        return {
          action: 'update',
          reason: `not as it was unpacked (${state.drift}) → unpack ${a.fileName} again`,
        }
      }
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

/** Seconds, and bytes per second below which a download counts as stalled for so long. */
const STALL = { seconds: 60, bytes: 1024 }

/** What curl may write: the tarball, and not what a server sends instead without an end. In blocks of 512 bytes. */
const blocks = (bytes: number): number => Math.ceil(bytes / 512) + 1

// curl reads the address from stdin, since it may contain a password.
const fetch = (a: Archive, cache: string): string[] =>
  a.url === undefined
    ? []
    : [
        sh`if [ ! -f ${cache} ]; then`,
        sh`  mkdir -p ${cache.slice(0, cache.lastIndexOf('/'))}`,
        sh`  rm -f ${`${cache}.part`}`,
        `  if ( ulimit -f ${blocks(a.bytes)}; ${curl(a, cache)} ) ${heredoc(curlConfig(a.url)).text}  then :; else`,
        sh`    rm -f ${`${cache}.part`}`,
        sh`    howdah_die ${`${a.fileName}: the download failed; expected a file of ${a.bytes} bytes, at ${STALL.bytes} bytes per second or more`}`,
        '  fi',
        sh`  mv -f ${`${cache}.part`} ${cache}`,
        'fi',
      ]

const curl = (a: Archive, cache: string): string =>
  sh`curl -fsSL --retry 3 --connect-timeout 30 --speed-limit ${STALL.bytes} --speed-time ${STALL.seconds} --max-filesize ${a.bytes} -o ${`${cache}.part`} -K -`

const curlConfig = (url: string): string => `url = "${url.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`

/**
 * Unpacks into a directory that nobody else can write to, and checks the tree before it is used. tar itself writes
 * through no link of the archive, and refuses names with `..`.
 */
function unpackChecked(a: Archive, cache: string, part: string): string[] {
  const bad = (what: string) => sh`howdah_die ${`${a.fileName}: ${what}: `}"$odd"; `
  return [
    sh`rm -rf ${part}`,
    sh`mkdir -p ${part}`,
    sh`chmod 0700 ${part}`,
    sh`LC_ALL=C tar -xf ${cache} -C ${part} --strip-components=${a.strip} --no-same-owner --no-same-permissions`,
    sh`odd=$(cd ${part} && find . -path './.howdah-*' | head -n 1)`,
    `[ -z "$odd" ] || { ${bad("has a file with a name of Howdah's own")}}`,
    sh`odd=$(cd ${part} && find . ! -type f ! -type d ! -type l | head -n 1)`,
    `[ -z "$odd" ] || { ${bad('has what is neither a file, a directory nor a link')}}`,
    sh`odd=$(cd ${part} && find . -type l -exec sh -c ${OUTSIDE} sh "$(pwd -P)" {} +)`,
    `[ -z "$odd" ] || { ${bad('has a link that leads out of it')}}`,
    sh`chown -hR ${`${a.owner}:${a.group}`} ${part}`,
    sh`chmod -R u+rwX,go+rX,go-w,a-s,o-t ${part}`,
  ]
}

/** Prints each link that is absolute, or that leads out of the directory $1. */
const OUTSIDE = `root=$1; shift
for link do
  case $(readlink -- "$link") in /*) printf "%s\n" "$link"; continue ;; esac
  case $(readlink -m -- "$link") in "$root" | "$root"/*) ;; *) printf "%s\n" "$link" ;; esac
done`

function unpack(a: Archive, cache: string): string {
  const [part, old] = [`${a.path}.part`, `${a.path}.old`]
  const word = (text: string) => raw(quote(text))
  const same = a.changes === undefined ? ` && ${isUnchanged(a.path)}` : ''
  return [
    sh`marker=$(cat ${`${a.path}/${ARCHIVE_MARKER}`} 2>/dev/null || :)`,
    `if [ "$marker" = ${a.sha256} ]${same}; then echo "unpacked already"; exit 0; fi`,
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
    ...unpackChecked(a, cache, part),
    ...(a.changes === undefined ? [writeManifest(part)] : []),
    sh`printf '%s\\n' ${a.sha256} >${word(`${part}/${ARCHIVE_MARKER}`)}`,
    sh`sync ${`${part}/${ARCHIVE_MARKER}`}`,
    sh`if [ -e ${a.path} ]; then rm -rf ${old}; mv -T ${a.path} ${old}; fi`,
    sh`mv -T ${part} ${a.path}`,
    sh`rm -rf ${old} ${cache}`,
    sh`rmdir ${cache.slice(0, cache.lastIndexOf('/'))} 2>/dev/null || :`,
  ].join('\n')
}
