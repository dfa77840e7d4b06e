import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { checksumError, truncatedError } from '../errors.ts'
import type { Digest } from '../hash.ts'
import { hashFile } from '../hash.ts'
import type { ProviderContext } from '../types.ts'
import { download } from './download.ts'
import { shownUrl } from './http.ts'

/**
 * Downloads and checks. A file that does not match is removed, so that the next run starts again.
 * @returns false when the server does not have the file.
 * @throws HowdahError ARTIFACT_CHECKSUM, and the errors of `download`.
 */
export async function downloadChecked(
  url: string,
  file: string,
  digest: Digest,
  context: ProviderContext,
): Promise<boolean> {
  if (!(await download(url, file, context))) return false
  await check(file, digest, shownUrl(url), context)
  return true
}

/**
 * Compares a file with its digest; removes the file and throws when it differs.
 * A gzip stream that ends too early is truncated: a mirror can have an incomplete file.
 * @throws HowdahError ARTIFACT_CHECKSUM or ARTIFACT_TRUNCATED.
 */
export async function check(
  file: string,
  digest: Digest,
  origin: string,
  context: ProviderContext,
  keep = false,
): Promise<void> {
  const found = await hashFile(file, digest.algorithm, context.signal)
  if (found === digest.hex) return
  const what = file.replace(/^.*\//, '')
  const short = await endsEarly(file)
  if (!keep) await rm(file, { force: true })
  if (short) throw truncatedError(what, origin, 'a gzip stream that ends early', 'a whole gzip stream')
  throw checksumError(what, origin, `${digest.algorithm} ${found}`, `${digest.algorithm} ${digest.hex}`)
}

async function endsEarly(file: string): Promise<boolean> {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    await pipeline(createReadStream(file), createGunzip(), sink)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR'
  }
}
