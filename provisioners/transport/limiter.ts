import pLimit from 'p-limit'

/** Lets a bounded number of pieces of work run at once; the others wait their turn. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>

/** Session channels per connection: sshd's MaxSessions is 10, and two are left for users and debugging. */
export const SESSIONS_PER_CONNECTION = 8

/** SSH handshakes at once: more would starve the event loop and run into sshd's MaxStartups on a jump host. */
export const HANDSHAKES_AT_ONCE = 16

/** A limiter; without a number, one for handshakes, to be shared by all hosts of a run. */
export function createLimiter(atOnce: number = HANDSHAKES_AT_ONCE): Limiter {
  const limit = pLimit(atOnce)
  return (work) => limit(work)
}

/** The handshake limiter shared by all hosts of this process, unless a run brings its own. */
export const defaultConnectLimiter: Limiter = createLimiter()
