import type { Connection } from 'mysql2/promise'
import type { Desired, State } from '../../engine/types.ts'
import { collationOf, explain, type SqlDatabase, serverVersion } from '../../mysql/index.ts'
import { databaseLogin } from '../../runtime/database.ts'
import type { Session } from '../../runtime/session.ts'
import { type SqlServer, sqlServers } from '../../services/result-store/index.ts'
import type { SeenDatabase } from './types.ts'

const TIMEOUT_MS = 20_000
const VARIABLES = ['read_only', 'lower_case_table_names', 'binlog_format', 'default_authentication_plugin']

/** The result of a query, or undefined when the server refuses it. */
const optional = async <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined)

async function table(connection: Connection, sql: string): Promise<Record<string, unknown>[]> {
  const [found] = await connection.query(sql)
  return Array.isArray(found) ? (found as Record<string, unknown>[]) : []
}

async function variablesOf(connection: Connection): Promise<Record<string, string>> {
  const names = VARIABLES.map((name) => `'${name}'`).join(', ')
  const found = await table(connection, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`)
  return Object.fromEntries(found.map((row) => [String(row.Variable_name), String(row.Value)]))
}

/** The databases of the plan as they are on the server. */
async function plannedOf(
  connection: Connection,
  version: string,
  databases: readonly SqlDatabase[],
): Promise<NonNullable<SeenDatabase['planned']>> {
  const found: { resource: SqlDatabase; state: State }[] = []
  for (const resource of databases) {
    const collation = await collationOf(connection, resource.name)
    found.push({ resource, state: { version, ...(collation !== undefined && { collation }) } })
  }
  return found
}

async function readServer(connection: Connection, databases: readonly SqlDatabase[]) {
  const version = await optional(serverVersion(connection))
  const grants = await optional(table(connection, 'SHOW GRANTS'))
  const variables = await optional(variablesOf(connection))
  const planned = await optional(plannedOf(connection, version ?? '', databases))
  return {
    ...(version !== undefined && { version }),
    ...(grants && { grants: grants.map((row) => String(Object.values(row)[0] ?? '')) }),
    ...(variables && { variables }),
    ...(planned && { planned }),
  }
}

/** Reads one server. What fails is part of the result, and nothing waits longer than its time limit. */
async function readDatabase(session: Session, one: SqlServer, desired: Desired): Promise<SeenDatabase> {
  const { target, server, admin } = one
  const databases = (desired[target] ?? []).filter((each): each is SqlDatabase => each.type === 'x-database')
  let connection: Connection | undefined
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      connection?.destroy()
      reject(new Error(`no answer in ${TIMEOUT_MS / 1000} seconds`))
    }, TIMEOUT_MS)
  })
  const work = async (): Promise<SeenDatabase> => {
    connection = await databaseLogin(session, server, admin)
    return { target, admin: admin.user, ...(await readServer(connection, databases)) }
  }
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    const refused = explain(error, [session.secrets.get(admin.password).reveal()])
    return { target, admin: admin.user, refused }
  } finally {
    clearTimeout(timer)
    connection?.destroy()
  }
}

/** Reads the database servers that others run. Howdah installs the others itself. Changes nothing. */
export const readDatabases = (session: Session, desired: Desired): Promise<SeenDatabase[]> =>
  Promise.all(
    sqlServers(session.cluster)
      .filter(({ server }) => server.kind === 'external')
      .map((one) => readDatabase(session, one, desired)),
  )
