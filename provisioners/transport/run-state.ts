import type { Reporter } from '../events.ts'
import type { HostKeyQuestion } from './host-keys.ts'
import { createLimiter, type Limiter } from './limiter.ts'
import type { Link } from './link.ts'
import type { Redactor } from './redact.ts'

/** What a transport needs from its run. Transports of one run share the redactor. */
export interface TransportDeps {
  readonly redactor: Redactor
  readonly report: Reporter
  /** Called before a new host key is recorded (accept-new); absent: it is recorded and reported. */
  readonly confirmHostKey?: (question: HostKeyQuestion) => Promise<boolean>
  /** Limits the concurrent handshakes of all hosts; absent: the limiter of the process. */
  readonly connectLimiter?: Limiter
}

/** A connection to a jump host with the number of transports that use it. */
export interface SharedLink {
  users: number
  readonly link: Promise<Link>
}

/** What the transports of one run share. */
export interface RunState {
  readonly jumps: Map<string, SharedLink>
  readonly reported: Set<string>
  readonly questions: Limiter
}

const states = new WeakMap<Redactor, RunState>()

/** The state of the redactor's run. */
export function runState({ redactor }: TransportDeps): RunState {
  const existing = states.get(redactor)
  if (existing !== undefined) return existing
  const state = { jumps: new Map(), reported: new Set<string>(), questions: createLimiter(1) }
  states.set(redactor, state)
  return state
}
