import type { Comparison } from '../../verify/types.ts'
import type { PipelineReport } from '../types.ts'
import type { Feed } from './feed.ts'

export interface SmokeReport extends PipelineReport {
  /** The rows of each task, compared with those that the events give. */
  readonly compared: readonly Comparison[]
}

/** Where the pipeline is on the master. */
export interface Source {
  readonly launcher: string
  /** The script that activates its virtualenv; absent: the launcher is on the account's PATH. */
  readonly activate?: string
  /** Where tasks are launched: the checkout, whose own settings they read. Absent: a directory of the run. */
  readonly repo?: string
}

/** Names of this run alone, which its tasks write to. */
export interface Scratch {
  /** Directory on the master. */
  readonly local: string
  /** `hdfs://m1:8020/edx-analytics-pipeline/howdah_pipeline_x` */
  readonly hdfs: string
  readonly hiveDatabase: string
  readonly reportsDatabase: string
  /** The mark on its jobs. */
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
