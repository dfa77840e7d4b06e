import type { Connection } from 'mysql2/promise'
import type { Cluster } from '../../config/types.ts'
import type { Pipeline } from '../../config/types-pipeline.ts'
import type { Reporter } from '../../events.ts'
import type { RunResult, Transport } from '../../transport/types.ts'
import type { Undo } from '../verify/clean-up.ts'
import type { VerifyCheck } from '../verify/types.ts'

export interface PipelineCheckOptions {
  /** Names of checks to run, and no others. */
  readonly only?: readonly string[]
}

export interface SmokeOptions {
  /** What remote-task calls the environment of the pipeline; absent: the name that cluster.yml gives. */
  readonly environment?: string
  /** How long each task may take. */
  readonly timeoutSeconds?: number
}

export interface PipelineInput {
  readonly cluster: Cluster
  readonly pipeline: Pipeline
  /** By host name. */
  readonly transports: Readonly<Record<string, Transport>>
  /** Logs in to the server of the LMS as its administrator, with no database chosen; the caller closes it. */
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

/** How a script of a check is run. */
export interface ShellOptions {
  /** Also after an interrupt. */
  readonly evenIfStopped?: boolean
  readonly timeoutMs?: number
  /** Called with each line of stdout as it arrives. */
  readonly onLine?: (line: string) => void
}

/** What the checks of one run share. */
export interface PipelineRun {
  readonly input: PipelineInput
  /** `howdah_pipeline_<run>`: local directory, databases, marks. */
  readonly name: string
  readonly master: string
  /** What paths of HDFS begin with, with the scheme and authority of the file system. */
  readonly work: string
  /** `hdfs://m1:8020` */
  readonly fs: string
  /** What must be removed afterwards, newest first. */
  readonly undos: Undo[]
  /** Runs a script of bash on the master as a run of the pipeline would: by sudo, after ~/.bashrc. */
  shell(script: string, options?: ShellOptions): Promise<RunResult>
  /** Runs a script on a host, as the login user or another. */
  on(host: string, script: string, as?: string): Promise<RunResult>
}

/** One item of the contract. */
export interface PipelineCheck {
  readonly name: string
  readonly title: string
  readonly host?: string
  /** Checks that must have passed for this one to mean anything. */
  readonly after: readonly string[]
  /** Writes below the run's directory of HDFS. */
  readonly writes?: boolean
  /** Makes ready what it needs; answers why it cannot be tried here, or undefined. */
  prepare?(run: PipelineRun): Promise<string | undefined>
  /** Answers the evidence. Throws CheckFailure. */
  run(run: PipelineRun): Promise<string>
}
