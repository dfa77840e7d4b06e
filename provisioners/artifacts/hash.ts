import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

export type HashName = 'sha256' | 'sha512'

export interface Digest {
  readonly algorithm: HashName
  /** Lower-case hexadecimal. */
  readonly hex: string
}

/** Hashes a file without loading it into memory. Throws the errors of reading. */
export async function hashFile(file: string, algorithm: HashName, signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, signal ? { signal } : {})
  return hash.digest('hex')
}

export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex')
