import { breakLock, type LockInfo, readLock } from '../../engine/index.ts'
import { lockHost } from '../../runtime/lock.ts'
import { openSession } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import type { Transport } from '../../transport/types.ts'

export interface LockReport {
  readonly formatVersion: '1.0'
  readonly host: string
  readonly holder?: LockInfo
}

async function onLockHost(
  options: OperationOptions,
  work: (transport: Transport) => Promise<LockInfo | undefined>,
): Promise<LockReport> {
  const session = await openSession(options)
  try {
    const host = lockHost(session.cluster)
    const transport = session.transports[host]
    if (!transport) throw new Error('no transport to the host of the lock')
    const holder = await work(transport)
    return { formatVersion: '1.0', host, ...(holder && { holder }) }
  } finally {
    await session.close()
  }
}

/** The holder of the cluster's lock, if there is one. */
export const lockStatus = (options: OperationOptions): Promise<LockReport> => onLockHost(options, readLock)

/** Removes the lock. The run of its holder stops at its next step. */
export const releaseLock = (options: OperationOptions): Promise<LockReport> => onLockHost(options, breakLock)
