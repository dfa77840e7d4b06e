import type { Cluster, Sizing } from '../config/types.ts'
import type { ApplyResult, Observed, Plan, Symptom } from '../engine/types.ts'
import type { Reporter } from '../events.ts'
import type { UnchangedUser } from '../keys/types.ts'

/** How an operation asks the person at the keyboard. Where nobody can be asked, every method refuses. */
export interface Prompts {
  /** Yes or no; `false` where nobody can be asked. */
  confirm(question: string): Promise<boolean>
  /** Reads all of standard input (for `{stdin: true}` secrets); throws when it is a terminal without a person. */
  stdin(label: string): Promise<string>
}

export interface OperationOptions {
  /** Path of cluster.yml. */
  readonly file: string
  /** The cluster, where the file alone does not tell it; absent: it is loaded from `file`. */
  readonly cluster?: Cluster
  readonly report: Reporter
  readonly prompts: Prompts
  readonly signal?: AbortSignal
  /** How long to wait for another operator's lock; absent: not at all. */
  readonly lockWaitSeconds?: number
  /** Cache of artifacts; absent: the user's default. */
  readonly cacheDir?: string
  /** A bundle that all software comes from. */
  readonly bundle?: string
}

/** What was read and what would change. */
export interface Planned {
  readonly cluster: Cluster
  readonly sizing: Readonly<Record<string, Sizing>>
  readonly observed: Observed
  readonly plan: Plan
  /** The compiled scripts by target, secrets replaced. */
  readonly scripts: () => Readonly<Record<string, string>>
}

/** Users, as far as a plan does not show them. */
export interface UserReport {
  /** The keys that each may log in with, after the run. */
  readonly keys: readonly {
    readonly name: string
    readonly type: string
    readonly fingerprint: string
    readonly comment: string
  }[]
  /** Left as they are, since no source of their keys answered. */
  readonly left: readonly UnchangedUser[]
  /** On a host, and not in cluster.yml. */
  readonly unknown: readonly { readonly host: string; readonly name: string; readonly why: string }[]
}

export interface BootstrapReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly plan: Plan
  /** Absent where cluster.yml does not speak of users. */
  readonly users?: UserReport
  /** Absent when nothing was to be done. */
  readonly applied?: ApplyResult
  readonly timings: { readonly planMs: number; readonly applyMs: number; readonly totalMs: number }
}

export interface CheckResult {
  readonly name: string
  readonly title: string
  readonly host: string
  readonly status: 'pass' | 'fail'
  readonly ms: number
  readonly detail: string
  readonly next?: string
}

export interface StatusReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly checks: readonly CheckResult[]
  /** Titles of what differs from cluster.yml, by host. */
  readonly drift: Readonly<Record<string, readonly string[]>>
  readonly refusals: Plan['refusals']
}

export type { Symptom }
