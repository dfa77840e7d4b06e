import type { Cluster, Host } from '../../config/types.ts'
import type { ApplyResult, HostFacts, Recorded, Resource, State, Unreachable } from '../../engine/types.ts'
import type { SqlDatabase } from '../../mysql/index.ts'

/** How much a finding matters. `unchecked`: a check could not be made, which is neither good nor bad. */
export const SEVERITIES = ['error', 'warning', 'unchecked', 'note'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What to do about a finding. */
export type Fix =
  /** A command, as root on the host. */
  | { readonly where: 'host'; readonly text: string }
  /** A command on this machine. */
  | { readonly where: 'here'; readonly text: string }
  /** Lines of cluster.yml. */
  | { readonly where: 'cluster.yml'; readonly text: string }
  /** Something that no command does, as a sentence. */
  | { readonly where: 'hand'; readonly text: string }
  /** Bootstrap does it as part of its component `system`, and so does `howdah preflight --fix`. */
  | { readonly where: 'bootstrap' }

/** What a check found, on one host or one database server. */
export interface Found {
  readonly severity: Severity
  /** What is wrong, without the name of the host, so that the same finding of several hosts is shown once. */
  readonly message: string
  /** What was read. */
  readonly evidence: string
  readonly fix?: Fix
}

export interface Finding extends Found {
  /** The id of the check. */
  readonly check: string
  /** A host, or a database server (`sql:db.example.org:3306`). */
  readonly host: string
}

/** The answer to a question: what the host printed, or why it did not answer. */
export type Answer = { readonly text: string } | { readonly failed: string }

/** The time of a host and of this machine at one moment, in milliseconds since 1970. */
export interface ClockReading {
  readonly host: number
  readonly here: number
  /** How far the reading can be off: a host without fractions of a second rounds down. */
  readonly withinMs: number
}

/** A host that was read. Plain data: a test writes it as a fixture. */
export interface Seen {
  readonly host: Host
  readonly facts: HostFacts
  /** By the name of the question. */
  readonly answers: Readonly<Record<string, Answer>>
  readonly record: readonly Recorded[]
  readonly clock?: ClockReading
  /** The packages and facts of Howdah's own plan, and what was read about each. */
  readonly planned: readonly { readonly resource: Resource; readonly state: State }[]
}

/** What was read about a database server that others run. Absent values could not be read. */
export interface SeenDatabase {
  readonly target: string
  readonly admin: string
  /** Why the login failed; absent when it worked. */
  readonly refused?: string
  readonly version?: string
  /** Lines of SHOW GRANTS for the administrator. */
  readonly grants?: readonly string[]
  /** Variables of the server, by name. */
  readonly variables?: Readonly<Record<string, string>>
  /** The databases of Howdah's plan, and what was read about each. */
  readonly planned?: readonly { readonly resource: SqlDatabase; readonly state: State }[]
}

/** Everything that was read, for the checks. */
export interface World {
  readonly cluster: Cluster
  readonly hosts: readonly Seen[]
  readonly databases: readonly SeenDatabase[]
}

/** One check: a pure function of what was read. */
export interface Check {
  readonly id: string
  /** For the page: what is compared. */
  readonly title: string
  /** For the page: the severities that its findings can have. */
  readonly severities: readonly Exclude<Severity, 'unchecked'>[]
  readonly run: (world: World) => readonly Omit<Finding, 'check'>[]
}

/** The same finding of one or more hosts. */
export interface Group {
  readonly check: string
  readonly severity: Severity
  readonly message: string
  readonly fix?: Fix
  readonly hosts: readonly { readonly host: string; readonly evidence: string }[]
}

export interface PreflightReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  /** The hosts that were read. */
  readonly hosts: readonly string[]
  /** How many checks were made. */
  readonly checks: number
  /** The worst first. */
  readonly findings: readonly Group[]
  readonly unreachable?: readonly Unreachable[]
  /** With `--fix`: what was applied before this report. */
  readonly applied?: ApplyResult
}
