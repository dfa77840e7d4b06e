import { hostname, userInfo } from 'node:os'
import { breakLock, type LockInfo, readLock } from '../../engine/index.ts'
import { newLockInfo } from '../../engine/lock-info.ts'
import { claimedElsewhere, clearRecords } from '../../runtime/claim.ts'
import { lockHost } from '../../runtime/lock.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import type { Transport } from '../../transport/types.ts'

export interface LockReport {
  readonly formatVersion: '1.0'
  readonly host: string
  readonly holder?: LockInfo
}

async function onLockHost(
  options: OperationOptions,
  everywhere: boolean,
  work: (session: Session, transport: Transport) => Promise<LockInfo | undefined>,
): Promise<LockReport> {
  const reach = everywhere
    ? { spares: 'any' as const }
    : { reach: (cluster: Session['cluster']) => [lockHost(cluster)] }
  const session = await openSession(options, reach)
  try {
    const host = lockHost(session.cluster)
    const transport = session.transports[host]
    if (!transport) throw session.failures[host] ?? new Error('no transport to the host of the lock')
    const holder = await work(session, transport)
    return { formatVersion: '1.0', host, ...(holder && { holder }) }
  } finally {
    await session.close()
  }
}

/**
 * The holder of the cluster's lock, if there is one. `everywhere`: also a run of an operator whose cluster.yml has another
 * host for the lock, if it is on the record of any host.
 */
export const lockStatus = (options: OperationOptions, everywhere = false): Promise<LockReport> =>
  onLockHost(
    options,
    everywhere,
    async (session, transport) => (await readLock(transport)) ?? (await claimedElsewhere(session)),
  )

/** Removes the lock, and takes its run off the record of every host, so that the run stops at its next step. */
export const releaseLock = (options: OperationOptions): Promise<LockReport> =>
  onLockHost(options, true, async (session, transport) => {
    const elsewhere = await claimedElsewhere(session)
    const holder = await breakLock(transport)
    const me = `${userInfo().username}@${hostname()}`
    await clearRecords(
      session,
      newLockInfo({ cluster: session.cluster.name, holder: me, reason: 'lock release' }),
    )
    return holder ?? elsewhere
  })
