import type { Comparison } from '../../verify/types.ts'
import type { PipelineReport } from '../types.ts'
import type { Feed } from './feed.ts'

export interface SmokeReport extends PipelineReport {
  /** The rows of each task, compared with the expected ones. */
  readonly compared: readonly Comparison[]
}

/** Where the pipeline is on the master. */
export interface Source {
  readonly launcher: string
  /** The script that activates its virtualenv; absent: the launcher is on the account's PATH. */
  readonly activate?: string
  /** The checkout, in which tasks are launched and whose settings they read. Absent: they are launched in a directory of the run. */
  readonly repo?: string
}

/** Unique names of this run, for all that its tasks write. */
export interface Scratch {
  /** Directory on the master. */
  readonly local: string
  /** `hdfs://m1:8020/edx-analytics-pipeline/howdah_pipeline_x` */
  readonly hdfs: string
  readonly hiveDatabase: string
  readonly reportsDatabase: string
  /** The tag of its jobs. */
  readonly tag: string
}

/** What the steps of one smoke run share. */
export interface Smoke {
  readonly feed: Feed
  readonly scratch: Scratch
  readonly environments: readonly string[]
  readonly timeoutSeconds: number
  source?: Source
  readonly compared: Comparison[]
}
