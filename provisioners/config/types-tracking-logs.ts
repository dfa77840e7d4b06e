/** Where tracking logs come from and where they go: plain data, every default filled in. */

/** A directory of rotated logs on a host. */
export interface TrackingSource {
  /** Unique among the sources; part of the file names in HDFS. */
  readonly name: string
  readonly host: string
  readonly directory: string
  /** File name of the log that is still written to. */
  readonly live: string
}

export interface RotationRule {
  readonly manage: boolean
  /** A size for logrotate; absent: daily. */
  readonly size?: string
  /** Rotated files that stay on the LMS's host. */
  readonly keep: number
  /** `user group` */
  readonly su?: string
  /** A line of shell. */
  readonly reopen?: string
}

export interface TrackingLogs {
  readonly sources: readonly TrackingSource[]
  /** Absolute path in HDFS. */
  readonly to: string
  /** Days that a log stays in HDFS; absent: for ever. */
  readonly keepDays?: number
  readonly everyMinutes: number
  readonly stallSeconds: number
  readonly rotate: RotationRule
}

export const DEFAULT_TRACKING_DIRECTORY = '/data/tracking'

/** The directory of HDFS that holds the tracking logs, whether Howdah or another program writes them there. */
export const trackingDirectory = (cluster: { readonly trackingLogs?: TrackingLogs }): string =>
  cluster.trackingLogs?.to ?? DEFAULT_TRACKING_DIRECTORY

/** User of HDFS that the logs belong to. It needs no account. */
export const TRACKING_USER = 'tracking'
