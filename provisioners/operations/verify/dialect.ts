/** What differs between releases of Hadoop and Hive on the way of the records, as data. */

import type { Cluster, Generation } from '../../config/types.ts'
import { compareVersions } from '../../config/versions/matrix.ts'
import { generationOf } from '../../services/support/index.ts'

export type Properties = Readonly<Record<string, string>>

export interface HadoopDialect {
  /** Who runs the jobs, and is asked about them. */
  readonly jobs: 'yarn' | 'jobtracker'
  /** Daemon that runs tasks, and the one that hands them out. */
  readonly worker: 'nodemanager' | 'tasktracker'
  readonly master: 'resourcemanager' | 'jobtracker'
  /** Names of properties. */
  readonly jobName: string
  readonly reduces: string
  readonly umask: string
  /** Property that marks a job as the run's; absent: it is told by its name. */
  readonly tags?: string
  /** Small jobs: in their ApplicationMaster, or in a JVM that one task hands to the next. Still on a worker. */
  readonly small: Properties
  /** The one job that must have tasks of their own. */
  readonly whole: Properties
  /** Several small files to a map; absent: this Hadoop has no such format for text, and a map takes one file. */
  readonly combine?: { readonly format: string; readonly splitMax: string }
  /** JVM options of tasks that nobody but Howdah sets, so that a run may add to them. */
  readonly taskFlags: readonly string[]
  /** The setting by which a client finds the cluster, instead of running a job by itself. */
  readonly where: string
  /** System property of a task's JVM that holds the id of its attempt or of its application. */
  readonly ownId: string
  /** What a person types to see a job's tasks. */
  readonly history: string
}

/** Words that no other part of Howdah speaks. */
type OwnWords = Omit<HadoopDialect, 'umask'>

const YARN: OwnWords = {
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

const HADOOP: Readonly<Record<Generation, OwnWords>> = {
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
  /** Settings that this release knows: it refuses others, or takes them for the operator's own. */
  readonly settings: Properties
  /** Beeline reads a script, or is handed each statement. */
  readonly beeline: { readonly script: boolean; readonly format: 'tsv2' | 'csv' }
  /** HiveServer2 always tells its client which jobs it started; else a task has to tell its own. */
  readonly tellsJobs: boolean
}

interface Since<T> {
  readonly since: string
  readonly what: T
}

/** Settings by the release that brought them. Source: HiveConf of each release. */
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

/** How the Hadoop of a cluster is spoken to. */
export const hadoopDialect = (cluster: Cluster): HadoopDialect => ({
  ...HADOOP[cluster.generation],
  umask: generationOf(cluster).fs.umask,
})

/**
 * How a release of Hive is spoken to. `-f` of Beeline came with 0.12, its tsv2 with 0.14. Logs of a statement reach the
 * client since 0.14, but the one that names the job was seen to get lost in 2.3.
 */
export function hiveDialect(version: string): HiveDialect {
  const settings = SETTINGS.filter(({ since }) => isAtLeast(version, since)).map(({ what }) => what)
  return {
    settings: Object.assign({}, ...settings) as Properties,
    beeline: {
      script: isAtLeast(version, '0.12'),
      format: isAtLeast(version, '0.14') ? 'tsv2' : 'csv',
    },
    tellsJobs: isAtLeast(version, '3.0'),
  }
}
