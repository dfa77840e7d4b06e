import { createReadStream } from 'node:fs'
import type { Connection } from 'mysql2/promise'
import { HowdahError } from '../../errors.ts'
import {
  type CopyDifference,
  collationOf,
  compareCopy,
  fingerprint,
  isLost,
  quoteName,
} from '../../mysql/index.ts'
import { ask, send } from '../../runtime/ask.ts'
import { loadScript } from '../../services/result-store/index.ts'
import type { Backup } from './backup-file.ts'
import { clientFailure, type StorePlace } from './place.ts'
import { present, type RestorePlan } from './restore-plan.ts'

/** Restores a backup: loads it into a scratch database, verifies the copy, and moves its tables to their database. */

/** Sends the dump to the host and loads it there. */
async function load(
  place: StorePlace,
  database: string,
  { dump, manifest }: Backup,
  signal: AbortSignal,
): Promise<void> {
  const { transports, client, login } = place
  const path = `/var/lib/howdah/restore/${database}.sql.gz`
  await send(transports, client, {
    title: `the dump for ${database}`,
    ...{ open: () => createReadStream(dump), bytes: manifest.bytes, sha256: manifest.sha256 },
    ...{ path, mode: '0600', as: 'root', signal },
  })
  const ran = await ask(transports, client, {
    title: `the restore of ${database}`,
    script: loadScript(login, database, path),
    ...{ as: 'root', timeoutMs: 'unbounded', signal },
  })
  const failed = clientFailure(
    ran,
    ran.exit,
    place,
    `the dump could not be loaded; its tables are not visible, and the tables that were there before are unchanged`,
  )
  if (failed) throw failed
}

/** A restore, and the plan that the operator consented to. */
export interface Work {
  readonly place: StorePlace
  readonly backup: Backup
  readonly into: string
  readonly plan: RestorePlan
  readonly signal: AbortSignal
  /** Asked before each change of the server. Throws LOCK_LOST. */
  mayChange(): Promise<void>
}

const make = (connection: Connection, database: string, { collation }: Backup['manifest']) =>
  connection.query(
    `CREATE DATABASE ${quoteName(database)} CHARACTER SET ${collation.split('_')[0]} COLLATE ${collation}`,
  )

export interface Proof {
  /** Rows that were counted and hashed in the copy. */
  readonly rows: number
  /** Empty when the copy is equal. */
  readonly differences: readonly CopyDifference[]
}

/** Compares the copy with the manifest, row by row. */
async function prove(connection: Connection, database: string, backup: Backup): Promise<Proof> {
  await connection.query("SET SESSION time_zone = '+00:00'")
  const found = await fingerprint(connection, database, backup.manifest.hash ?? 'md5')
  return {
    rows: found.tables.reduce((sum, table) => sum + table.rows, 0),
    differences: compareCopy(backup.manifest, found),
  }
}

/** Moves the tables in one statement, so that readers see either all old tables or all new ones. */
async function moveTables(
  connection: Connection,
  scratch: string,
  { place, into, plan, backup }: Work,
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
    if (isLost(error)) throw unknownMove(place, into, error)
    if (aside !== undefined) await connection.query(`DROP DATABASE ${quoteName(aside)}`)
    if (!there) await connection.query(`DROP DATABASE ${quoteName(into)}`)
    throw error
  }
  // The restore is done. If the empty database cannot be dropped now, the next restore drops it.
  await connection.query(`DROP DATABASE ${quoteName(scratch)}`).catch(() => {})
}

/** The server may have executed the statement and stopped before it answered. */
const unknownMove = ({ server: { target } }: StorePlace, into: string, cause: unknown): HowdahError =>
  new HowdahError({
    code: 'STORE_LOST',
    exit: 'connection',
    message: `${target} stopped answering while the tables were moved into ${into}: either all were moved, or none`,
    where: target,
    next: `check that the server runs (howdah status), and which tables ${into} has, before you type the same command again`,
    cause,
  })

/** Drops the database of an unfinished restore. When the server does not answer, the next restore does it. */
async function dropDatabase(place: StorePlace, database: string): Promise<void> {
  const connection = await place.connect()
  try {
    await connection.query(`DROP DATABASE IF EXISTS ${quoteName(database)}`)
  } finally {
    connection.destroy()
  }
}

/** Loads the backup into a scratch database, verifies it, and then moves it to its name. Throws STORE_*, and errors of the
 * server. */
export async function copyInto(work: Work): Promise<Proof> {
  const { place, backup, into, signal } = work
  // Triggers and routines cannot be moved, so a database with them is loaded under its final name.
  const scratch = backup.manifest.objects.length > 0 ? into : `howdah_restoring_${into}`
  await work.mayChange()
  if (scratch !== into) await dropDatabase(place, scratch)
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
      if (scratch !== into) {
        await work.mayChange()
        await moveTables(connection, scratch, work, (await present(connection, into)).tables)
      }
      unfinished = false
      return proof
    } finally {
      connection.destroy()
    }
  } finally {
    if (unfinished) await dropDatabase(place, scratch).catch(() => {})
  }
}
