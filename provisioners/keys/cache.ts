import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const entrySchema = z.object({
  formatVersion: z.literal(1),
  /** The last time at which the source gave keys, in ISO 8601. */
  at: z.iso.datetime(),
  text: z.string(),
})

export type CacheEntry = z.infer<typeof entrySchema>

/**
 * The last valid keys of each source, in a directory that only its owner can use: anybody who could write to it could
 * add their own key.
 */
export class KeyCache {
  readonly #dir: string
  constructor(dir: string) {
    this.#dir = dir
  }

  /** The entry of a source; undefined without a valid one. */
  async read(source: string): Promise<CacheEntry | undefined> {
    try {
      return entrySchema.parse(JSON.parse(await readFile(this.#path(source), 'utf8')))
    } catch {
      return undefined
    }
  }

  async write(source: string, text: string): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    await chmod(this.#dir, 0o700)
    const path = this.#path(source)
    const part = `${path}.${process.pid}.part`
    const entry: CacheEntry = { formatVersion: 1, at: new Date().toISOString(), text }
    await writeFile(part, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
    await rename(part, path)
  }

  #path(source: string): string {
    return join(this.#dir, `${createHash('sha256').update(source).digest('hex').slice(0, 32)}.json`)
  }
}
