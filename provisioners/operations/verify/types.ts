import type { Connection } from 'mysql2/promise'
import type { Cluster, SecretRef } from '../../config/types.ts'
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
  readonly healthChecks: readonly HealthCheck[]
  /** Returns the rendered configuration of each daemon. Reads the facts of the hosts. */
  readonly configurations: () => Promise<readonly RunningConfiguration[]>
  /** Returns the value of a secret. */
  readonly secret: (ref: SecretRef) => string
  /** Logs in to a database server, without a database. The caller closes the connection. */
  readonly sql: (purpose: SqlPurpose, account: SqlAccount) => Promise<Connection>
  readonly report: Reporter
  readonly signal?: AbortSignal
  /** Only check every daemon. */
  readonly quick?: boolean
  /** Names of steps: run only these, and those that they need. */
  readonly only?: readonly string[]
  readonly seed?: number
  readonly size?: Size
  /** Use the databases of the cluster and keep the result there (for the demo). */
  readonly keep?: boolean
}

export type Size = 'small' | 'demo'

export interface VerifyCheck {
  /** The subject: `datanode w2`, `hive-metastore`, `grant api`, `rows course_activity`. */
  readonly name: string
  readonly title: string
  readonly status: CheckStatus
  readonly ms: number
  /** The evidence, or the last lines of an output. */
  readonly detail: string
  /** The next command after a failure; else empty. */
  readonly next: string
  readonly host?: string
}

/** A value in the report: text or a number. */
export type Cell = string | number

export interface ComputedTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export interface Mismatch {
  readonly kind: 'wrong' | 'missing' | 'extra'
  /** The columns of the key, joined. */
  readonly key: string
  readonly expected?: readonly Cell[]
  readonly found?: readonly Cell[]
}

export interface Comparison {
  readonly table: string
  /** The number of expected rows and of extra ones. */
  readonly rows: number
  readonly mismatches: readonly Mismatch[]
}

export interface VerifyReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly ok: boolean
  readonly checks: readonly VerifyCheck[]
  /** The result tables, as the api user reads them. */
  readonly tables: readonly ComputedTable[]
  readonly compared: readonly Comparison[]
  readonly ms: number
}
