/** The differences between releases of Hadoop and Hive that matter to a run, as data. */

import type { Cluster, Generation } from '../../config/types.ts'
import { compareVersions } from '../../config/versions/matrix.ts'
import { generationOf } from '../../services/support/index.ts'

export type Properties = Readonly<Record<string, string>>

export interface HadoopDialect {
  /** The master that runs the jobs and answers questions about them. */
  readonly jobs: 'yarn' | 'jobtracker'
  /** The daemon that runs tasks, and the one that assigns them. */
  readonly worker: 'nodemanager' | 'tasktracker'
  readonly master: 'resourcemanager' | 'jobtracker'
  /** Names of properties. */
  readonly jobName: string
  readonly reduces: string
  readonly umask: string
  /** Property for the tag of a job; absent: a job of the run is found by its name. */
  readonly tags?: string
  /** Properties of small jobs: they run in their ApplicationMaster, or reuse the JVM of a task. Both are on a worker. */
  readonly small: Properties
  /** Properties of the one job whose tasks must run in their own containers. */
  readonly whole: Properties
  /** Several small files for one map; absent: this Hadoop has no such format for text, and each map reads one file. */
  readonly combine?: { readonly format: string; readonly splitMax: string }
  /** Properties with JVM options of tasks that only Howdah sets, so that a run can add to them. */
  readonly taskFlags: readonly string[]
  /** The property with which a client finds the cluster. Without it the client runs the job in its own JVM. */
  readonly where: string
  /** System property of a task's JVM with the id of its attempt or of its application. */
  readonly ownId: string
  /** The command that shows the tasks of a job. */
  readonly history: string
}

/** What only the checks need. The rest is in `generationOf`. */
type ReleaseDialect = Omit<HadoopDialect, 'umask'>

const YARN: ReleaseDialect = {
  jobs: 'yarn',
  worker: 'nodemanager',
  master: 'resourcemanager',
  jobName: 'mapreduce.job.name',
  reduces: 'mapreduce.job.reduces',
  tags: 'mapreduce.job.tags',
  small: { 'mapreduce.job.ubertask.enable': 'true' },
  whole: { 'mapreduce.job.ubertask.enable': 'false' },
  combine: {
    format: 'org.apache.hadoop.mapred.lib.CombineTextInputFormat',
    splitMax: 'mapreduce.input.fileinputformat.split.maxsize',
  },
  taskFlags: [
    'yarn.app.mapreduce.am.admin-command-opts',
    'mapreduce.admin.map.child.java.opts',
    'mapreduce.admin.reduce.child.java.opts',
  ],
  where: 'mapreduce.framework.name=yarn',
  ownId: 'yarn.app.container.log.dir',
  history: 'mapred job -history JOB',
}

const HADOOP: Readonly<Record<Generation, ReleaseDialect>> = {
  hadoop1: {
    jobs: 'jobtracker',
    worker: 'tasktracker',
    master: 'jobtracker',
    jobName: 'mapred.job.name',
    reduces: 'mapred.reduce.tasks',
    small: { 'mapred.job.reuse.jvm.num.tasks': '-1' },
    whole: { 'mapred.job.reuse.jvm.num.tasks': '-1' },
    taskFlags: [],
    where: 'mapred.job.tracker',
    ownId: 'hadoop.tasklog.taskid',
    history: 'hadoop job -events JOB 0 1000',
  },
  hadoop2: YARN,
  hadoop3: YARN,
}

export interface HiveDialect {
  /** Settings that this release has. It refuses others, or treats them as variables of the user. */
  readonly settings: Properties
  /** Whether Beeline reads a script, or needs each statement as an argument. */
  readonly beeline: { readonly script: boolean; readonly format: 'tsv2' | 'csv' }
  /** Whether HiveServer2 always reports to its client which jobs it started. Otherwise a task must report its own. */
  readonly reportsJobs: boolean
}

interface Since<T> {
  readonly since: string
  readonly what: T
}

/** Settings by the release that introduced them. Source: HiveConf of each release. */
const SETTINGS: readonly Since<Properties>[] = [
  {
    since: '0',
    what: {
      'hive.exec.mode.local.auto': 'false',
      'hive.stats.autogather': 'false',
      'hive.merge.mapfiles': 'false',
      'hive.merge.mapredfiles': 'false',
      'hive.exec.compress.output': 'false',
    },
  },
  { since: '0.13', what: { 'hive.execution.engine': 'mr', 'hive.compute.query.using.stats': 'false' } },
  { since: '2.1', what: { 'hive.stats.column.autogather': 'false' } },
]

const isAtLeast = (version: string, since: string): boolean => compareVersions(version, since) >= 0

/** The commands and properties for the Hadoop of a cluster. */
export const hadoopDialect = (cluster: Cluster): HadoopDialect => ({
  ...HADOOP[cluster.generation],
  umask: generationOf(cluster).fs.umask,
})

/**
 * The options and settings for a release of Hive. Beeline has `-f` since 0.12 and tsv2 since 0.14. Since 0.14 the client
 * gets the log of a statement, but 2.3 sometimes loses the line that names the job.
 */
export function hiveDialect(version: string): HiveDialect {
  const settings = SETTINGS.filter(({ since }) => isAtLeast(version, since)).map(({ what }) => what)
  return {
    settings: Object.assign({}, ...settings) as Properties,
    beeline: {
      script: isAtLeast(version, '0.12'),
      format: isAtLeast(version, '0.14') ? 'tsv2' : 'csv',
    },
    reportsJobs: isAtLeast(version, '3.0'),
  }
}
