import { quote, raw, sh } from '../shell.ts'
import { writeText } from './fragments.ts'

export interface LockPaths {
  readonly dir: string
  readonly lock: string
  readonly info: string
  readonly lease: string
  /** This file asks the holder with this nonce to end. Each holder has its own file, so that nobody overwrites another's. */
  readonly release: (nonce: string) => string
}

export const lockPaths = (runDir: string): LockPaths => ({
  dir: runDir,
  lock: `${runDir}/lock`,
  info: `${runDir}/lock.json`,
  lease: `${runDir}/lock.lease`,
  release: (nonce) => `${runDir}/lock.release.${nonce}`,
})

/** Exit of the holding script when another one holds the lock. */
export const HELD = 75

export interface Hold {
  /** A line of JSON about the holder, for other runs. */
  readonly info: string
  readonly leaseSeconds: number
  /** How often the holder checks its lease and prints a heartbeat. */
  readonly beatSeconds: number
}

/**
 * Takes the lock and holds it for as long as this process runs: `flock` on a descriptor of its own. It ends
 * when a release file with its nonce appears, when its lease was not renewed, or when nobody reads its
 * heartbeat any more. Its children do not inherit the descriptor, so that none of them outlives it with the lock.
 */
export function holdScript(paths: LockPaths, nonce: string, hold: Hold): string {
  return [
    'set -u',
    'umask 022',
    sh`mkdir -p ${paths.dir}`,
    sh`exec 9>>${paths.lock}`,
    sh`if ! flock -n 9; then head -c 4096 ${paths.info} 2>/dev/null; exit ${HELD}; fi`,
    sh`: >${paths.lease}`,
    writeText(hold.info, raw(quote(`${paths.info}.new`))).trimEnd(),
    sh`mv -f ${`${paths.info}.new`} ${paths.info}`,
    `echo '@held ${nonce}'`,
    'beat=0 ending=',
    'while :; do',
    '  sleep 0.5 9>&- >/dev/null 2>&1',
    sh`  [ ! -e ${paths.release(nonce)} ] || { ending=released; break; }`,
    '  beat=$((beat + 1))',
    `  [ "$((beat % ${hold.beatSeconds * 2}))" -eq 0 ] || continue`,
    "  echo '@beat' || break",
    sh`  touched=$(stat -c %Y ${paths.lease} 9>&- 2>/dev/null || echo 0)`,
    `  [ "$(($(date +%s 9>&-) - touched))" -le ${hold.leaseSeconds} ] || { ending=expired; break; }`,
    'done',
    sh`rm -f ${paths.info} ${paths.lease} ${paths.release(nonce)} 9>&-`,
    `[ -z "$ending" ] || echo '@ended ${nonce} '"$ending"`,
    '',
  ].join('\n')
}

/** Renews the lease of a holder; not that of another one, which holds the lock by now. */
export const renewScript = (paths: LockPaths, nonce: string): string =>
  sh`grep -qF ${nonce} ${paths.info} && : >${paths.lease}`

/** Asks the holder of this nonce to end, and waits until the lock is free (10 s at most). */
export const releaseScript = (paths: LockPaths, nonce: string): string =>
  [
    sh`[ -e ${paths.lock} ] || exit 0`,
    sh`: >${paths.release(nonce)}`,
    sh`flock -w 10 ${paths.lock} true`,
    'freed=$?',
    sh`rm -f ${paths.release(nonce)}`,
    'exit "$freed"',
    '',
  ].join('\n')
