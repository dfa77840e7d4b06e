import type { Connection } from 'mysql2/promise'
import { rows } from './connection.ts'
import { quoteName } from './grants.ts'

/** The properties of a table that a copy of it must have too. */
export interface TableFingerprint {
  readonly name: string
  readonly engine: string
  readonly collation: string
  readonly columns: readonly { readonly name: string; readonly type: string; readonly collation: string }[]
  readonly rows: number
  /** Sum of 60-bit hashes of the rows, so that the order of rows does not matter, but a duplicate row does. */
  readonly checksum: string
}

export interface DatabaseFingerprint {
  /** The hash of rows; absent in older backups, which always have md5. */
  readonly hash?: RowHash
  readonly collation: string
  readonly tables: readonly TableFingerprint[]
  /** `view v`, `trigger t`, `procedure p`, `function f`, `event e`: only their names. */
  readonly objects: readonly string[]
}

interface Column {
  readonly name: string
  /** information_schema's `data_type`: `varchar`. */
  readonly data: string
  /** Its `column_type`: `varchar(255)`. */
  readonly type: string
  readonly collation: string
}

const BYTES = /^(var)?char$|text$|blob$|binary$|^enum$|^set$/
const SHAPES = /^(geometry|point|linestring|polygon|multi\w+|geometrycollection|geomcollection)$/

/** One column as hexadecimal text, which does not depend on charsets, quotes or separators. */
function columnText({ name, data }: Column): string {
  const column = quoteName(name)
  if (BYTES.test(data)) return `HEX(${column})`
  if (SHAPES.test(data)) return `HEX(ST_AsWKB(${column}))`
  // HEX of a number rounds it to an integer; a bit field cannot be cast to text.
  return data === 'bit' ? `HEX(${column} + 0)` : `HEX(CAST(${column} AS CHAR))`
}

/** `md5` is for older backups: MySQL 9.6 and later do not have that function any more. */
export type RowHash = 'md5' | 'sha256'

/** Counts and hashes the rows of a table in one pass. MariaDB and MySQL of any version compute the same sum. */
export function fingerprintSql(
  database: string,
  table: string,
  columns: readonly Column[],
  of: RowHash = 'sha256',
): string {
  // NULL becomes a character that is not a hexadecimal digit, so that it differs from ''.
  const row = columns.map((column) => `COALESCE(${columnText(column)}, 'N')`).join(', ')
  const text = `CONCAT_WS(',', ${row})`
  const digest = of === 'md5' ? `MD5(${text})` : `SHA2(${text}, 256)`
  const hash = `CAST(CONV(LEFT(${digest}, 15), 16, 10) AS DECIMAL(20, 0))`
  return `SELECT COUNT(*) AS total, COALESCE(SUM(${hash}), 0) AS checksum FROM ${quoteName(database)}.${quoteName(table)}`
}

async function columnsOf(connection: Connection, database: string): Promise<Map<string, Column[]>> {
  const found = await rows(
    connection,
    `SELECT table_name AS tbl, column_name AS name, data_type AS data, column_type AS type, collation_name AS collation
       FROM information_schema.columns WHERE BINARY table_schema = ? ORDER BY table_name, ordinal_position`,
    [database],
  )
  const byTable = new Map<string, Column[]>()
  for (const { tbl, name, data, type, collation } of found) {
    const column = { name: name ?? '', data: data ?? '', type: type ?? '', collation: collation ?? '' }
    byTable.set(tbl ?? '', [...(byTable.get(tbl ?? '') ?? []), column])
  }
  return byTable
}

/** Views, triggers, routines and events. */
async function objectsOf(connection: Connection, database: string): Promise<string[]> {
  const found = await rows(
    connection,
    `SELECT CONCAT('view ', table_name) AS object FROM information_schema.views WHERE BINARY table_schema = ?
     UNION ALL SELECT CONCAT('trigger ', trigger_name) FROM information_schema.triggers WHERE BINARY trigger_schema = ?
     UNION ALL SELECT CONCAT(LOWER(routine_type), ' ', routine_name) FROM information_schema.routines WHERE BINARY routine_schema = ?
     UNION ALL SELECT CONCAT('event ', event_name) FROM information_schema.events WHERE BINARY event_schema = ?`,
    [database, database, database, database],
  )
  return found.map(({ object }) => object ?? '').sort()
}

/** Names and engines of a database's tables, in order of name. */
export async function tablesOf(
  connection: Connection,
  database: string,
): Promise<{ readonly name: string; readonly engine: string; readonly collation: string }[]> {
  const found = await rows(
    connection,
    `SELECT table_name AS name, engine AS engine, table_collation AS collation FROM information_schema.tables
      WHERE BINARY table_schema = ? AND table_type = 'BASE TABLE' ORDER BY table_name`,
    [database],
  )
  return found.map(({ name, engine, collation }) => ({
    name: name ?? '',
    engine: engine ?? '',
    collation: collation ?? '',
  }))
}

/** The default collation of a database; undefined if the database does not exist. */
export async function collationOf(connection: Connection, database: string): Promise<string | undefined> {
  const [found] = await rows(
    connection,
    'SELECT default_collation_name AS collation FROM information_schema.schemata WHERE BINARY schema_name = ?',
    [database],
  )
  return found && (found.collation ?? '')
}

/** Reads every row of a database, in the current snapshot of the connection. Throws what the client throws. */
export async function fingerprint(
  connection: Connection,
  database: string,
  of: RowHash = 'sha256',
): Promise<DatabaseFingerprint> {
  const columns = await columnsOf(connection, database)
  const tables: TableFingerprint[] = []
  for (const table of await tablesOf(connection, database)) {
    const own = columns.get(table.name) ?? []
    const [counted] = await rows(connection, fingerprintSql(database, table.name, own, of))
    tables.push({
      ...table,
      columns: own.map(({ name, type, collation }) => ({ name, type, collation })),
      rows: Number(counted?.total ?? 0),
      checksum: counted?.checksum ?? '',
    })
  }
  const collation = (await collationOf(connection, database)) ?? ''
  return { hash: of, collation, tables, objects: await objectsOf(connection, database) }
}

export interface CopyDifference {
  /** `course_activity`, `course_activity.course_id`, `view v`. */
  readonly what: string
  readonly found: string
  readonly expected: string
}

const differ = (what: string, found: string | number, expected: string | number): CopyDifference[] =>
  String(found) === String(expected) ? [] : [{ what, found: String(found), expected: String(expected) }]

function compareTable(wanted: TableFingerprint, found: TableFingerprint): CopyDifference[] {
  const { name } = wanted
  const columns = wanted.columns.flatMap((column) => {
    const other = found.columns.find((each) => each.name === column.name)
    if (!other) return differ(`${name}.${column.name}`, 'absent', column.type)
    return differ(
      `${name}.${column.name}`,
      `${other.type} ${other.collation}`,
      `${column.type} ${column.collation}`,
    )
  })
  return [
    ...differ(name, found.collation, wanted.collation),
    ...columns,
    ...differ(name, `${found.rows} rows`, `${wanted.rows} rows`),
    ...differ(name, `checksum ${found.checksum}`, `checksum ${wanted.checksum}`),
  ]
}

/** The differences between a database and its copy. Pure; empty if they are the same. */
export function compareCopy(wanted: DatabaseFingerprint, found: DatabaseFingerprint): CopyDifference[] {
  const tables = wanted.tables.flatMap((table) => {
    const other = found.tables.find(({ name }) => name === table.name)
    return other ? compareTable(table, other) : differ(table.name, 'absent', `${table.rows} rows`)
  })
  const more = found.tables.filter(({ name }) => !wanted.tables.some((table) => table.name === name))
  const objects = [...new Set([...wanted.objects, ...found.objects])].filter(
    (object) => wanted.objects.includes(object) !== found.objects.includes(object),
  )
  return [
    ...differ('default collation', found.collation, wanted.collation),
    ...tables,
    ...more.flatMap(({ name, rows: total }) => differ(name, `${total} rows`, 'absent')),
    ...objects.flatMap((object) =>
      wanted.objects.includes(object) ? differ(object, 'absent', 'there') : differ(object, 'there', 'absent'),
    ),
  ]
}
