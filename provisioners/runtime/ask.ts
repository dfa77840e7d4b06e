/**
 * The only way to a host besides the plan: for questions, reports, proofs and dumps. A plan reads hosts by `probe` and
 * changes them by `apply`. Every other script or file goes through this file; test/rooms.test.ts finds a call that does
 * not.
 */

import { HowdahError, HowdahErrors } from '../errors.ts'
import type { RunResult, Transport, UploadRequest } from '../transport/types.ts'

/** The connections of a session, by the name of the host. */
export type Transports = Readonly<Record<string, Transport>>

export interface Question {
  /** The subject, for messages of errors: `the ledger of the tracking logs`. */
  readonly title: string
  /** POSIX sh. It is sent on stdin. */
  readonly script: string
  /** Run as this user by sudo; absent: as the login user. */
  readonly as?: string
  /** Milliseconds; `unbounded` where the time depends on the size of the data, as for a dump. */
  readonly timeoutMs: number | 'unbounded'
  /** How many characters at the end of each stream the result keeps. Absent: all that the transport keeps. */
  readonly keep?: number
  /** Called with each full line of stdout as it arrives. */
  readonly onLine?: (line: string) => void
  readonly signal?: AbortSignal
}

/** The connection to a host, for callers that open streams through it. Throws HOST_NOT_CONNECTED. */
export function connectionTo(transports: Transports, host: string): Transport {
  const transport = transports[host]
  if (transport) return transport
  throw new HowdahError({
    code: 'HOST_NOT_CONNECTED',
    exit: 'connection',
    message: `no connection to ${host}`,
    where: host,
    next: `ssh ${host} true`,
  })
}

/**
 * Runs a script on a host, and returns its exit code and output. A non-zero exit code is a result, not an error.
 * Throws HOST_NOT_CONNECTED, and what `Transport.run` throws with the title before its message.
 */
export async function ask(transports: Transports, host: string, question: Question): Promise<RunResult> {
  const { title, script, as, timeoutMs, keep, onLine, signal } = question
  const transport = connectionTo(transports, host)
  const result = await named(title, () =>
    transport.run({
      script,
      ...(as !== undefined && { as }),
      ...(timeoutMs !== 'unbounded' && { timeoutMs }),
      ...(onLine && { onLine }),
      ...(signal && { signal }),
    }),
  )
  if (keep === undefined) return result
  return { ...result, stdout: endOf(result.stdout, keep), stderr: endOf(result.stderr, keep) }
}

/** Uploads a file that a proof or a restore needs. Throws HOST_NOT_CONNECTED, and what `Transport.upload` throws. */
export function send(
  transports: Transports,
  host: string,
  { title, ...file }: UploadRequest & { readonly title: string },
): Promise<void> {
  const transport = connectionTo(transports, host)
  return named(title, () => transport.upload(file))
}

const endOf = (text: string, length: number): string => (text.length > length ? text.slice(-length) : text)

/** Adds the title to an error of the transport, which names only the host. */
async function named<T>(title: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof HowdahError) || error instanceof HowdahErrors) throw error
    throw new HowdahError({ ...error.details, message: `${title}: ${error.message}`, cause: error })
  }
}
