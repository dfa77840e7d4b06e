import { HowdahError } from '../errors.ts'
import type { RunRequest, Transport } from '../transport/types.ts'
import { holderText, type LockInfo, type LockRequest, newLockInfo, parseInfo } from './lock-info.ts'
import { HELD, holdScript, type LockPaths, lockPaths, releaseScript, renewScript } from './lock-script.ts'

export type { LockInfo, LockRequest } from './lock-info.ts'

export interface LockOptions {
  readonly runDir?: string
  /** The user whose shell holds it: root when absent, `null` for the login user (tests). */
  readonly as?: string | null
  /** A lock that was not renewed for this long expires. */
  readonly leaseSeconds?: number
  /** How often the holder checks its lease and prints a heartbeat, in whole seconds. */
  readonly beatSeconds?: number
  readonly renewMs?: number
  /** The lock is given up when its host prints no heartbeat for this long. */
  readonly silentMs?: number
}

/** The lock on a cluster, as its holder has it. */
export interface Lock {
  readonly info: LockInfo
  /** Aborted when the lock is lost before its release: its host cannot be reached, or another operator released it. */
  readonly lost: AbortSignal
  /** How it was lost; undefined while it is held, and after its release. */
  why(): string | undefined
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
  const info = newLockInfo(request)
  const lost = new AbortController()
  let released = false
  const { leaseSeconds = 30, beatSeconds = 5 } = options
  const script = holdScript(paths, info.nonce, {
    info: `${JSON.stringify(info)}\n`,
    leaseSeconds,
    beatSeconds,
  })
  const holding = await hold(run, script, info.nonce, transport.host, options.silentMs ?? SILENT_MS)
  let why: string | undefined
  void holding.ended.then((reason) => {
    if (released) return
    why = reason
    lost.abort()
  })
  const timer = setInterval(() => {
    // One renewal may fail. When all of them fail, the holder ends.
    run(renewScript(paths, info.nonce), { timeoutMs: SHORT_MS }).catch(() => {})
  }, options.renewMs ?? 10_000)
  timer.unref()
  return {
    info,
    lost: lost.signal,
    why: () => why,
    async release() {
      if (released) return
      released = true
      clearInterval(timer)
      // A lost lock may be held by another operator by now, so there is nothing to wait for.
      if (lost.signal.aborted) return holding.stop()
      await run(releaseScript(paths, info.nonce), { timeoutMs: SHORT_MS }).then(
        () => holding.ended,
        () => {},
      )
      holding.stop()
    },
  }
}

/** A host that holds the lock prints a heartbeat every few seconds. */
const SILENT_MS = 60_000
/** The output of a holder is a few bytes at each heartbeat. */
const KEEP_BYTES = 64 * 1024
const MOST_BYTES = 16 * 1024 * 1024

interface Holding {
  /** Resolves with the reason when the holding process has ended, or when nothing is known about it any more. */
  readonly ended: Promise<string>
  stop(): void
}

const ENDINGS: Readonly<Record<string, string>> = {
  released: 'another operator released it',
  expired: 'its lease was not renewed in time',
}

/** Starts the holding process; resolves once it has the lock. */
function hold(run: Run, script: string, nonce: string, host: string, silentMs: number): Promise<Holding> {
  return new Promise((resolve, reject) => {
    const over = new AbortController()
    let reason: string | undefined
    const silent = () => {
      reason ??= `${host} printed nothing for ${silentMs / 1000} s`
      over.abort()
    }
    let timer = setTimeout(silent, silentMs)
    const stop = () => {
      clearTimeout(timer)
      over.abort()
    }
    const onLine = (line: string) => {
      const [word = '', of = '', ending = ''] = line.split(' ')
      const known = word === '@beat' || (of === nonce && ['@held', '@ended'].includes(word))
      if (!known) return
      clearTimeout(timer)
      timer = setTimeout(silent, silentMs)
      timer.unref()
      if (word === '@ended') reason = ENDINGS[ending]
      if (word === '@held') resolve({ ended, stop })
    }
    const limits = { keepBytes: KEEP_BYTES, mostBytes: MOST_BYTES, signal: over.signal }
    const ended = run(script, { onLine, ...limits }).then(
      ({ exit, stdout, stderr }) => {
        clearTimeout(timer)
        // After `@held` the promise is settled already, and this changes nothing.
        reject(exit === HELD ? held(stdout, host) : broken(exit, stderr, host))
        return reason ?? `its process on ${host} ended with exit ${exit}`
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(reason === undefined ? error : silence(host, reason))
        return reason ?? (error instanceof Error ? error.message : String(error))
      },
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
    `[ -e '${paths.lock}' ] || exit 0\nflock -n '${paths.lock}' true || head -c 4096 '${paths.info}'\n`,
    { timeoutMs: SHORT_MS },
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

function held(stdout: string, host: string): HowdahError {
  const info = parseInfo(stdout)
  const who = info ? holderText(info) : 'a run that has just started'
  return new HowdahError({
    code: 'LOCK_HELD',
    exit: 'lockHeld',
    message: `the cluster is locked by ${who}`,
    found: info?.holder ?? 'unknown',
    where: `${host}:/run/howdah/lock.json`,
    next: `wait until that run is over; if its operator no longer runs, the lock expires within a minute (--lock-wait 90 waits for it), or: howdah lock release`,
  })
}

const silence = (host: string, why: string): HowdahError =>
  new HowdahError({
    code: 'RUN_TIMEOUT',
    exit: 'connection',
    message: `the lock could not be taken: ${why}`,
    where: host,
    next: `ssh ${host} true`,
  })

const broken = (exit: number, stderr: string, host: string): HowdahError =>
  new HowdahError({
    code: 'LOCK_BROKEN',
    exit: 'unexpected',
    message: `the lock on ${host} could not be taken (exit ${exit})`,
    where: host,
    detail: stderr.slice(-2000),
  })
