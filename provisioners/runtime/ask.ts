/**
 * The one door to a host beside the plan: questions, reports, proofs, dumps. A plan reads hosts by `probe` and changes
 * them by `apply`; every other script or file reaches a host here. test/rooms.test.ts finds a call that does not.
 */

import { HowdahError, HowdahErrors } from '../errors.ts'
import type { RunResult, Transport, UploadRequest } from '../transport/types.ts'

/** The connections of a session, by the name of the host. */
export type Transports = Readonly<Record<string, Transport>>

export interface Question {
  /** What is asked for, as an error names it: `the ledger of the tracking logs`. */
  readonly title: string
  /** POSIX sh. It travels on stdin. */
  readonly script: string
  /** Run as this user by sudo; absent: as the login user. */
  readonly as?: string
  /** Milliseconds; `unbounded` for what takes as long as the data is large, such as a dump. */
  readonly timeoutMs: number | 'unbounded'
  /** Characters of each stream that the result keeps: its end. Absent: all that the transport keeps. */
  readonly keep?: number
  /** Called with each full line of stdout as it arrives. */
  readonly onLine?: (line: string) => void
  readonly signal?: AbortSignal
}

/** The connection to a host, for what opens streams through it. Throws HOST_NOT_CONNECTED. */
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
 * Runs a script on a host and gives its exit code and output; an exit code of its own is an answer, not an error.
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

/** Places a file that a proof or a restore needs. Throws HOST_NOT_CONNECTED, and what `Transport.upload` throws. */
export function send(
  transports: Transports,
  host: string,
  { title, ...file }: UploadRequest & { readonly title: string },
): Promise<void> {
  const transport = connectionTo(transports, host)
  return named(title, () => transport.upload(file))
}

const endOf = (text: string, length: number): string => (text.length > length ? text.slice(-length) : text)

/** An error of the transport says which host failed; the title says what was wanted of it. */
async function named<T>(title: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof HowdahError) || error instanceof HowdahErrors) throw error
    throw new HowdahError({ ...error.details, message: `${title}: ${error.message}`, cause: error })
  }
}
