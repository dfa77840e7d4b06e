import type { Reporter } from '../events.ts'
import type { HostKeyQuestion } from './host-keys.ts'
import { createLimiter, type Limiter } from './limiter.ts'
import type { Link } from './link.ts'
import type { Redactor } from './redact.ts'

/** What a transport needs from the run that it serves. Transports of one run share the redactor. */
export interface TransportDeps {
  readonly redactor: Redactor
  readonly report: Reporter
  /** Asked before a new host key is recorded (accept-new); absent: it is recorded and reported. */
  readonly confirmHostKey?: (question: HostKeyQuestion) => Promise<boolean>
  /** Bounds the handshakes at once over all hosts; absent: one for the whole process. */
  readonly connectLimiter?: Limiter
}

/** A jump connection with the number of transports that go through it. */
export interface SharedLink {
  users: number
  readonly link: Promise<Link>
}

/** What the transports of one run share among themselves. */
export interface RunState {
  readonly jumps: Map<string, SharedLink>
  readonly reported: Set<string>
  readonly questions: Limiter
}

const states = new WeakMap<Redactor, RunState>()

/** The state of the run that this redactor belongs to. */
export function runState({ redactor }: TransportDeps): RunState {
  const existing = states.get(redactor)
  if (existing !== undefined) return existing
  const state = { jumps: new Map(), reported: new Set<string>(), questions: createLimiter(1) }
  states.set(redactor, state)
  return state
}
