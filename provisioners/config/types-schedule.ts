import type { SecretRef } from './types.ts'

/** The jobs of the scheduler: plain data, with every default filled in. */

/** Who gets a message about a failure. */
export interface OnFailure {
  /** An address. */
  readonly mail?: string
  /** The URL itself: it may hold a token, so it is a secret. */
  readonly webhook?: SecretRef
}

/** What a job does on the cluster. */
export type JobWork =
  /** `launch-task` of edX's pipeline, with its arguments. */
  | { readonly kind: 'workflow'; readonly task: string; readonly arguments: readonly string[] }
  /** A line for bash, as it would be typed. */
  | { readonly kind: 'command'; readonly command: string; readonly arguments: readonly string[] }
  /** The miniature flow: records in, Hive computes, Sqoop exports, rows are compared. */
  | { readonly kind: 'verify' }

export interface Job {
  readonly name: string
  readonly work: JobWork
  /** OnCalendar, as systemd.time(7) has it. */
  readonly when: string
  /** Names of jobs that must have succeeded since this one's last time. */
  readonly after: readonly string[]
  /** Number of attempts: 1 means that a failed job is not tried again. */
  readonly attempts: number
  readonly retryDelaySeconds: number
  /** Time limit of each attempt. */
  readonly timeoutSeconds: number
  /** How long it waits for a job of `after` that has not started yet. */
  readonly patienceSeconds: number
  readonly onFailure: OnFailure
  readonly keepLogsDays: number
  /** False: it runs only by `howdah schedule run`. */
  readonly enabled: boolean
}

export interface Schedule {
  readonly by: 'timers' | 'cron'
  /** The host of the timers. */
  readonly host: string
  /** Where jobs run: the host of the cluster's commands. */
  readonly target: string
  /** The account that jobs run as there. */
  readonly user: string
  /** The name that remote-task gives to the environment of the pipeline: /var/lib/analytics-tasks/<remoteName>. */
  readonly remoteName: string
  readonly reduceTasks: number
  /** First day of the data: 2012-01-01. */
  readonly firstDay: string
  readonly jobs: readonly Job[]
}
