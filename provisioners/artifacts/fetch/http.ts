import type { ProviderContext } from '../types.ts'

/** What a server may do before a download ends with an error. */
export interface Bounds {
  /** The largest file, in bytes. The largest tarball of Hadoop has less than 1 GiB. */
  readonly mostBytes: number
  /** Milliseconds in which `leastBytes` must arrive. */
  readonly windowMs: number
  /** A server that sends a byte now and then would hold a run for ever. */
  readonly leastBytes: number
}

export const BOUNDS: Bounds = { mostBytes: 4 * 2 ** 30, windowMs: 60_000, leastBytes: 60 * 1024 }

export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** The body, in order; it throws when the server sends too little for too long. */
  readonly body: AsyncIterable<Uint8Array>
  /** Stops the transfer. */
  readonly cancel: () => void
}

/**
 * GET with a timeout for a server that stops sending, or sends too slowly. Follows redirects.
 * @throws the errors of fetch: a TypeError with the reason as its cause, or the signal's reason.
 */
export async function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  context: Pick<ProviderContext, 'signal' | 'bounds'>,
): Promise<Reply> {
  const guard = new AbortController()
  const pace = keepPace({ ...BOUNDS, ...context.bounds }, (error) => guard.abort(error))
  const signal = context.signal ? AbortSignal.any([context.signal, guard.signal]) : guard.signal
  try {
    // `identity`: the checksum is of the stored file, so the transfer must not be compressed.
    const { address, authorization } = splitCredentials(url)
    const all = { 'accept-encoding': 'identity', ...authorization, ...headers }
    const response = await fetch(address, { headers: all, signal })
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of response.body ?? []) {
          pace.received(chunk.length)
          yield chunk
        }
      } finally {
        pace.stop()
      }
    }
    const cancel = () => {
      pace.stop()
      guard.abort()
    }
    return { status: response.status, headers: response.headers, body: body(), cancel }
  } catch (error) {
    pace.stop()
    throw error
  }
}

interface Pace {
  readonly received: (bytes: number) => void
  readonly stop: () => void
}

/** Calls `stall` when a whole window brings too few bytes. */
function keepPace({ windowMs, leastBytes }: Bounds, stall: (error: Error) => void): Pace {
  let bytes = 0
  let first = true
  const timer = setInterval(() => {
    const what = bytes === 0 && first ? 'no answer' : `only ${bytes} bytes`
    if (bytes < leastBytes)
      stall(new Error(`${what} in ${windowMs / 1000} s; at least ${leastBytes} bytes are expected`))
    bytes = 0
    first = false
  }, windowMs)
  return {
    received(more) {
      bytes += more
    },
    stop: () => clearInterval(timer),
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
  context: Pick<ProviderContext, 'signal' | 'bounds'>,
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
