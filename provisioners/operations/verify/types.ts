import type { Connection } from 'mysql2/promise'
import type { Cluster, SecretRef } from '../../config/types.ts'
import type { Unreachable } from '../../engine/types.ts'
import type { CheckStatus, Reporter } from '../../events.ts'
import type { RunningConfiguration } from '../../services/running.ts'
import type { HealthCheck } from '../../services/types.ts'
import type { Transport } from '../../transport/types.ts'

export type SqlPurpose = 'result-store' | 'lms'
export type SqlAccount = 'admin' | 'pipeline' | 'api' | 'reader'

export interface VerifyInput {
  readonly cluster: Cluster
  /** By host name. */
  readonly transports: Readonly<Record<string, Transport>>
  /** Hosts without a connection; absent: none. */
  readonly unreachable?: readonly Unreachable[]
  readonly healthChecks: readonly HealthCheck[]
  /** What was rendered for each daemon; asks the hosts for what it depends on. */
  readonly configurations: () => Promise<readonly RunningConfiguration[]>
  /** The value of a secret. */
  readonly secret: (ref: SecretRef) => string
  /** Logs in to a database server, with no database chosen; the caller of this closes it. */
  readonly sql: (purpose: SqlPurpose, account: SqlAccount) => Promise<Connection>
  readonly report: Reporter
  readonly signal?: AbortSignal
  /** Only ask every daemon. */
  readonly quick?: boolean
  /** Names of steps: only these, and what they need. */
  readonly only?: readonly string[]
  readonly seed?: number
  readonly size?: Size
  /** Work in the cluster's own databases and leave everything there (the demo). */
  readonly keep?: boolean
}

export type Size = 'small' | 'demo'

export interface VerifyCheck {
  /** What is proved or broken: `datanode w2`, `hive-metastore`, `grant api`, `rows course_activity`. */
  readonly name: string
  readonly title: string
  readonly status: CheckStatus
  readonly ms: number
  /** Evidence, or the tool's last words. */
  readonly detail: string
  /** The next command, for a failure; else empty. */
  readonly next: string
  readonly host?: string
}

/** A value as the report carries it: text or a number. */
export type Cell = string | number

export interface ComputedTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export interface Mismatch {
  readonly kind: 'wrong' | 'missing' | 'extra'
  /** The key's columns, joined. */
  readonly key: string
  readonly expected?: readonly Cell[]
  readonly found?: readonly Cell[]
}

export interface Comparison {
  readonly table: string
  /** Rows compared: those expected, and those found beyond. */
  readonly rows: number
  readonly mismatches: readonly Mismatch[]
}

export interface VerifyReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly ok: boolean
  readonly checks: readonly VerifyCheck[]
  /** What the cluster computed, as the api user read it. */
  readonly tables: readonly ComputedTable[]
  readonly compared: readonly Comparison[]
  readonly ms: number
}
