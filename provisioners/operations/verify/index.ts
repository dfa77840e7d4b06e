import type { DatabaseAccount, DatabaseServer } from '../../config/types.ts'
import { databaseLogin } from '../../runtime/database.ts'
import { baseContext, sizedContext } from '../../runtime/observe.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { healthChecks } from '../../services/index.ts'
import { sqlServers } from '../../services/result-store/index.ts'
import { runningConfigurations } from '../../services/running.ts'
import { runVerify } from './run.ts'
import type { SqlAccount, SqlPurpose, VerifyReport } from './types.ts'

export interface VerifyOptions {
  /** Only check every daemon. */
  readonly quick?: boolean
  /** Names of steps: run only these, and those that they need. */
  readonly only?: readonly string[]
  readonly seed?: number
  readonly size?: 'small' | 'demo'
  /** Use the databases of the cluster and keep the result there (for the demo). */
  readonly keep?: boolean
}

function serverOf(session: Session, purpose: SqlPurpose): DatabaseServer {
  const { resultStore, lms } = session.cluster
  const server = purpose === 'lms' ? (lms ?? resultStore)?.server : resultStore?.server
  if (!server) throw new Error(`no server for ${purpose}`)
  return server
}

function accountOf(session: Session, purpose: SqlPurpose, account: SqlAccount): DatabaseAccount {
  const { resultStore, lms } = session.cluster
  if (account === 'pipeline' && resultStore) return resultStore.pipeline
  if (account === 'api' && resultStore) return resultStore.api
  if (account === 'reader' && lms) return lms.reader
  const server = serverOf(session, purpose)
  if (server.kind === 'external') return server.admin
  const own = sqlServers(session.cluster).find(
    ({ server: each }) => each.kind === 'host' && each.host === server.host,
  )
  if (!own) throw new Error(`no administrator for ${server.host}`)
  return own.admin
}

/** Verifies a running cluster: with `quick` by checking every daemon, else also by processing known records on it. */
export async function verifyCluster(
  operation: OperationOptions,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const session = await openSession(operation)
  try {
    const context = await baseContext(session)
    const { cluster, transports, report, signal } = session
    return await runVerify({
      cluster,
      transports,
      report,
      healthChecks: healthChecks(context),
      configurations: async () => runningConfigurations(await sizedContext(session)),
      secret: (ref) => session.secrets.get(ref).reveal(),
      sql: (purpose, account) =>
        databaseLogin(session, serverOf(session, purpose), accountOf(session, purpose, account)),
      ...(signal && { signal }),
      ...options,
    })
  } finally {
    await session.close()
  }
}
