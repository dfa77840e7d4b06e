import type { Connection } from 'mysql2/promise'
import type { Cluster, DatabaseServer, DatabaseTls } from '../../config/types.ts'
import { type Connect, rows, withLogin } from '../../mysql/connection.ts'
import { compareGrants, type Grants, parseGrants, wantedGrants } from '../../mysql/grants.ts'
import { readVersion } from '../../mysql/read.ts'
import { canHoldTwo } from '../../mysql/two-passwords.ts'
import { type SqlUser, wantedCollation } from '../../mysql/types.ts'
import { canonical, parseVersion, type ServerVersion } from '../../mysql/version.ts'
import type { Secret } from '../../secret.ts'
import { sqlTargets } from '../../services/result-store/databases.ts'
import { targetOf } from '../../services/result-store/servers.ts'

export interface StoreAccess {
  /** Opens a new link to the server. */
  readonly connect: Connect
  readonly admin: { readonly user: string; readonly password: Secret }
}

export interface CollationFinding {
  /** `server`, `reports`, `reports.course_activity`, `reports.course_activity.course_id`. */
  readonly what: string
  readonly level: 'server' | 'database' | 'table' | 'column'
  readonly found: string
  readonly expected: string
}

export interface AccountFinding {
  /** `user@host` */
  readonly account: string
  readonly problem:
    | 'absent'
    | 'no password'
    | 'no name'
    | 'two passwords'
    | 'other host'
    | 'grants missing'
    | 'grants too wide'
  readonly detail: string
}

/** Whether the server takes connections without TLS. */
export interface TransportFinding {
  /** require_secure_transport; `absent` where the server is too old to have it. */
  readonly requireSecureTransport: 'ON' | 'OFF' | 'absent'
  /** The TLS setting in cluster.yml. */
  readonly tls: DatabaseTls
  /** False where a server that Howdah runs must require TLS and does not. */
  readonly ok: boolean
}

/** The server of the result store, compared with cluster.yml. Plain data. */
export interface StoreAudit {
  readonly formatVersion: '1.0'
  readonly target: string
  readonly version: string
  readonly expectedCollation: string
  /** How much was checked. Without it, no findings could also mean that nothing was checked. */
  readonly looked: {
    readonly databases: number
    readonly tables: number
    readonly columns: number
    readonly accounts: number
  }
  readonly collations: readonly CollationFinding[]
  readonly accounts: readonly AccountFinding[]
  readonly transport: TransportFinding
  readonly ok: boolean
}

/** Databases of the server itself, and those that need another collation. */
const exempt = (cluster: Cluster): string[] => [
  'mysql',
  'sys',
  'information_schema',
  'performance_schema',
  cluster.metastore.database,
  ...(cluster.lms ? [cluster.lms.database] : []),
]

interface Seen {
  readonly level: CollationFinding['level']
  readonly what: string
  readonly collation: string
}

async function readCollations(connection: Connection, skip: readonly string[]): Promise<Seen[]> {
  const others = `NOT IN (${skip.map(() => '?').join(', ')})`
  const ask = async (level: Seen['level'], sql: string): Promise<Seen[]> =>
    (await rows(connection, sql, skip)).map((row) => ({
      level,
      what: row.what ?? '',
      collation: row.collation ?? '',
    }))
  const [server] = await rows(connection, 'SELECT @@global.collation_server AS collation')
  return [
    { level: 'server', what: 'server', collation: server?.collation ?? '' },
    ...(await ask(
      'database',
      `SELECT schema_name AS what, default_collation_name AS collation
         FROM information_schema.schemata WHERE LOWER(schema_name) ${others} ORDER BY 1`,
    )),
    ...(await ask(
      'table',
      `SELECT CONCAT_WS('.', table_schema, table_name) AS what, table_collation AS collation
         FROM information_schema.tables
        WHERE LOWER(table_schema) ${others} AND table_type = 'BASE TABLE' ORDER BY 1`,
    )),
    // A column without a collation has no text.
    ...(await ask(
      'column',
      `SELECT CONCAT_WS('.', c.table_schema, c.table_name, c.column_name) AS what, c.collation_name AS collation
         FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE LOWER(table_schema) ${others} AND t.table_type = 'BASE TABLE' AND c.collation_name IS NOT NULL
        ORDER BY table_schema, table_name, c.ordinal_position`,
    )),
  ]
}

async function readTransport(
  connection: Connection,
  { kind, tls }: DatabaseServer,
): Promise<TransportFinding> {
  // A pattern, since a server without this variable refuses its name.
  const [row] = await rows(connection, "SHOW GLOBAL VARIABLES LIKE 'require\\_secure\\_transport'")
  const found = row && (Object.values(row)[1] === 'ON' ? 'ON' : 'OFF')
  // cluster.yml does not decide what an external server requires.
  const free = kind === 'external' || tls !== 'required'
  return { requireSecureTransport: found ?? 'absent', tls, ok: free || found === 'ON' }
}

/** Locked accounts (`mariadb.sys`, `mysql.session`): nobody can log in as one. */
const lockedAccounts = ({ flavor }: ServerVersion): string =>
  flavor === 'mariadb'
    ? "SELECT user AS user, host AS host FROM mysql.global_priv WHERE JSON_VALUE(priv, '$.account_locked') = 1"
    : "SELECT user AS user, host AS host FROM mysql.user WHERE account_locked = 'Y'"

/** Finds accounts without a name, and accounts without a password that are neither locked nor use another plugin. */
async function readAccounts(connection: Connection, version: ServerVersion): Promise<AccountFinding[]> {
  const name = ({ user, host }: Record<string, string | null>): string => `${user}@${host}`
  const locked = new Set((await rows(connection, lockedAccounts(version))).map(name))
  const found = await rows(
    connection,
    'SELECT user AS user, host AS host, authentication_string AS secret, plugin AS plugin FROM mysql.user ORDER BY 1, 2',
  )
  const byPassword = /^(mysql_native_password|caching_sha2_password|sha256_password|ed25519|parsec|)$/
  return found.flatMap((row): AccountFinding[] => {
    const { user, host, secret, plugin } = row
    const account = name(row)
    // MariaDB keeps roles in the same table, with an empty host. Nobody can log in as a role.
    if (host === '' || locked.has(account)) return []
    const findings: AccountFinding[] = []
    if (user === '')
      findings.push({ account, problem: 'no name', detail: 'anybody can log in without a name' })
    if (byPassword.test(plugin ?? '') && (secret ?? '') === '') {
      findings.push({ account, problem: 'no password', detail: `plugin ${plugin || 'default'}` })
    }
    return findings
  })
}

/** Accounts that accept two passwords, after a rotation that was interrupted or a change by hand. */
async function readTwoPasswords(connection: Connection, version: ServerVersion): Promise<AccountFinding[]> {
  if (!canHoldTwo(version)) return []
  // MariaDB's own root@localhost has two plugins: the socket, and a password that nobody can type.
  const found = await rows(
    connection,
    version.flavor === 'mariadb'
      ? "SELECT user AS user, host AS host FROM mysql.global_priv WHERE JSON_LENGTH(priv, '$.auth_or') > 1 AND priv NOT LIKE '%unix_socket%'"
      : "SELECT user AS user, host AS host FROM mysql.user WHERE JSON_CONTAINS_PATH(user_attributes, 'one', '$.additional_password')",
  )
  return found.map(({ user, host }) => ({
    account: `${user}@${host}`,
    problem: 'two passwords',
    detail: 'the old one logs in as well; howdah store rotate withdraws it',
  }))
}

/** Accounts with a name that Howdah uses, for hosts that it does not. Howdah manages neither their grants nor passwords. */
async function readOtherHosts(connection: Connection, wanted: readonly SqlUser[]): Promise<AccountFinding[]> {
  const found = await rows(connection, 'SELECT user AS user, host AS host FROM mysql.user ORDER BY 1, 2')
  const ours = new Set(wanted.map(({ user }) => user))
  return found
    .filter(
      ({ user, host }) =>
        ours.has(user ?? '') && !wanted.some((each) => each.user === user && each.host === host),
    )
    .map(({ user, host }) => ({
      account: `${user}@${host}`,
      problem: 'other host',
      detail: `cluster.yml wants ${wanted
        .filter((each) => each.user === user)
        .map((each) => `${each.user}@${each.host}`)
        .join(', ')} alone`,
    }))
}

async function grantsOfAccount(connection: Connection, { user, host }: SqlUser): Promise<Grants | undefined> {
  const there = await rows(connection, 'SELECT 1 AS one FROM mysql.user WHERE user = ? AND host = ?', [
    user,
    host,
  ])
  if (there.length === 0) return undefined
  const lines = await rows(connection, 'SHOW GRANTS FOR ?@?', [user, host])
  return parseGrants(lines.map((line) => Object.values(line)[0] ?? ''))
}

async function auditUser(connection: Connection, wanted: SqlUser): Promise<AccountFinding[]> {
  const account = `${wanted.user}@${wanted.host}`
  const found = await grantsOfAccount(connection, wanted)
  if (!found) return [{ account, problem: 'absent', detail: 'no such account' }]
  const { missing, extra } = compareGrants(wantedGrants(wanted.grants), found)
  const lines = (grants: Grants, problem: AccountFinding['problem']): AccountFinding[] =>
    Object.entries(grants).map(([scope, privileges]) => ({
      account,
      problem,
      detail: `${privileges.join(', ')} on ${scope}`,
    }))
  return [...lines(missing, 'grants missing'), ...lines(extra, 'grants too wide')]
}

/** All findings about accounts: first of every account on the server, then of those that the cluster needs. */
async function auditAccounts(
  connection: Connection,
  version: ServerVersion,
  wanted: readonly SqlUser[],
): Promise<AccountFinding[]> {
  const findings = [
    ...(await readAccounts(connection, version)),
    ...(await readTwoPasswords(connection, version)),
    ...(await readOtherHosts(connection, wanted)),
  ]
  for (const user of wanted) findings.push(...(await auditUser(connection, user)))
  return findings
}

/**
 * Checks every text column, table and database on the server of the result store, its default collation, and its
 * accounts. Changes nothing. Throws what the login throws.
 */
export async function auditStore(
  access: StoreAccess,
  cluster: Cluster,
  signal?: AbortSignal,
): Promise<StoreAudit> {
  const store = cluster.resultStore
  if (!store) throw new TypeError('the cluster has no result store')
  const target = targetOf(store.server)
  return withLogin(access.connect, access.admin, signal, async (connection) => {
    const version = await readVersion(connection)
    const { collation: expectedCollation } = wantedCollation(store, parseVersion(version))
    const seen = await readCollations(
      connection,
      exempt(cluster).map((name) => name.toLowerCase()),
    )
    const wanted = (sqlTargets({ cluster })[target] ?? []).filter(
      (resource): resource is SqlUser => resource.type === 'x-database-user',
    )
    const accounts = await auditAccounts(connection, parseVersion(version), wanted)
    const collations = seen
      .filter(({ collation }) => canonical(collation) !== canonical(expectedCollation))
      .map(({ level, what, collation }) => ({ what, level, found: collation, expected: expectedCollation }))
    const transport = await readTransport(connection, store.server)
    const count = (level: Seen['level']) => seen.filter((each) => each.level === level).length
    return {
      formatVersion: '1.0',
      target,
      version,
      expectedCollation,
      looked: {
        databases: count('database'),
        tables: count('table'),
        columns: count('column'),
        accounts: wanted.length,
      },
      collations,
      accounts,
      transport,
      ok: collations.length === 0 && accounts.length === 0 && transport.ok,
    }
  })
}
