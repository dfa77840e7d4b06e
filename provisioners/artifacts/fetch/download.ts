import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { diskError, htmlError, networkError, tooLargeError, truncatedError } from '../errors.ts'
import type { ProviderContext } from '../types.ts'
import type { Reply } from './http.ts'
import { BOUNDS, get, isAbsent, looksLikeHtml, shownUrl } from './http.ts'
import { progress } from './progress.ts'

/** The number of times that a broken transfer is resumed before it counts as truncated. */
const ATTEMPTS = 4

/** The record of a partial file on disk. */
interface PartialFile {
  readonly url: string
  readonly validator: string
}

/**
 * Downloads to `file`. It resumes an earlier attempt, also one of an earlier run. The caller checks the hash.
 * @returns false when the server does not have the file.
 * @throws HowdahError ARTIFACT_HTML, ARTIFACT_TRUNCATED, ARTIFACT_TOO_LARGE or ARTIFACT_NETWORK.
 */
export async function download(url: string, file: string, context: ProviderContext): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true })
  for (let attempt = 1; ; attempt++) {
    const result = await transfer(url, file, context)
    if (result.end === 'absent') return false
    if (result.end === 'done') return true
    context.signal?.throwIfAborted()
    if (attempt < ATTEMPTS) continue
    if (result.total > 0)
      throw truncatedError(basename(file), shownUrl(url), `${result.have} bytes`, `${result.total} bytes`)
    throw networkError(basename(file), shownUrl(url), result.cause)
  }
}

type Transfer =
  | { readonly end: 'absent' }
  | { readonly end: 'done' }
  | { readonly end: 'broken'; readonly have: number; readonly total: number; readonly cause: unknown }

async function transfer(url: string, file: string, context: ProviderContext): Promise<Transfer> {
  const from = await resumePoint(url, file)
  const range: Record<string, string> =
    from.have > 0 ? { range: `bytes=${from.have}-`, 'if-range': from.validator } : {}
  let reply: Reply
  try {
    reply = await get(url, range, context)
  } catch (cause) {
    context.signal?.throwIfAborted()
    throw networkError(basename(file), shownUrl(url), cause)
  }
  if (isAbsent(reply.status)) {
    reply.cancel()
    return { end: 'absent' }
  }
  if (reply.status === 416) {
    reply.cancel()
    await rm(file, { force: true })
    return { end: 'broken', have: 0, total: 0, cause: new Error('the server refused the range') }
  }
  if (reply.status !== 200 && reply.status !== 206) {
    reply.cancel()
    throw networkError(basename(file), shownUrl(url), new Error(`the server answered ${reply.status}`))
  }
  refuseHtml(url, file, reply)
  return receive(url, file, reply, reply.status === 206 ? from.have : 0, context)
}

function refuseHtml(url: string, file: string, reply: Reply): void {
  if (!(reply.headers.get('content-type') ?? '').toLowerCase().startsWith('text/html')) return
  reply.cancel()
  throw htmlError(basename(file), shownUrl(url))
}

async function receive(
  url: string,
  file: string,
  reply: Reply,
  start: number,
  context: ProviderContext,
): Promise<Transfer> {
  const length = Number(reply.headers.get('content-length') ?? 0)
  const total = length > 0 ? start + length : 0
  const validator = reply.headers.get('etag') ?? reply.headers.get('last-modified') ?? ''
  await writeFile(`${file}.json`, JSON.stringify({ url, validator } satisfies PartialFile))
  const advance = progress(context.report, `download:${url}`, `Downloading ${basename(file)}`, total, 'bytes')
  const most = (context.bounds ?? BOUNDS).mostBytes ?? BOUNDS.mostBytes
  if (total > most) return refuseSize(url, file, reply, `${total} bytes`, most)
  const { have, cause } = await append(file, reply, { start, most, advance })
  if (have > most) return refuseSize(url, file, reply, `more than ${most} bytes`, most)
  if (cause === undefined && (total === 0 || have >= total)) return finish(url, file)
  return { end: 'broken', have, total, cause }
}

/** Nothing that Howdah installs is so large; a server that sends without an end would fill the disk. */
async function refuseSize(
  url: string,
  file: string,
  reply: Reply,
  found: string,
  most: number,
): Promise<never> {
  reply.cancel()
  await Promise.all([rm(file, { force: true }), rm(`${file}.json`, { force: true })])
  throw tooLargeError(basename(file), shownUrl(url), found, `at most ${most} bytes`)
}

/** Writes each chunk before it reads the next one, so that after a broken connection all received data can be used. */
async function append(
  file: string,
  reply: Reply,
  {
    start,
    most,
    advance,
  }: { readonly start: number; readonly most: number; readonly advance: (done: number) => void },
): Promise<{ have: number; cause: unknown }> {
  const handle = await open(file, start > 0 ? 'a' : 'w').catch((error) => {
    throw diskError(file, error)
  })
  let have = start
  try {
    for await (const chunk of reply.body) {
      await handle.appendFile(chunk)
      have += chunk.length
      advance(have)
      if (have > most) break
    }
    return { have, cause: undefined }
  } catch (error) {
    refuseFullDisk(file, error)
    return { have, cause: error }
  } finally {
    await handle.close()
  }
}

/** A retry does not help on a full disk. */
function refuseFullDisk(file: string, error: unknown): void {
  const { syscall } = error as NodeJS.ErrnoException
  if (syscall === 'write' || syscall === 'writev') throw diskError(file, error)
}

async function finish(url: string, file: string): Promise<Transfer> {
  await rm(`${file}.json`, { force: true })
  if (!looksLikeHtml(await firstText(file))) return { end: 'done' }
  await rm(file, { force: true })
  throw htmlError(basename(file), shownUrl(url))
}

async function firstText(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0)
    return buffer.subarray(0, bytesRead).toString('latin1')
  } finally {
    await handle.close()
  }
}

/** Only a partial file of the same URL, with a validator, can be resumed. */
async function resumePoint(url: string, file: string): Promise<{ have: number; validator: string }> {
  try {
    const partial = JSON.parse(await readFile(`${file}.json`, 'utf8')) as PartialFile
    const { size } = await stat(file)
    // A weak validator cannot be used with If-Range (RFC 9110, 13.1.5).
    if (partial.url === url && partial.validator !== '' && !partial.validator.startsWith('W/'))
      return { have: size, validator: partial.validator }
  } catch {
    // No half, or an unreadable one: from the start.
  }
  return { have: 0, validator: '' }
}
