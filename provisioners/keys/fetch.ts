import { setTimeout as delay } from 'node:timers/promises'
import { splitCredentials } from '../artifacts/fetch/http.ts'
import { isSafeAddress } from '../config/resolve/users.ts'

export interface FetchOptions {
  readonly signal?: AbortSignal
  /** The pause before each retry, in milliseconds; their number is the number of retries. */
  readonly waits?: readonly number[]
  /** The time for one try, in milliseconds. */
  readonly timeoutMs?: number
}

/** A failed fetch, and whether a retry may help. */
class FetchFailure extends Error {
  readonly again: boolean
  constructor(message: string, again: boolean) {
    super(message)
    this.again = again
  }
}

const WAITS = [300, 900, 2000] as const
const TIMEOUT_MS = 10_000
const MOST_BYTES = 262_144
const MOST_HOPS = 5

/**
 * Fetches a small text over https, with retries while the server is slow, busy or unreachable. Follows a redirect only
 * to another https address. Throws an Error with the reason of a failure.
 */
export async function fetchText(url: string, options: FetchOptions = {}): Promise<string> {
  const waits = options.waits ?? WAITS
  for (let i = 0; ; i++) {
    try {
      return await tryOnce(url, options)
    } catch (error) {
      const wait = waits[i]
      options.signal?.throwIfAborted()
      if (wait === undefined || (error instanceof FetchFailure && !error.again)) throw error
      await delay(wait, undefined, options.signal ? { signal: options.signal } : {})
    }
  }
}

async function tryOnce(url: string, { signal, timeoutMs = TIMEOUT_MS }: FetchOptions): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs)
  const both = signal ? AbortSignal.any([signal, limit]) : limit
  try {
    return await read(await follow(url, both))
  } catch (error) {
    if (error instanceof FetchFailure) throw error
    if (limit.aborted) throw new FetchFailure(`no answer within ${timeoutMs / 1000} s`, true)
    throw new FetchFailure(reasonOf(error), true)
  }
}

async function follow(start: string, signal: AbortSignal): Promise<Response> {
  const first = splitCredentials(start)
  let { address } = first
  let headers = first.authorization
  for (let hop = 0; hop <= MOST_HOPS; hop++) {
    const response = await fetch(address, { headers, signal, redirect: 'manual' })
    const target = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || target === null) return response
    await response.body?.cancel()
    const next = new URL(target, address)
    if (!isSafeAddress(next.href)) {
      throw new FetchFailure(
        `it redirects to ${next.protocol}//${next.host}, which is not an https address`,
        false,
      )
    }
    // Credentials go only to the server in the address.
    if (next.origin !== new URL(address).origin) headers = {}
    address = next.href
  }
  throw new FetchFailure(`more than ${MOST_HOPS} redirects`, false)
}

async function read(response: Response): Promise<string> {
  if (response.status !== 200) {
    await response.body?.cancel()
    const busy = response.status >= 500 || [408, 425, 429].includes(response.status)
    throw new FetchFailure(`the server answered ${response.status}`, busy)
  }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MOST_BYTES)
      throw new FetchFailure(`the answer is longer than ${MOST_BYTES / 1024} KiB`, false)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error as { cause?: unknown }
  if (!(cause instanceof Error)) return error.message
  // After several addresses were tried, the message is empty and only the code has the reason.
  return cause.message || ((cause as NodeJS.ErrnoException).code ?? error.message)
}
