import { quote, raw, sh } from '../shell.ts'
import { batchLock } from './batch-paths.ts'
import { writeText } from './fragments.ts'

/** The record on a host of the newest run that may change it, and the lock under which it is compared and stored. */
export interface FencePaths {
  readonly file: string
  readonly guard: string
  readonly runDir: string
}

export const FENCE_FILE = '/var/lib/howdah/fence'

export const fencePaths = (file: string = FENCE_FILE, runDir = '/run/howdah'): FencePaths => ({
  ...{ file, runDir },
  guard: `${runDir}/fence.lock`,
})

/** What a run shows to a host before it changes anything there. */
export interface Fence {
  /** Grows with each run that takes the lock. */
  readonly token: number
  /** The run. Two runs with the same token differ in it. */
  readonly nonce: string
  /** A line of JSON about the run, for the messages of others. */
  readonly about: string
}

/** Exit codes of the scripts: the record is another one than expected; a batch of an earlier run does not end. */
export const OUTRUN = 76
export const BUSY = 77

/** Characters of a record that are printed. */
const RECORD_BYTES = 4096

export const fenceHead = ({ token, nonce }: Pick<Fence, 'token' | 'nonce'>, state: 'held' | 'free'): string =>
  `${token} ${nonce} ${state}`

/**
 * Shell functions about the record. `howdah_fence` succeeds when the host has seen no newer run; it changes nothing.
 * `howdah_fence_store` does so too, and stores the run where it is the newest. Both compare on the host.
 */
export function fenceFunctions(paths: FencePaths, fence: Fence): string {
  return [
    sh`fence=${paths.file}`,
    'howdah_fence() {',
    '  [ -e "$fence" ] || return 0',
    "  seen='' by=''",
    '  read -r seen by rest <"$fence" || :',
    // A record that cannot be read refuses, since it may be that of a newer run.
    "  case $seen in '' | *[!0-9]* | ????????????????*) return 1 ;; esac",
    `  [ "$seen" -lt ${fence.token} ] || { [ "$seen" -eq ${fence.token} ] && [ "$by" = ${quote(fence.nonce)} ]; }`,
    '}',
    `howdah_fence_print() { head -c ${RECORD_BYTES} "$fence" 2>/dev/null; }`,
    guarded(paths),
    writing(paths, 'howdah_fence_write', `${fenceHead(fence, 'held')}\n${fence.about}\n`),
    'howdah_fence_store() {',
    '  howdah_fence_guard || return 2',
    '  code=0',
    '  if ! howdah_fence; then code=1',
    `  elif [ ! -e "$fence" ] || [ "$seen" -lt ${fence.token} ]; then howdah_fence_write || code=2; fi`,
    '  exec 7>&-',
    '  return "$code"',
    '}',
  ].join('\n')
}

/** Only short scripts hold the guard, so a holder that is stuck is an error. */
const guarded = ({ file, guard, runDir }: FencePaths): string =>
  [
    'howdah_fence_guard() {',
    sh`  mkdir -p ${runDir} ${file.slice(0, file.lastIndexOf('/'))} || return 1`,
    sh`  exec 7>>${guard}`,
    '  flock -w 10 7',
    '}',
  ].join('\n')

const writing = ({ file }: FencePaths, name: string, text: string): string =>
  [
    `${name}() {`,
    writeText(text, raw(quote(`${file}.new`))).trimEnd(),
    sh`sync ${`${file}.new`} && mv -fT ${`${file}.new`} ${file}`,
    '}',
  ].join('\n')

/** Prints `@fence` and the record, `@live` and the holder of a lock that is held on this host. */
export const readFenceScript = (paths: FencePaths, lock: { readonly lock: string; readonly info: string }) =>
  [
    "echo '@fence'",
    sh`if [ -e ${paths.file} ]; then head -c ${RECORD_BYTES} ${paths.file}; echo; fi`,
    "echo '@live'",
    sh`if [ -e ${lock.lock} ] && ! flock -n ${lock.lock} true; then head -c ${RECORD_BYTES} ${lock.info} 2>/dev/null || echo '{}'; echo; fi`,
    "echo '@end'",
    '',
  ].join('\n')

/**
 * Stores a run when the first line of the record is still `expected` ('' for none). Then no further step of an earlier
 * run starts on this host, and the script waits for the one that runs.
 */
export const claimScript = (paths: FencePaths, fence: Fence, expected: string, waitSeconds: number): string =>
  [
    'set -u',
    'umask 022',
    fenceFunctions(paths, fence),
    'howdah_fence_guard || exit 1',
    'first=',
    '[ ! -e "$fence" ] || read -r first <"$fence" || :',
    sh`if [ "$first" != ${expected} ]; then howdah_fence_print; exit ${OUTRUN}; fi`,
    'howdah_fence_write || exit 1',
    'exec 7>&-',
    sh`[ ! -e ${batchLock(paths.runDir)} ] || flock -w ${waitSeconds} ${batchLock(paths.runDir)} true || exit ${BUSY}`,
    '',
  ].join('\n')

/** Exits with OUTRUN, and prints the record, when the host has seen a newer run. Changes nothing. */
export const checkScript = (paths: FencePaths, fence: Fence): string =>
  [fenceFunctions(paths, fence), sh`howdah_fence || { howdah_fence_print; exit ${OUTRUN}; }`, ''].join('\n')

/** Notes on the record that the run is over. Does nothing where another run is on the record, or none. */
export const freeScript = (paths: FencePaths, fence: Fence): string =>
  [
    'umask 022',
    sh`fence=${paths.file}`,
    '[ -e "$fence" ] || exit 0',
    guarded(paths),
    writing(paths, 'howdah_fence_free', `${fenceHead(fence, 'free')}\n${fence.about}\n`),
    'howdah_fence_guard || exit 1',
    'first=',
    'read -r first <"$fence" || :',
    sh`[ "$first" = ${fenceHead(fence, 'held')} ] || exit 0`,
    'howdah_fence_free',
    '',
  ].join('\n')
