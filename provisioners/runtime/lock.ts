import { setMaxListeners } from 'node:events'
import { hostname, userInfo } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { primaryOf } from '../config/placed.ts'
import type { Cluster } from '../config/types.ts'
import { acquireLock, checkFence, type Fence, freeFence, type Lock } from '../engine/index.ts'
import { HowdahError } from '../errors.ts'
import type { Transport } from '../transport/types.ts'
import { claimHosts } from './claim.ts'
import { lockLost } from './lock-lost.ts'
import type { Session } from './session.ts'

/** The host that holds the lock: the NameNode's, since no cluster works without one. */
export const lockHost = (cluster: Cluster): string =>
  (primaryOf(cluster, 'namenode') ?? cluster.hosts[0])?.name ?? ''

/** Time between two attempts to take a lock that another operator holds. */
const LOCK_POLL_MS = 1000

/** The lock of a session, and what its hosts know about the run. */
export interface HeldLock {
  readonly lock: Lock
  readonly fence: Fence
  readonly transport: Transport
}

const heldLocks = new WeakMap<Session, HeldLock>()

/** What the session's run shows to a host before it changes anything; undefined while the session holds no lock. */
export const fenceOf = (session: Session): Fence | undefined => heldLocks.get(session)?.fence

/** The lock that the session holds. */
export const heldLock = (session: Session): HeldLock | undefined => heldLocks.get(session)

/**
 * Asks the host of the lock whether it has seen a newer run. For changes that no batch of a host makes, such as SQL:
 * between the answer and the change, the lock may still be lost. Throws LOCK_LOST.
 */
export async function stillHeld(session: Session): Promise<void> {
  const held = heldLocks.get(session)
  if (!held) return
  if (held.lock.lost.aborted) throw await lockLost(held)
  await checkFence(held.transport, held.fence)
}

async function takeOnce(session: Session, transport: Transport, reason: string): Promise<HeldLock> {
  const { cluster } = session
  const holder = `${userInfo().username}@${hostname()}`
  const at = cluster.hosts.find(({ name }) => name === transport.host)?.address
  const lock = await acquireLock(transport, { cluster: cluster.name, holder, reason, ...(at && { at }) })
  try {
    return { lock, transport, fence: await claimHosts(session, lock.info) }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Takes the lock. Waits for its holder for the time that the session allows. */
async function takeLock(session: Session, transport: Transport, reason: string): Promise<HeldLock> {
  const { report, signal } = session
  const until = Date.now() + session.lockWaitSeconds * 1000
  for (let reported = false; ; reported = true) {
    try {
      return await takeOnce(session, transport, reason)
    } catch (error) {
      const held = error instanceof HowdahError && error.code === 'LOCK_HELD'
      if (!held || Date.now() >= until || signal?.aborted) throw error
      if (!reported) report({ type: 'phase', title: `Waiting: ${error.message}` })
      await delay(LOCK_POLL_MS)
    }
  }
}

async function giveUp(session: Session, { lock, fence }: HeldLock): Promise<void> {
  heldLocks.delete(session)
  if (!lock.lost.aborted) {
    await Promise.all(Object.values(session.transports).map((transport) => freeFence(transport, fence)))
  }
  await lock.release()
}

/**
 * Runs `work` while no other operator can change this cluster. Throws LOCK_HELD with the holder's name, and LOCK_LOST
 * when the lock was lost and the work could not be finished.
 */
export async function withLock<T>(
  session: Session,
  reason: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const transport = session.transports[lockHost(session.cluster)]
  if (!transport) throw new Error('no transport to the host of the lock')
  const held = await takeLock(session, transport, reason)
  heldLocks.set(session, held)
  const { lost } = held.lock
  try {
    // When the lock is lost, running steps finish and no new step begins.
    const signal = session.signal ? AbortSignal.any([session.signal, lost]) : lost
    // Every running step adds a listener, and hundreds may run at once.
    setMaxListeners(0, signal)
    return await work(signal)
  } catch (error) {
    const known = error instanceof HowdahError && error.code.startsWith('LOCK_')
    if (!lost.aborted || known || session.signal?.aborted) throw error
    // Whatever stopped the work, the lock was lost before it.
    throw await lockLost(held, { cause: error })
  } finally {
    await giveUp(session, held)
  }
}
