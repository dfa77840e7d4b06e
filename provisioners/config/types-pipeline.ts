/** What edX's pipeline needs of the cluster, resolved. Accounts of databases are those of `lms` and `resultStore`. */
export interface Pipeline {
  /** The host that tasks are launched on: it has the commands of Hive and of Sqoop. */
  readonly master: string
  /** The account that runs tasks: `hadoop` in all of edX's own tools. */
  readonly user: string
  readonly home: string
  readonly python: PipelinePython
  /** Directory of HDFS that the pipeline writes below. */
  readonly root: string
  /** Directory of HDFS that holds the tracking logs. */
  readonly logs: string
  /** Regular expressions of Python for the names of tracking logs. */
  readonly logPattern: readonly string[]
  /** How much later than its events a log may be dated: `2 days`. */
  readonly expandInterval: string
  readonly hiveDatabase: string
  /** First day of the history: 2013-01-01. */
  readonly intervalStart: string
  /** Path in HDFS of the jar that reads manifests; absent: no manifest is ever made. */
  readonly manifestJar?: string
  /** Accounts of the master that may become `user` by sudo, and no other user. */
  readonly sudoers: readonly string[]
  /** The pipeline itself; absent: Howdah does not install it. */
  readonly source?: PipelineSource
  /** Sections that override those of override.cfg. */
  readonly overrides: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** The Python that streaming tasks run on, on the master and on every worker. */
export interface PipelinePython {
  readonly version: '2.7' | '3'
  readonly command: string
  /** OS packages that contain it; none: the hosts have it already, or `install` installs it. */
  readonly packages: readonly string[]
  /** Howdah installs it; absent: it does not. */
  readonly install?: PythonInstall
}

/** Python 2.7 as Howdah installs it. */
export interface PythonInstall {
  /** Its own directory: /opt/python/2.7. */
  readonly directory: string
  /** Mirrors of Debian 11, in the order in which they are tried. */
  readonly mirrors: readonly string[]
}

/** The pipeline itself: its source and the packages of its virtualenv, both from this machine. */
export interface PipelineSource {
  readonly from:
    | { readonly kind: 'git'; readonly url: string; readonly ref: string }
    | { readonly kind: 'tarball'; readonly file: string }
  /** A directory of wheels and source packages on this machine. */
  readonly wheels: string
  /** Files of requirements in the source, in the order in which they are installed; one that begins with ? may be missing. */
  readonly requirements: readonly string[]
  /** Where remote-task keeps the environments of the pipeline, on the master: /var/lib/analytics-tasks. */
  readonly directory: string
  /** The name that remote-task and the schedule use for this environment: automation. */
  readonly name: string
}
