import { createReadStream } from 'node:fs'
import type { Connection } from 'mysql2/promise'
import {
  type CopyDifference,
  collationOf,
  compareCopy,
  fingerprint,
  loadScript,
  quoteName,
  tablesOf,
} from '../components/result-store/index.ts'
import { HowdahError } from '../errors.ts'
import type { Cluster } from '../spec/types.ts'
import { type Backup, openBackup } from './backup-file.ts'
import { withLock } from './bootstrap.ts'
import { openSession, type Session } from './session.ts'
import { clientFailure, type StorePlace, storeFailure, storePlace } from './store-place.ts'
import type { OperationOptions } from './types.ts'

export interface RestoreOptions {
  /** The dump, or the manifest beside it. */
  readonly backup: string
  /** Absent: the database's own name and `_restored`. */
  readonly into?: string
  /** Put it in place of what is there, which is kept in a database beside it. */
  readonly replace?: boolean
  /** Must be the name of the database with `replace`. */
  readonly confirm?: string
}

/** What would be done, before anything is. */
export interface RestorePlan {
  readonly target: string
  readonly into: string
  readonly from: {
    readonly database: string
    readonly taken: string
    readonly tables: number
    readonly rows: number
  }
  /** The tables that are there and will be kept, and where. */
  readonly moved?: { readonly tables: number; readonly to: string }
}

export interface RestoreReport extends RestorePlan {
  readonly formatVersion: '1.0'
  readonly cluster: string
  /** Rows that were counted and hashed again in the copy. */
  readonly rows: number
  /** Empty: the copy reads the same. */
  readonly differences: readonly CopyDifference[]
  readonly ok: boolean
  readonly ms: number
}

const FORBIDDEN = ['mysql', 'sys', 'information_schema', 'performance_schema']

const refuse = (
  code: string,
  exit: 'configuration' | 'preflight',
  message: string,
  next: string,
  where?: string,
): HowdahError => new HowdahError({ code, exit, message, next, ...(where !== undefined && { where }) })

/** Throws RESTORE_FOREIGN, RESTORE_UNCONFIRMED. */
function intoOf(cluster: Cluster, { manifest }: Backup, options: RestoreOptions): string {
  const into = options.into ?? `${manifest.database}_restored`
  const foreign = [...FORBIDDEN, cluster.metastore.database, ...(cluster.lms ? [cluster.lms.database] : [])]
  if (foreign.includes(into.toLowerCase()) || !/^[A-Za-z0-9_$]{1,40}$/.test(into)) {
    const message = `${into} is no database for results`
    throw refuse(
      'RESTORE_FOREIGN',
      'configuration',
      message,
      'name another one: letters, digits, _ and $, up to 40 of them',
    )
  }
  if (options.replace && options.confirm !== into) {
    const message = `--replace puts ${into} aside, and that was not confirmed`
    throw refuse('RESTORE_UNCONFIRMED', 'configuration', message, `add --confirm=${into}`)
  }
  return into
}

interface Present {
  readonly exists: boolean
  readonly tables: readonly string[]
  readonly objects: number
}

async function present(connection: Connection, database: string): Promise<Present> {
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
    const message = `${into} holds ${found.tables.length} tables, and a restore does not go over them`
    throw refuse(
      'RESTORE_NOT_EMPTY',
      'preflight',
      message,
      `--into another database; or --replace --confirm=${into}, which keeps them in a database beside it`,
      where,
    )
  }
  if (found.objects > 0 || (found.exists && backup.manifest.objects.length > 0)) {
    const message = `views, triggers and routines cannot be moved from one database to another, and ${found.objects > 0 ? into : 'the backup'} has some`
    throw refuse('RESTORE_OBJECTS', 'preflight', message, '--into a database that is not there yet', where)
  }
}

const stamp = (): string => new Date().toISOString().replace(/[-:]|\.\d+/g, '')

/** Sends the dump to the host and loads it there. */
async function load(
  place: StorePlace,
  database: string,
  { dump, manifest }: Backup,
  signal: AbortSignal,
): Promise<void> {
  const { transport, login } = place
  const path = `/var/lib/howdah/restore/${database}.sql.gz`
  await transport.upload({
    ...{ open: () => createReadStream(dump), bytes: manifest.bytes, sha256: manifest.sha256 },
    ...{ path, mode: '0600', as: 'root', signal },
  })
  const ran = await transport.run({ script: loadScript(login, database, path), as: 'root', signal })
  const failed = clientFailure(
    ran,
    ran.exit,
    place,
    `the dump could not be loaded; nothing of it is to be seen, and what was there is as it was`,
  )
  if (failed) throw failed
}

interface Work {
  readonly place: StorePlace
  readonly backup: Backup
  readonly into: string
  readonly plan: RestorePlan
  readonly signal: AbortSignal
}

const make = (connection: Connection, database: string, { collation }: Backup['manifest']) =>
  connection.query(
    `CREATE DATABASE ${quoteName(database)} CHARACTER SET ${collation.split('_')[0]} COLLATE ${collation}`,
  )

async function prove(
  connection: Connection,
  database: string,
  backup: Backup,
): Promise<{ rows: number; differences: CopyDifference[] }> {
  await connection.query("SET SESSION time_zone = '+00:00'")
  const found = await fingerprint(connection, database)
  return {
    rows: found.tables.reduce((sum, table) => sum + table.rows, 0),
    differences: compareCopy(backup.manifest, found),
  }
}

/** One statement, so that readers see either all of the old tables or all of the new. */
async function moveIn(
  connection: Connection,
  scratch: string,
  { into, plan, backup }: Work,
  old: readonly string[],
): Promise<void> {
  const named = (database: string, table: string) => `${quoteName(database)}.${quoteName(table)}`
  const there = (await collationOf(connection, into)) !== undefined
  if (!there) await make(connection, into, backup.manifest)
  const aside = plan.moved?.to
  if (aside !== undefined) await make(connection, aside, backup.manifest)
  const moves = [
    ...(aside === undefined ? [] : old.map((table) => `${named(into, table)} TO ${named(aside, table)}`)),
    ...backup.manifest.tables.map(({ name }) => `${named(scratch, name)} TO ${named(into, name)}`),
  ]
  try {
    if (moves.length > 0) await connection.query(`RENAME TABLE ${moves.join(', ')}`)
  } catch (error) {
    if (aside !== undefined) await connection.query(`DROP DATABASE ${quoteName(aside)}`)
    if (!there) await connection.query(`DROP DATABASE ${quoteName(into)}`)
    throw error
  }
  await connection.query(`DROP DATABASE ${quoteName(scratch)}`)
}

/** Takes away what a restore left unfinished; where the server is gone, the next one does. */
async function clear(place: StorePlace, database: string): Promise<void> {
  const connection = await place.connect()
  try {
    await connection.query(`DROP DATABASE IF EXISTS ${quoteName(database)}`)
  } finally {
    connection.destroy()
  }
}

/** Loads beside, proves there, and only then lets it be seen under its name. */
async function restoreInto(work: Work): Promise<{ rows: number; differences: CopyDifference[] }> {
  const { place, backup, into, signal } = work
  // Triggers and the like stay where they were made, so a database with them is loaded under its own name at once.
  const scratch = backup.manifest.objects.length > 0 ? into : `howdah_restoring_${into}`
  if (scratch !== into) await clear(place, scratch)
  let unfinished = false
  try {
    const first = await place.connect()
    try {
      await make(first, scratch, backup.manifest)
      unfinished = true
    } finally {
      first.destroy()
    }
    await load(place, scratch, backup, signal)
    const connection = await place.connect()
    try {
      const proof = await prove(connection, scratch, backup)
      if (proof.differences.length > 0) return proof
      if (scratch !== into) await moveIn(connection, scratch, work, (await present(connection, into)).tables)
      unfinished = false
      return proof
    } finally {
      connection.destroy()
    }
  } finally {
    if (unfinished) await clear(place, scratch).catch(() => {})
  }
}

async function planOf(
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

async function restore(
  session: Session,
  backup: Backup,
  options: RestoreOptions,
  consent: (plan: RestorePlan) => Promise<boolean>,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const begun = Date.now()
  const place = storePlace(session)
  const into = intoOf(session.cluster, backup, options)
  try {
    const plan = await planOf(place, backup, into, options)
    if (!(await consent(plan))) throw declined()
    session.report({ type: 'phase', title: `Loading ${plan.from.rows} rows into ${into} of ${plan.target}` })
    const proof = await restoreInto({ place, backup, into, plan, signal })
    const { name: cluster } = session.cluster
    return {
      formatVersion: '1.0',
      cluster,
      ...plan,
      ...proof,
      ok: proof.differences.length === 0,
      ms: Date.now() - begun,
    }
  } catch (error) {
    const next = 'see that the server runs (howdah status), then type the same command again'
    throw storeFailure(error, place, 'what was there before is as it was', next)
  }
}

const declined = (): HowdahError =>
  new HowdahError({
    code: 'RESTORE_DECLINED',
    exit: 'unexpected',
    message: 'nothing was changed: the restore was not confirmed',
    next: 'howdah store restore FILE --yes',
  })

/**
 * Loads a backup into a database that is empty or not there yet, or with `replace` in place of one, and proves that
 * every table, collation and row of the copy reads as the backup says. What does not is taken away again.
 * Throws BACKUP_*, RESTORE_*, STORE_*, LOCK_HELD.
 */
export async function restoreStore(
  options: OperationOptions,
  wanted: RestoreOptions,
  consent: (plan: RestorePlan) => Promise<boolean>,
): Promise<RestoreReport> {
  const backup = await openBackup(wanted.backup)
  const session = await openSession(options)
  try {
    return await withLock(session, 'store restore', (signal) =>
      restore(session, backup, wanted, consent, signal),
    )
  } finally {
    await session.close()
  }
}
