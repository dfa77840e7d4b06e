import { HowdahError } from '../../errors.ts'
import { databaseLink } from '../../runtime/database.ts'
import { openSession } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { sqlServers } from '../../services/result-store/index.ts'
import { auditStore, type StoreAudit } from './audit.ts'

/** Checks every collation, grant and account of the result store. Changes nothing. Throws STORE_ABSENT. */
export async function auditCluster(options: OperationOptions): Promise<StoreAudit> {
  const session = await openSession(options)
  try {
    const { cluster, secrets, signal } = session
    const server = sqlServers(cluster).find(({ purposes }) => purposes.includes('result-store'))
    if (!server) {
      throw new HowdahError({
        code: 'STORE_ABSENT',
        exit: 'configuration',
        message: `${cluster.name} has no result store`,
        where: cluster.file,
        next: 'give a host the role result-store, or write resultStore.external',
      })
    }
    const admin = { user: server.admin.user, password: secrets.get(server.admin.password) }
    return await auditStore({ connect: () => databaseLink(session, server.server), admin }, cluster, signal)
  } finally {
    await session.close()
  }
}
