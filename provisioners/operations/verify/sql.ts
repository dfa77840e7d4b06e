/** The databases of the flow, through mysql2: creates, loads, grants, reads and removes. */

import type { Connection, RowDataPacket } from 'mysql2/promise'
import { CheckFailure } from './checks.ts'
import type { LmsRow } from './rows/lms-rows.ts'
import { LMS_TABLES } from './rows/lms-tables.ts'
import type { Cell } from './types.ts'

/** The comment of tables that Howdah created and may therefore replace. */
export const SAMPLE_COMMENT = 'howdah sample'

const BATCH_ROWS = 500

export const ident = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** In GRANT, `_` and `%` in the name of a database are wildcards. */
const grantScope = (database: string): string => `${ident(database.replaceAll(/[_%\\]/g, '\\$&'))}.*`

export interface ReportTable {
  readonly name: string
  /** Data columns, in the order of the export. */
  readonly columns: readonly string[]
  readonly ddl: readonly string[]
  /** The expression that reads each column as text or number. */
  readonly read: readonly string[]
  readonly keyColumns: number
}

/** The tables of the result store as edX's pipeline creates them, without charset and collation. */
export const REPORT_TABLES: readonly [ReportTable, ReportTable] = [
  {
    name: 'course_enrollment_daily',
    columns: ['course_id', 'date', 'count', 'cumulative_count'],
    ddl: [
      'course_id VARCHAR(255) NOT NULL',
      '`date` DATE NOT NULL',
      '`count` INTEGER',
      'cumulative_count INTEGER',
      'INDEX (course_id)',
      'INDEX (`date`)',
      'INDEX (course_id, `date`)',
    ],
    read: ['course_id', "DATE_FORMAT(`date`, '%Y-%m-%d')", '`count`', 'cumulative_count'],
    keyColumns: 2,
  },
  {
    name: 'course_activity',
    columns: ['course_id', 'interval_start', 'interval_end', 'label', 'count'],
    ddl: [
      'course_id VARCHAR(255) NOT NULL',
      'interval_start DATETIME NOT NULL',
      'interval_end DATETIME NOT NULL',
      'label VARCHAR(255) NOT NULL',
      '`count` INTEGER',
      'INDEX (course_id, label)',
      'INDEX (interval_end)',
    ],
    read: [
      'course_id',
      "DATE_FORMAT(interval_start, '%Y-%m-%d %H:%i:%s')",
      "DATE_FORMAT(interval_end, '%Y-%m-%d %H:%i:%s')",
      'label',
      '`count`',
    ],
    keyColumns: 4,
  },
]

export async function rows(
  connection: Connection,
  sql: string,
  values: (string | number)[] = [],
): Promise<Record<string, unknown>[]> {
  const [found] = await connection.query<RowDataPacket[]>(sql, values)
  return found
}

export async function serverVersion(connection: Connection): Promise<string> {
  return String((await rows(connection, 'SELECT VERSION() AS version'))[0]?.version ?? '')
}

/** Drops a table of the sample. Throws CheckFailure for a table that Howdah did not create. */
export async function dropSample(connection: Connection, database: string, table: string): Promise<void> {
  const found = await rows(
    connection,
    'SELECT table_comment AS comment FROM information_schema.tables WHERE table_schema = ? AND table_name = ?',
    [database, table],
  )
  if (found.length === 0) return
  if (!String(found[0]?.comment).includes(SAMPLE_COMMENT)) {
    throw new CheckFailure(
      `${database}.${table} exists and was not made by howdah, so it was not changed`,
      'howdah verify (without the demo) uses its own databases',
    )
  }
  await connection.query(`DROP TABLE ${ident(database)}.${ident(table)}`)
}

/** Creates the LMS tables and fills them. Returns the number of rows. */
export async function loadLms(
  connection: Connection,
  database: string,
  lms: Readonly<Record<string, readonly LmsRow[]>>,
): Promise<number> {
  await connection.query(`CREATE DATABASE IF NOT EXISTS ${ident(database)} CHARACTER SET utf8mb4`)
  // The sample has characters of four bytes, whatever the default of the server is.
  await connection.query('SET NAMES utf8mb4')
  let total = 0
  for (const table of LMS_TABLES) {
    await dropSample(connection, database, table.name)
    const parts = [...table.columns.map(({ name, type }) => `${ident(name)} ${type}`), ...table.keys]
    const at = `${ident(database)}.${ident(table.name)}`
    await connection.query(
      `CREATE TABLE ${at} (${parts.join(', ')}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='${SAMPLE_COMMENT}'`,
    )
    const data = lms[table.name] ?? []
    const names = table.columns.map(({ name }) => name)
    for (let i = 0; i < data.length; i += BATCH_ROWS) {
      const batch = data.slice(i, i + BATCH_ROWS).map((row) => names.map((name) => row[name] ?? null))
      await connection.query(`INSERT INTO ${at} (${names.map(ident).join(', ')}) VALUES ?`, [batch])
    }
    total += data.length
  }
  return total
}

/** Creates the report tables in the same way as the pipeline: with their database, and without character sets. */
export async function makeReportTables(connection: Connection, database: string): Promise<void> {
  await connection.query(`CREATE DATABASE IF NOT EXISTS ${ident(database)}`)
  for (const table of REPORT_TABLES) {
    await dropSample(connection, database, table.name)
    const parts = [
      'id BIGINT NOT NULL AUTO_INCREMENT',
      ...table.ddl,
      'created TIMESTAMP DEFAULT NOW()',
      'PRIMARY KEY (id)',
    ]
    await connection.query(
      `CREATE TABLE ${ident(database)}.${ident(table.name)} (${parts.join(', ')}) COMMENT='${SAMPLE_COMMENT}'`,
    )
  }
}

export async function readReport(
  connection: Connection,
  database: string,
  table: ReportTable,
): Promise<Cell[][]> {
  const read = table.read.map((expression, i) => `${expression} AS c${i}`).join(', ')
  const found = await rows(
    connection,
    `SELECT ${read} FROM ${ident(database)}.${ident(table.name)} ORDER BY id`,
  )
  return found.map((row) =>
    table.columns.map((_, i) => {
      const value = row[`c${i}`]
      return typeof value === 'number' ? value : String(value)
    }),
  )
}

/** Columns of a database whose collation is not binary, as `table.column collation`, and the number of columns checked. */
export async function notBinary(
  connection: Connection,
  database: string,
): Promise<{ readonly bad: string[]; readonly columns: number }> {
  const found = await rows(
    connection,
    'SELECT table_name AS t, column_name AS c, collation_name AS collation FROM information_schema.columns ' +
      'WHERE table_schema = ? AND collation_name IS NOT NULL AND table_name IN (?, ?)',
    [database, REPORT_TABLES[0].name, REPORT_TABLES[1].name],
  )
  const bad = found
    .filter(({ collation }) => !String(collation).endsWith('_bin'))
    .map(({ t, c, collation }) => `${t}.${c} ${collation}`)
  return { bad, columns: found.length }
}

/** Lets an account read a database of the run, or with `REVOKE` no longer. Needs the administrator. */
export async function letRead(
  admin: Connection,
  user: string,
  database: string,
  verb: 'GRANT' | 'REVOKE',
): Promise<void> {
  const accounts = await rows(admin, 'SELECT Host AS host FROM mysql.user WHERE User = ?', [user])
  if (accounts.length === 0 && verb === 'GRANT') {
    throw new CheckFailure(
      `the server has no account ${user}`,
      'howdah bootstrap creates the accounts of cluster.yml',
    )
  }
  for (const { host } of accounts) {
    const whom = verb === 'GRANT' ? 'TO ?@?' : 'FROM ?@?'
    await admin.query(`${verb} SELECT ON ${grantScope(database)} ${whom}`, [user, String(host)])
  }
}

/** MySQL's error numbers for denied access: database, table, column, login, privilege. */
const DENIED = new Set([1044, 1045, 1142, 1143, 1227, 1370])

export const isDenied = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && DENIED.has((error as { errno?: number }).errno ?? 0)

/** Runs a statement that must be refused, and returns the server's message. Throws when it succeeds, or fails otherwise. */
export async function mustBeRefused(connection: Connection, user: string, sql: string): Promise<string> {
  try {
    await connection.query(sql)
  } catch (error) {
    if (isDenied(error)) return (error as Error).message
    throw error
  }
  throw new CheckFailure(
    `${user} was allowed to: ${sql}`,
    `revoke it: howdah plan shows the grants of ${user}, howdah bootstrap sets them`,
  )
}
