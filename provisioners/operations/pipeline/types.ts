import type { Connection } from 'mysql2/promise'
import type { Cluster } from '../../config/types.ts'
import type { Pipeline } from '../../config/types-pipeline.ts'
import type { Reporter } from '../../events.ts'
import type { RunResult, Transport } from '../../transport/types.ts'
import type { Undo } from '../verify/clean-up.ts'
import type { VerifyCheck } from '../verify/types.ts'

export interface PipelineCheckOptions {
  /** Names of the checks to run; absent: all. */
  readonly only?: readonly string[]
}

export interface SmokeOptions {
  /** The name that remote-task gives to the environment of the pipeline; absent: the one in cluster.yml. */
  readonly environment?: string
  /** Time limit of each task. */
  readonly timeoutSeconds?: number
}

export interface PipelineInput {
  readonly cluster: Cluster
  readonly pipeline: Pipeline
  /** By host name. */
  readonly transports: Readonly<Record<string, Transport>>
  /** Logs in to the server of the LMS as its administrator, without a database. The caller closes the connection. */
  readonly lmsAdmin?: () => Promise<Connection>
  /** The same for the server of the result store. */
  readonly storeAdmin?: () => Promise<Connection>
  readonly report: Reporter
  readonly signal?: AbortSignal
}

export interface PipelineReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly ok: boolean
  readonly checks: readonly VerifyCheck[]
  readonly ms: number
}

/** Options of a script. */
export interface ShellOptions {
  /** Run it also after an interrupt. */
  readonly evenIfStopped?: boolean
  readonly timeoutMs?: number
  /** Called with each line of stdout as it arrives. */
  readonly onLine?: (line: string) => void
}

/** What the checks of one run share. */
export interface PipelineRun {
  readonly input: PipelineInput
  /** `howdah_pipeline_<run>`: the name of the local directory, of databases and of tags. */
  readonly name: string
  readonly master: string
  /** Prefix of the paths in HDFS, with scheme and authority. */
  readonly work: string
  /** `hdfs://m1:8020` */
  readonly fs: string
  /** What must be removed afterwards, newest first. */
  readonly undos: Undo[]
  /** Runs a bash script on the master like the pipeline does: by sudo, after ~/.bashrc. */
  shell(script: string, options?: ShellOptions): Promise<RunResult>
  /** Runs a script on a host, as the login user or another. */
  on(host: string, script: string, as?: string): Promise<RunResult>
}

/** One check. */
export interface PipelineCheck {
  readonly name: string
  readonly title: string
  readonly host?: string
  /** Checks that must pass before this one. */
  readonly after: readonly string[]
  /** Writes to the directory of the run in HDFS. */
  readonly writes?: boolean
  /** Prepares what the check needs. Returns why it must be skipped, or undefined. */
  prepare?(run: PipelineRun): Promise<string | undefined>
  /** Returns the evidence. Throws CheckFailure. */
  run(run: PipelineRun): Promise<string>
}
