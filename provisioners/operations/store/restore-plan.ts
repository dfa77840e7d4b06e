import type { Connection } from 'mysql2/promise'
import type { Cluster } from '../../config/types.ts'
import { type ErrorCode, HowdahError } from '../../errors.ts'
import { collationOf, tablesOf } from '../../mysql/index.ts'
import type { Backup } from './backup-file.ts'
import type { StorePlace } from './place.ts'

/** Plans a restore: checks what it may do to its target database. */

export interface RestoreOptions {
  /** The path of the dump or of its manifest. */
  readonly backup: string
  /** The target database; absent: the name in the backup and `_restored`. */
  readonly into?: string
  /** Replace the tables that are there. They are kept in another database. */
  readonly replace?: boolean
  /** Must be the name of the database with `replace`. */
  readonly confirm?: string
}

/** What a restore would do. */
export interface RestorePlan {
  readonly target: string
  readonly into: string
  readonly from: {
    readonly database: string
    readonly taken: string
    readonly tables: number
    readonly rows: number
  }
  /** The number of existing tables, and the database that they are moved to. */
  readonly moved?: { readonly tables: number; readonly to: string }
}

const FORBIDDEN = ['mysql', 'sys', 'information_schema', 'performance_schema']

const refuse = (
  code: ErrorCode,
  exit: 'configuration' | 'preflight',
  message: string,
  next: string,
  where?: string,
): HowdahError => new HowdahError({ code, exit, message, next, ...(where !== undefined && { where }) })

/** The target database of a restore. Throws RESTORE_FOREIGN, RESTORE_UNCONFIRMED. */
export function intoOf(cluster: Cluster, { manifest }: Backup, options: RestoreOptions): string {
  const into = options.into ?? `${manifest.database}_restored`
  const foreign = [...FORBIDDEN, cluster.metastore.database, ...(cluster.lms ? [cluster.lms.database] : [])]
  if (foreign.includes(into.toLowerCase()) || !/^[A-Za-z0-9_$]{1,40}$/.test(into)) {
    const message = `${into} cannot be the target of a restore`
    throw refuse(
      'RESTORE_FOREIGN',
      'configuration',
      message,
      'name another one: letters, digits, _ and $, up to 40 of them',
    )
  }
  if (options.replace && options.confirm !== into) {
    const message = `--replace moves the tables of ${into} to another database, and was not confirmed`
    throw refuse('RESTORE_UNCONFIRMED', 'configuration', message, `add --confirm=${into}`)
  }
  return into
}

/** What a database already has. */
interface Present {
  readonly exists: boolean
  readonly tables: readonly string[]
  readonly objects: number
}

export async function present(connection: Connection, database: string): Promise<Present> {
  const exists = (await collationOf(connection, database)) !== undefined
  const tables = (await tablesOf(connection, database)).map(({ name }) => name)
  const [[counted]] = (await connection.query(
    `SELECT (SELECT COUNT(*) FROM information_schema.views WHERE table_schema = ?)
          + (SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = ?)
          + (SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = ?) AS total`,
    [database, database, database],
  )) as unknown as [[{ total: number }]]
  return { exists, tables, objects: Number(counted.total) }
}

/** Throws RESTORE_NOT_EMPTY, RESTORE_OBJECTS. */
function checkPlace(
  into: string,
  found: Present,
  backup: Backup,
  options: RestoreOptions,
  where: string,
): void {
  const held = found.tables.length + found.objects
  if (held > 0 && !options.replace) {
    const message = `${into} already has ${found.tables.length} tables, and a restore does not overwrite them`
    throw refuse(
      'RESTORE_NOT_EMPTY',
      'preflight',
      message,
      `--into another database; or --replace --confirm=${into}, which keeps them in another database`,
      where,
    )
  }
  if (found.objects > 0 || (found.exists && backup.manifest.objects.length > 0)) {
    const message = `views, triggers and routines cannot be moved from one database to another, and ${found.objects > 0 ? into : 'the backup'} has some`
    throw refuse('RESTORE_OBJECTS', 'preflight', message, '--into a database that does not exist yet', where)
  }
}

const stamp = (): string => new Date().toISOString().replace(/[-:]|\.\d+/g, '')

/** Reads the target database and plans the restore. Throws RESTORE_NOT_EMPTY, RESTORE_OBJECTS. */
export async function planOf(
  place: StorePlace,
  backup: Backup,
  into: string,
  options: RestoreOptions,
): Promise<RestorePlan> {
  const { manifest } = backup
  const connection = await place.connect()
  try {
    const found = await present(connection, into)
    checkPlace(into, found, backup, options, place.server.target)
    return {
      target: place.server.target,
      into,
      from: {
        database: manifest.database,
        taken: manifest.taken,
        tables: manifest.tables.length,
        rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
      },
      ...(found.tables.length > 0 && {
        moved: { tables: found.tables.length, to: `${into}_before_${stamp()}` },
      }),
    }
  } finally {
    connection.destroy()
  }
}
