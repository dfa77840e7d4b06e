import type { ProviderContext } from '../types.ts'

/** Time without data from the server, in milliseconds, after which a request fails. */
const STALL_MS = 60_000

export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** The body, in order; it throws when the server sends nothing for too long. */
  readonly body: AsyncIterable<Uint8Array>
  /** Stops the transfer. */
  readonly cancel: () => void
}

/**
 * GET with a timeout for a server that stops sending. Follows redirects.
 * @throws the errors of fetch: a TypeError with the reason as its cause, or the signal's reason.
 */
export async function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  context: Pick<ProviderContext, 'signal'>,
): Promise<Reply> {
  const guard = new AbortController()
  const stall = () => guard.abort(new Error(`no answer for ${STALL_MS / 1000} s`))
  let timer = setTimeout(stall, STALL_MS)
  const signal = context.signal ? AbortSignal.any([context.signal, guard.signal]) : guard.signal
  try {
    // `identity`: the checksum is of the stored file, so the transfer must not be compressed.
    const { address, authorization } = splitCredentials(url)
    const all = { 'accept-encoding': 'identity', ...authorization, ...headers }
    const response = await fetch(address, { headers: all, signal })
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of response.body ?? []) {
          clearTimeout(timer)
          timer = setTimeout(stall, STALL_MS)
          yield chunk
        }
      } finally {
        clearTimeout(timer)
      }
    }
    const cancel = () => {
      clearTimeout(timer)
      guard.abort()
    }
    return { status: response.status, headers: response.headers, body: body(), cancel }
  } catch (error) {
    clearTimeout(timer)
    throw error
  }
}

/** fetch() refuses user and password in an address, and its error shows both, so they go into a header. */
export function splitCredentials(url: string): { address: string; authorization: Record<string, string> } {
  const parsed = new URL(url)
  if (parsed.username === '' && parsed.password === '') return { address: url, authorization: {} }
  const pair = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`
  parsed.username = ''
  parsed.password = ''
  const authorization = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
  return { address: parsed.href, authorization }
}

/** A small text, at most `limit` bytes of it. @returns undefined when it does not exist (404, 410, 403). */
export async function getText(
  url: string,
  context: Pick<ProviderContext, 'signal'>,
  limit = 65_536,
): Promise<string | undefined> {
  const reply = await get(url, {}, context)
  if (isAbsent(reply.status)) {
    reply.cancel()
    return undefined
  }
  if (reply.status !== 200) {
    reply.cancel()
    throw new Error(`the server answered ${reply.status}`)
  }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of reply.body) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > limit) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

export const isAbsent = (status: number): boolean => status === 404 || status === 410 || status === 403

export const looksLikeHtml = (text: string): boolean => /^\uFEFF?\s*<(!doctype|html|head|\?xml)/i.test(text)

/** A URL, or a text with URLs, without user and password, for messages. */
export const shownUrl = (url: string): string => url.replace(/\/\/[^/@\s]*@/g, '//')
