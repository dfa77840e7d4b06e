import pLimit from 'p-limit'

/** Runs a limited number of tasks at once; the others wait. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>

/** Session channels per connection: sshd's MaxSessions is 10, and two are left for you and for debugging. */
export const SESSIONS_PER_CONNECTION = 8

/** SSH handshakes at once: more would block the event loop and exceed sshd's MaxStartups on a jump host. */
export const HANDSHAKES_AT_ONCE = 16

/** A limiter; the default is for handshakes, shared by all hosts of a run. */
export function createLimiter(atOnce: number = HANDSHAKES_AT_ONCE): Limiter {
  const limit = pLimit(atOnce)
  return (work) => limit(work)
}

/** The handshake limiter of this process, for runs without their own. */
export const defaultConnectLimiter: Limiter = createLimiter()
