import type { Cluster, DatabaseServer } from '../../config/types.ts'
import { HowdahError } from '../../errors.ts'
import { databaseLink } from '../../runtime/database.ts'
import { openSession } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { type SqlServer, sqlServers } from '../../services/result-store/index.ts'
import { auditStore, type StoreAudit } from './audit.ts'

/** The server of the result store. Throws STORE_ABSENT. */
function storeOf(cluster: Cluster): SqlServer {
  const server = sqlServers(cluster).find(({ purposes }) => purposes.includes('result-store'))
  if (server) return server
  throw new HowdahError({
    code: 'STORE_ABSENT',
    exit: 'configuration',
    message: `${cluster.name} has no result store`,
    where: cluster.file,
    next: 'give a host the role result-store, or write resultStore.external',
  })
}

/** The host by which a server is reached; none for one that this machine connects to. */
function wayTo(server: DatabaseServer): readonly string[] {
  const host = server.kind === 'host' ? server.host : server.via
  return host === undefined ? [] : [host]
}

/** Checks every collation, grant and account of the result store. Changes nothing. Throws STORE_ABSENT. */
export async function auditCluster(options: OperationOptions): Promise<StoreAudit> {
  const session = await openSession(options, { reach: (cluster) => wayTo(storeOf(cluster).server) })
  try {
    const { cluster, secrets, signal } = session
    const server = storeOf(cluster)
    const admin = { user: server.admin.user, password: secrets.get(server.admin.password) }
    return await auditStore({ connect: () => databaseLink(session, server.server), admin }, cluster, signal)
  } finally {
    await session.close()
  }
}
