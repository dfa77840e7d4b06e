import type { Cluster, Sizing } from '../config/types.ts'
import type { ApplyResult, Observed, Plan, Symptom } from '../engine/types.ts'
import type { Reporter } from '../events.ts'
import type { UnchangedUser } from '../keys/types.ts'

/** How an operation asks the user. Without a terminal, every method refuses. */
export interface Prompts {
  /** Yes or no; `false` without a terminal. */
  confirm(question: string): Promise<boolean>
  /** Reads all of standard input (for `{stdin: true}` secrets). Throws when standard input is a terminal. */
  stdin(label: string): Promise<string>
}

export interface OperationOptions {
  /** Path of cluster.yml. */
  readonly file: string
  /** The cluster, where the file alone does not describe it; absent: it is loaded from `file`. */
  readonly cluster?: Cluster
  readonly report: Reporter
  readonly prompts: Prompts
  readonly signal?: AbortSignal
  /** How long to wait for a lock that another operator holds; absent: do not wait. */
  readonly lockWaitSeconds?: number
  /** Directory of the cache; absent: the default of the user. */
  readonly cacheDir?: string
  /** Hosts to take over from another cluster, whose mark they have. */
  readonly adopt?: readonly string[]
  /** Path of a bundle; then all software comes from it. */
  readonly bundle?: string
}

/** The observed state and the plan. */
export interface Planned {
  readonly cluster: Cluster
  readonly sizing: Readonly<Record<string, Sizing>>
  readonly observed: Observed
  readonly plan: Plan
  /** The compiled scripts by target, with placeholders for secrets. */
  readonly scripts: () => Readonly<Record<string, string>>
}

/** Facts about users that a plan does not show. */
export interface UserReport {
  /** The keys that each user may log in with after the run. */
  readonly keys: readonly {
    readonly name: string
    readonly type: string
    readonly fingerprint: string
    readonly comment: string
  }[]
  /** Users that stay unchanged, because no source of their keys answered. */
  readonly left: readonly UnchangedUser[]
  /** Users that are on a host and not in cluster.yml. */
  readonly unknown: readonly { readonly host: string; readonly name: string; readonly why: string }[]
}

export interface BootstrapReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly plan: Plan
  /** Absent where cluster.yml has no `users`. */
  readonly users?: UserReport
  /** Absent when the plan had no steps. */
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
  /** Titles of the differences from cluster.yml, by host. */
  readonly drift: Readonly<Record<string, readonly string[]>>
  readonly refusals: Plan['refusals']
}

export type { Symptom }
