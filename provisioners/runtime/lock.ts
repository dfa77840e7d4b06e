import { setMaxListeners } from 'node:events'
import { hostname, userInfo } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { primaryOf } from '../config/placed.ts'
import type { Cluster } from '../config/types.ts'
import { acquireLock, type Lock } from '../engine/index.ts'
import { HowdahError } from '../errors.ts'
import type { Transport } from '../transport/types.ts'
import type { Session } from './session.ts'

/** The host that holds the lock: the NameNode's, since no cluster works without one. */
export const lockHost = (cluster: Cluster): string =>
  (primaryOf(cluster, 'namenode') ?? cluster.hosts[0])?.name ?? ''

/** Time between two attempts to take a lock that another operator holds. */
const LOCK_POLL_MS = 1000

/** Takes the lock. Waits for its holder for the time that the session allows. */
async function takeLock(session: Session, transport: Transport, reason: string): Promise<Lock> {
  const { cluster, report, signal } = session
  const holder = `${userInfo().username}@${hostname()}`
  const until = Date.now() + session.lockWaitSeconds * 1000
  for (let reported = false; ; reported = true) {
    try {
      return await acquireLock(transport, { cluster: cluster.name, holder, reason })
    } catch (error) {
      const held = error instanceof HowdahError && error.code === 'LOCK_HELD'
      if (!held || Date.now() >= until || signal?.aborted) throw error
      if (!reported) report({ type: 'phase', title: `Waiting: ${error.message}` })
      await delay(LOCK_POLL_MS)
    }
  }
}

/** Runs `work` while no other operator can change this cluster. Throws LOCK_HELD with the holder's name. */
export async function withLock<T>(
  session: Session,
  reason: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const transport = session.transports[lockHost(session.cluster)]
  if (!transport) throw new Error('no transport to the host of the lock')
  const lock = await takeLock(session, transport, reason)
  try {
    // When the lock is lost, running steps finish and no new step begins.
    const signal = session.signal ? AbortSignal.any([session.signal, lock.lost]) : lock.lost
    // Every running step adds a listener, and hundreds may run at once.
    setMaxListeners(0, signal)
    return await work(signal)
  } finally {
    await lock.release()
  }
}
