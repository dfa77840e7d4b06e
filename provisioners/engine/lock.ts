import { hostname } from 'node:os'
import { HowdahError } from '../errors.ts'
import type { RunRequest, Transport } from '../transport/types.ts'
import { newNonce } from './frames.ts'
import { HELD, holdScript, type LockPaths, lockPaths, releaseScript, renewScript } from './lock-script.ts'

export interface LockRequest {
  readonly cluster: string
  /** Who holds it: `anna@laptop`. */
  readonly holder: string
  /** What it is held for: `bootstrap`. */
  readonly reason: string
}

/** The holder of a lock, as the lock file on the host has it. */
export interface LockInfo extends LockRequest {
  /** ISO time by the operator's clock. */
  readonly since: string
  /** The operator's process and machine. */
  readonly pid: number
  readonly from: string
  readonly nonce: string
}

export interface LockOptions {
  readonly runDir?: string
  /** The user whose shell holds it: root when absent, `null` for the login user (tests). */
  readonly as?: string | null
  /** A lock that was not renewed for this long expires. */
  readonly leaseSeconds?: number
  /** How often the holder checks its lease and prints a heartbeat, in whole seconds. */
  readonly beatSeconds?: number
  readonly renewMs?: number
}

/** The lock on a cluster, as its holder has it. */
export interface Lock {
  readonly info: LockInfo
  /** Aborted when the lock is lost before its release: its host cannot be reached, or another operator released it. */
  readonly lost: AbortSignal
  /** Releases the lock; a second call does nothing. Never throws: a lock that cannot be released expires. */
  release(): Promise<void>
}

type Run = (script: string, more?: Partial<RunRequest>) => ReturnType<Transport['run']>

function opened(transport: Transport, options: LockOptions): { run: Run; paths: LockPaths } {
  const as = options.as === null ? {} : { as: options.as ?? 'root' }
  return {
    run: (script, more = {}) => transport.run({ script, ...as, ...more }),
    paths: lockPaths(options.runDir ?? '/run/howdah'),
  }
}

/** Limit for short commands, so that they do not hang on a host that stops answering. */
const SHORT_MS = 20_000

/**
 * Takes the lock of a cluster on one of its hosts. A process there holds it for as long as its channel is open and
 * its lease is renewed, so that the lock of an operator who no longer runs expires.
 * Throws LOCK_HELD, which names the holder.
 */
export async function acquireLock(
  transport: Transport,
  request: LockRequest,
  options: LockOptions = {},
): Promise<Lock> {
  const { run, paths } = opened(transport, options)
  const since = new Date().toISOString()
  const info: LockInfo = { ...request, since, pid: process.pid, from: hostname(), nonce: newNonce() }
  const lost = new AbortController()
  let released = false
  const { leaseSeconds = 30, beatSeconds = 5 } = options
  const script = holdScript(paths, info.nonce, {
    info: `${JSON.stringify(info)}\n`,
    leaseSeconds,
    beatSeconds,
  })
  const holding = await hold(run, script, info.nonce, transport.host)
  void holding.ended.then(() => {
    if (!released) lost.abort()
  })
  const timer = setInterval(() => {
    // One renewal may fail. When all of them fail, the holder ends.
    run(renewScript(paths), { timeoutMs: SHORT_MS }).catch(() => {})
  }, options.renewMs ?? 10_000)
  timer.unref()
  return {
    info,
    lost: lost.signal,
    async release() {
      if (released) return
      released = true
      clearInterval(timer)
      // A lost lock may be held by another operator by now, so there is nothing to wait for.
      if (lost.signal.aborted) return
      await run(releaseScript(paths, info.nonce), { timeoutMs: SHORT_MS }).then(
        () => holding.ended,
        () => {},
      )
    },
  }
}

/** Starts the holding process; resolves once it has the lock. `ended` resolves when the process has ended, for whatever reason. */
function hold(
  run: Run,
  script: string,
  nonce: string,
  host: string,
): Promise<{ readonly ended: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const onLine = (line: string) => {
      if (line === `@held ${nonce}`) resolve({ ended })
    }
    const ended = run(script, { onLine }).then(
      ({ exit, stdout, stderr }) => {
        // After `@held` the promise is settled already, and this changes nothing.
        reject(exit === HELD ? held(stdout, host) : broken(exit, stderr, host))
      },
      (error: unknown) => reject(error),
    )
  })
}

/** What the present holder wrote about itself, or undefined when nobody holds the lock. */
export async function readLock(
  transport: Transport,
  options: LockOptions = {},
): Promise<LockInfo | undefined> {
  const { run, paths } = opened(transport, options)
  const { stdout } = await run(
    `[ -e '${paths.lock}' ] || exit 0\nflock -n '${paths.lock}' true || cat '${paths.info}'\n`,
  )
  return parseInfo(stdout)
}

/** Releases the lock of another operator. Returns the former holder, or undefined when nobody held it. */
export async function breakLock(
  transport: Transport,
  options: LockOptions = {},
): Promise<LockInfo | undefined> {
  const { run, paths } = opened(transport, options)
  const info = await readLock(transport, options)
  if (info) await run(releaseScript(paths, info.nonce), { timeoutMs: SHORT_MS })
  return info
}

function parseInfo(text: string): LockInfo | undefined {
  try {
    return JSON.parse(text) as LockInfo
  } catch {
    return undefined
  }
}

function held(stdout: string, host: string): HowdahError {
  const info = parseInfo(stdout)
  const who = info ? `${info.holder} (process ${info.pid} on ${info.from})` : 'a run that has just started'
  const what = info ? ` since ${info.since}, for ${info.reason}` : ''
  return new HowdahError({
    code: 'LOCK_HELD',
    exit: 'lockHeld',
    message: `the cluster is locked by ${who}${what}`,
    found: info?.holder ?? 'unknown',
    where: `${host}:/run/howdah/lock.json`,
    next: `wait until that run is over; if its operator no longer runs, the lock expires within a minute (--lock-wait 90 waits for it), or: howdah lock release`,
  })
}

const broken = (exit: number, stderr: string, host: string): HowdahError =>
  new HowdahError({
    code: 'LOCK_BROKEN',
    exit: 'unexpected',
    message: `the lock on ${host} could not be taken (exit ${exit})`,
    where: host,
    detail: stderr.slice(-2000),
  })
