import { join } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { HowdahError } from '../../errors.ts'
import {
  collationOf,
  type DatabaseFingerprint,
  fingerprint,
  quoteName,
  serverVersion,
  tablesOf,
} from '../../mysql/index.ts'
import { ask } from '../../runtime/ask.ts'
import { withLock } from '../../runtime/lock.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { DUMP_ENDED, DUMP_STARTED, dumpScript } from '../../services/result-store/index.ts'
import { type BackupManifest, backupName, DumpFile } from './backup-file.ts'
import { clientFailure, type StorePlace, storeFailure, storePlace } from './place.ts'

export interface BackupOptions {
  /** Directory on this machine; absent: `backups` in the cluster's state directory. */
  readonly to?: string
  /** Absent: the database of the result store. */
  readonly database?: string
}

export interface BackupReport {
  readonly formatVersion: '1.0'
  readonly manifest: BackupManifest
  /** Paths on this machine. */
  readonly dump: string
  readonly manifestFile: string
  readonly ms: number
}

/** A promise that is resolved from outside, by `open`. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>((done) => {
    open = done
  })
  return { opened, open: () => open() }
}

/**
 * Runs the dump on its host and writes its output into the file. Calls `started` when the dump has its snapshot, at the
 * latest when it ends.
 */
async function dump(
  place: StorePlace,
  database: string,
  file: DumpFile,
  started: () => void,
  signal?: AbortSignal,
): Promise<void> {
  let exit: number | undefined
  try {
    const ran = await ask(place.transports, place.client, {
      title: `the dump of ${database}`,
      script: dumpScript(place.login, database),
      as: 'root',
      timeoutMs: 'unbounded',
      onLine: (line) => {
        if (line.startsWith(DUMP_STARTED)) started()
        else if (line.startsWith(DUMP_ENDED)) exit = Number(line.slice(DUMP_ENDED.length) || Number.NaN)
        else file.write(Buffer.from(line, 'base64'))
      },
      ...(signal && { signal }),
    })
    const failed = clientFailure(
      ran,
      exit ?? (ran.exit || 1),
      place,
      `the dump of ${database} failed; the incomplete file was removed`,
    )
    if (failed) throw failed
  } finally {
    started()
  }
}

/** In this time a dump that has lost its server ends on its own and removes its files on the host. */
const ABANDON_MS = 5000

/** Waits for a dump that will not be kept, so that it neither keeps running nor leaves files on its host. */
async function abandon(dumped: Promise<void>, stop: AbortController): Promise<void> {
  const timer = setTimeout(() => stop.abort(), ABANDON_MS)
  await dumped.catch(() => {})
  clearTimeout(timer)
}

/** Locks the tables against writers until `release`. Readers are not affected. */
async function lockTables(
  place: StorePlace,
  database: string,
): Promise<{ readonly all: boolean; release(): void }> {
  const connection = await place.connect()
  try {
    const tables = await tablesOf(connection, database)
    const locks = tables.map(({ name }) => `${quoteName(database)}.${quoteName(name)} READ`)
    if (locks.length > 0) await connection.query(`LOCK TABLES ${locks.join(', ')}`)
    // Only InnoDB has snapshots. Other tables must stay locked while they are read.
    return { all: tables.some(({ engine }) => engine !== 'InnoDB'), release: () => connection.destroy() }
  } catch (error) {
    connection.destroy()
    throw error
  }
}

async function openSnapshot(place: StorePlace): Promise<Connection> {
  const connection = await place.connect()
  try {
    // Times are hashed as text, so they must not depend on the time zone of the server.
    await connection.query("SET SESSION time_zone = '+00:00'")
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')
    return connection
  } catch (error) {
    connection.destroy()
    throw error
  }
}

interface Taken {
  readonly found: DatabaseFingerprint
  readonly version: string
  readonly at: Date
}

/** Takes the dump and the fingerprint. Both see the same rows, because writers wait while the two snapshots are taken. */
async function takeBackup(
  place: StorePlace,
  database: string,
  file: DumpFile,
  signal: AbortSignal,
): Promise<Taken> {
  const lock = await lockTables(place, database)
  let snapshot: Connection | undefined
  let dumped = Promise.resolve()
  const stop = new AbortController()
  try {
    snapshot = await openSnapshot(place)
    const at = new Date()
    const { opened, open } = gate()
    dumped = dump(place, database, file, open, AbortSignal.any([signal, stop.signal]))
    dumped.catch(() => {})
    await opened
    if (!lock.all) lock.release()
    const [found] = await Promise.all([fingerprint(snapshot, database), dumped])
    return { found, version: await serverVersion(snapshot), at }
  } finally {
    snapshot?.destroy()
    lock.release()
    await abandon(dumped, stop)
  }
}

async function checkDatabase(place: StorePlace, database: string): Promise<void> {
  const connection = await place.connect()
  try {
    if ((await collationOf(connection, database)) !== undefined) return
  } finally {
    connection.destroy()
  }
  throw new HowdahError({
    code: 'BACKUP_NO_DATABASE',
    exit: 'preflight',
    message: `${place.server.target} has no database ${database}`,
    where: place.server.target,
    next: 'howdah bootstrap makes it; --database names another one',
  })
}

/** Like `backupStore`, in a session whose lock the caller holds. */
export async function backupHeld(
  session: Session,
  { to, database: named }: BackupOptions,
  signal: AbortSignal,
): Promise<BackupReport> {
  const begun = Date.now()
  const { cluster, report } = session
  const place = storePlace(session)
  const database = named ?? place.store.database
  report({ type: 'phase', title: `Dumping ${database} of ${place.server.target}` })
  let file: DumpFile | undefined
  try {
    await checkDatabase(place, database)
    const part = new DumpFile(to ?? join(cluster.stateDir, 'backups'), backupName(database, new Date()))
    file = part
    const { found, version, at } = await takeBackup(place, database, part, signal)
    let manifest: BackupManifest | undefined
    const manifestFile = await part.finish((sum) => {
      manifest = {
        formatVersion: '1.0',
        cluster: cluster.name,
        database,
        taken: at.toISOString(),
        server: { target: place.server.target, version },
        dump: part.path.slice(part.path.lastIndexOf('/') + 1),
        ...sum,
        ...found,
      }
      return manifest
    })
    return {
      formatVersion: '1.0',
      manifest: manifest as unknown as BackupManifest,
      dump: part.path,
      manifestFile,
      ms: Date.now() - begun,
    }
  } catch (error) {
    file?.discard()
    throw storeFailure(
      error,
      place,
      'the incomplete dump was removed',
      'check that the server runs (howdah status), then howdah store backup',
    )
  }
}

/**
 * Dumps the database of the result store to this machine, with a manifest. Changes nothing on the server.
 * Throws STORE_*, BACKUP_*, LOCK_HELD.
 */
export async function backupStore(options: OperationOptions, backup: BackupOptions): Promise<BackupReport> {
  const session = await openSession(options)
  try {
    return await withLock(session, 'store backup', (signal) => backupHeld(session, backup, signal))
  } finally {
    await session.close()
  }
}
