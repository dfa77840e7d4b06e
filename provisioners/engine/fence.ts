import { HowdahError } from '../errors.ts'
import type { RunResult, Transport } from '../transport/types.ts'
import { BATCH_WAIT_SECONDS } from './batch-paths.ts'
import { type FenceRecord, outrun, parseFence, unreadable } from './fence-errors.ts'
import {
  BUSY,
  checkScript,
  claimScript,
  FENCE_FILE,
  type Fence,
  fencePaths,
  freeScript,
  OUTRUN,
  readFenceScript,
} from './fence-script.ts'
import { holderText, type LockInfo, parseInfo } from './lock-info.ts'
import { lockPaths } from './lock-script.ts'

/**
 * The lock is on one host, and a run that was frozen does not notice that it lost it. So each run shows a token to every
 * host that it may change, and a host that has seen a higher one refuses the run's batches (`fence-script.ts`).
 */

export interface FenceOptions {
  readonly runDir?: string
  readonly fenceFile?: string
  readonly as?: string | null
}

/** What a host knows about runs. */
export interface SeenRuns {
  /** The first line of its record; '' without one. */
  readonly head: string
  readonly record?: FenceRecord
  /** The holder of a lock that is held on this host now; `unknown` while it has not written its name yet. */
  readonly live?: LockInfo | 'unknown'
}

const SHORT_MS = 20_000

const pathsOf = ({ fenceFile, runDir }: FenceOptions) => fencePaths(fenceFile, runDir)

const userOf = ({ as }: FenceOptions) => (as === null ? {} : { as: as ?? 'root' })

const broken = (host: string, { exit, stderr }: RunResult): HowdahError =>
  new HowdahError({
    code: 'LOCK_BROKEN',
    exit: 'unexpected',
    message: `the record of the newest run on ${host} could not be read or written (exit ${exit})`,
    where: host,
    detail: stderr.slice(-2000),
  })

/** Reads which runs a host has seen. Throws LOCK_UNREADABLE for a record that is none. */
export async function readFence(transport: Transport, options: FenceOptions = {}): Promise<SeenRuns> {
  const script = readFenceScript(pathsOf(options), lockPaths(options.runDir ?? '/run/howdah'))
  const ran = await transport.run({ script, timeoutMs: SHORT_MS, ...userOf(options) })
  const parts = /^@fence\n([\s\S]*?)@live\n([\s\S]*?)@end\n$/.exec(ran.stdout)
  if (!parts) throw broken(transport.host, ran)
  const [, text = '', holder = ''] = parts
  const record = parseFence(text)
  if (text.trim() !== '' && !record) {
    throw unreadable(transport.host, options.fenceFile ?? FENCE_FILE, text)
  }
  return {
    head: text.split('\n')[0]?.trim() ?? '',
    ...(record && { record }),
    ...(holder.trim() !== '' && { live: parseInfo(holder) ?? 'unknown' }),
  }
}

/**
 * Puts a run on the record of a host, unless the record has changed since `head` was read, and waits until no step of an
 * earlier run runs there. Throws LOCK_HELD.
 */
export async function claimFence(
  transport: Transport,
  fence: Fence,
  head: string,
  options: FenceOptions = {},
  waitSeconds = BATCH_WAIT_SECONDS,
): Promise<void> {
  const script = claimScript(pathsOf(options), fence, head, waitSeconds)
  const timeoutMs = waitSeconds * 1000 + SHORT_MS
  const ran = await transport.run({ script, timeoutMs, ...userOf(options) })
  if (ran.exit === 0) return
  if (ran.exit === OUTRUN) throw held(transport.host, parseFence(ran.stdout)?.holder)
  if (ran.exit === BUSY) throw busy(transport.host, waitSeconds)
  throw broken(transport.host, ran)
}

/** Asks a host whether it has seen a newer run. Throws LOCK_LOST. */
export async function checkFence(
  transport: Transport,
  fence: Fence,
  options: FenceOptions = {},
): Promise<void> {
  const script = checkScript(pathsOf(options), fence)
  const ran = await transport.run({ script, timeoutMs: SHORT_MS, ...userOf(options) })
  if (ran.exit === OUTRUN) throw outrun(transport.host, options.fenceFile, ran.stdout)
  if (ran.exit !== 0) throw broken(transport.host, ran)
}

/** Notes on a host that the run is over. Never throws: without it, the next run asks whether the run's lock is held. */
export async function freeFence(
  transport: Transport,
  fence: Fence,
  options: FenceOptions = {},
): Promise<void> {
  const script = freeScript(pathsOf(options), fence)
  await transport.run({ script, timeoutMs: SHORT_MS, ...userOf(options) }).catch(() => {})
}

/** LOCK_HELD, for a host that shows another run. */
export const held = (host: string, holder: LockInfo | undefined, more = ''): HowdahError =>
  new HowdahError({
    code: 'LOCK_HELD',
    exit: 'lockHeld',
    message: `${host} is used by ${holder ? `the run of ${holderText(holder)}` : 'another run'}${more}`,
    found: holder?.holder ?? 'unknown',
    where: `${host}:${FENCE_FILE}`,
    next: 'wait until that run is over (--lock-wait 90 waits for it); if its operator no longer runs: howdah lock release',
  })

const busy = (host: string, seconds: number): HowdahError =>
  new HowdahError({
    code: 'LOCK_HELD',
    exit: 'lockHeld',
    message: `a step of an earlier run still runs on ${host}, after ${seconds} s`,
    found: 'a batch that has not ended',
    where: `${host}:/run/howdah/batch.lock`,
    next: 'wait until it has ended, then type the same command again',
  })
