import type { Connection } from 'mysql2/promise'
import type { State } from '../engine/types.ts'
import { type Connect, isDenied, rows, type SqlLogin, withLogin } from './connection.ts'
import { parseGrants } from './grants.ts'
import type { SqlDatabase, SqlResource, SqlUser } from './types.ts'

/** The input of the readers: the administrator's connection, and what they need for other logins. */
export interface Reading {
  readonly connection: Connection
  readonly version: string
  readonly connect: Connect
  login(resource: SqlUser): SqlLogin
  readonly signal?: AbortSignal | undefined
}

export const readVersion = async (connection: Connection): Promise<string> =>
  (await rows(connection, 'SELECT VERSION() AS version'))[0]?.version ?? ''

async function readDatabase(resource: SqlDatabase, { connection, version }: Reading): Promise<State> {
  const [found] = await rows(
    connection,
    `SELECT default_character_set_name AS charset, default_collation_name AS collation
       FROM information_schema.schemata WHERE BINARY schema_name = ?`,
    [resource.name],
  )
  return {
    version,
    ...(found && { charset: found.charset ?? '', collation: found.collation ?? '' }),
  }
}

async function logsIn(resource: SqlUser, { connect, login, signal }: Reading): Promise<boolean> {
  try {
    await withLogin(connect, login(resource), signal, async () => {})
    return true
  } catch (error) {
    if (isDenied(error)) return false
    throw error
  }
}

async function readUser(resource: SqlUser, reading: Reading): Promise<State> {
  const { connection, version } = reading
  const { user, host } = resource
  const [found] = await rows(connection, 'SELECT user FROM mysql.user WHERE user = ? AND host = ?', [
    user,
    host,
  ])
  if (!found) return { version }
  const lines = await rows(connection, 'SHOW GRANTS FOR ?@?', [user, host])
  const grants = parseGrants(lines.map((line) => Object.values(line)[0] ?? ''))
  // A login of an account for certain hosts cannot be tried from here.
  const login = host === '%' ? await logsIn(resource, reading) : true
  return { version, grants: JSON.stringify(grants), login: login ? 'yes' : 'no' }
}

async function readDefault({ connection, version }: Reading): Promise<State> {
  const [found] = await rows(
    connection,
    'SELECT @@global.character_set_server AS charset, @@global.collation_server AS collation',
  )
  return { version, charset: found?.charset ?? '', collation: found?.collation ?? '' }
}

/** The current state of one resource of a database server. */
export function readSql(resource: SqlResource, reading: Reading): Promise<State> {
  if (resource.type === 'x-database') return readDatabase(resource, reading)
  if (resource.type === 'x-database-user') return readUser(resource, reading)
  return readDefault(reading)
}
