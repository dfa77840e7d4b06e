import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { HowdahError } from '../../errors.ts'
import type { DatabaseFingerprint } from '../../mysql/index.ts'
import { WHOLE_DUMP } from '../../services/result-store/index.ts'

/** The manifest of a dump: a fingerprint of the database, read in the same snapshot. */
export interface BackupManifest extends DatabaseFingerprint {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly database: string
  /** When its snapshot was taken, in UTC. */
  readonly taken: string
  readonly server: { readonly target: string; readonly version: string }
  /** Name of the dump, in the same directory. */
  readonly dump: string
  readonly bytes: number
  readonly sha256: string
}

/** `reports-20261128T133000Z`: sorts by time, and needs no quotes. */
export const backupName = (database: string, taken: Date): string =>
  `${database}-${taken.toISOString().replace(/[-:]|\.\d+/g, '')}`

const broken = (path: string, message: string, next: string, cause?: unknown): HowdahError =>
  new HowdahError({ code: 'BACKUP_DAMAGED', exit: 'configuration', message, where: path, next, cause })

/** A dump that is being written. The file gets its name when it is complete. Files have mode 0600. */
export class DumpFile {
  readonly path: string
  readonly #part: string
  readonly #hash = createHash('sha256')
  #fd: number
  #bytes = 0
  constructor(dir: string, name: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    this.path = join(dir, `${name}.sql.gz`)
    this.#part = `${this.path}.part`
    this.#fd = openSync(this.#part, 'w', 0o600)
  }
  get bytes(): number {
    return this.#bytes
  }
  /** Throws BACKUP_NOT_WRITTEN. */
  write(chunk: Buffer): void {
    try {
      // writeFileSync writes the whole chunk; write may write a part of it when the disk fills up.
      writeFileSync(this.#fd, chunk)
    } catch (error) {
      throw new HowdahError({
        code: 'BACKUP_NOT_WRITTEN',
        exit: 'stepFailed',
        message: `the dump cannot be written to this machine: ${(error as Error).message}; the incomplete file was removed`,
        where: this.path,
        next: 'free some space, or name another directory: howdah store backup --to DIRECTORY',
        cause: error,
      })
    }
    this.#hash.update(chunk)
    this.#bytes += chunk.length
  }
  /** Renames the dump, then the manifest, so that a manifest means that both are complete. Throws BACKUP_CUT. */
  async finish(manifest: (sum: { bytes: number; sha256: string }) => BackupManifest): Promise<string> {
    fsyncSync(this.#fd)
    this.#close()
    if (!WHOLE_DUMP.test(await lastLine(this.#part))) throw cut(this.path)
    renameSync(this.#part, this.path)
    const path = this.path.replace(/\.sql\.gz$/, '.json')
    const text = `${JSON.stringify(manifest({ bytes: this.#bytes, sha256: this.#hash.digest('hex') }), null, 2)}\n`
    writeFileSync(`${path}.part`, text, { mode: 0o600, flush: true })
    renameSync(`${path}.part`, path)
    return path
  }
  /** Removes the incomplete file. */
  discard(): void {
    this.#close()
    rmSync(this.#part, { force: true })
  }
  #close(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = -1
  }
}

const cut = (path: string): HowdahError =>
  new HowdahError({
    code: 'BACKUP_CUT',
    exit: 'stepFailed',
    message: 'the dump is incomplete',
    expected: 'a last line "-- Dump completed"',
    where: path,
    next: 'howdah store backup',
  })

/** The last line of a gzipped text that is not empty. Throws BACKUP_DAMAGED when the file is cut. */
async function lastLine(path: string): Promise<string> {
  let tail = ''
  await pipeline(createReadStream(path), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) tail = (tail + chunk.toString('latin1')).slice(-400)
  }).catch((cause: unknown) => {
    throw broken(
      path,
      `${path} is incomplete: ${cause instanceof Error ? cause.message : cause}`,
      'howdah store backup',
      cause,
    )
  })
  return tail.trimEnd().split('\n').at(-1) ?? ''
}

export interface Backup {
  readonly manifest: BackupManifest
  /** Path of the dump. */
  readonly dump: string
}

function readManifest(path: string): BackupManifest {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as BackupManifest
    if (found.formatVersion === '1.0' && Array.isArray(found.tables)) return found
  } catch (cause) {
    throw broken(path, `${path} can't be read as the manifest of a dump`, `ls -l ${dirname(path)}`, cause)
  }
  throw broken(path, `${path} is not a manifest of howdah store backup`, `ls -l ${dirname(path)}`)
}

/** Opens a backup by the path of its dump or of its manifest, and checks every byte. Throws BACKUP_DAMAGED, BACKUP_CUT. */
export async function openBackup(path: string): Promise<Backup> {
  const base = path.replace(/(\.sql\.gz|\.json)$/, '')
  const manifest = readManifest(`${base}.json`)
  const dump = join(dirname(base), basename(manifest.dump))
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(dump), hash)
  } catch (cause) {
    throw broken(dump, `the dump ${dump} can't be read`, `ls -l ${dirname(base)}`, cause)
  }
  const sum = hash.digest('hex')
  if (sum !== manifest.sha256 || statSync(dump).size !== manifest.bytes) {
    throw broken(
      dump,
      `${dump} is not the file that was written: its sha256 is ${sum}, not ${manifest.sha256}`,
      'use another backup file',
    )
  }
  if (!WHOLE_DUMP.test(await lastLine(dump))) throw cut(dump)
  return { manifest, dump }
}
