import { accountsOf, daemonsWhere, isOf } from '../../catalog/index.ts'
import type { Cluster, Generation } from '../../config/types.ts'

/** The differences between the generations of Hadoop in names of files, programs and accounts, as data. */
export interface HadoopGeneration {
  /** Files of properties in the configuration directory, without `.xml`. */
  readonly sites: readonly string[]
  /** The file that lists hosts of DataNodes. */
  readonly workersFile: 'workers' | 'slaves'
  /** The include and exclude lists of the masters. */
  readonly hostLists: readonly string[]
  /** Programs of `bin` that users call. */
  readonly commands: readonly string[]
  /** The program that starts daemons of HDFS and administers it. */
  readonly hdfs: 'hadoop' | 'hdfs'
  /** Accounts of daemons. */
  readonly users: readonly string[]
  /** Options of `hadoop fs`. */
  readonly fs: FsOptions
}

/** Options of `hadoop fs`. Luigi has the same two dialects. */
export interface FsOptions {
  readonly mkdir: readonly string[]
  readonly remove: readonly string[]
  readonly list: readonly string[]
  readonly exists: readonly string[]
  /** The property that holds the umask of a client. */
  readonly umask: string
}

/** Accounts of the daemons of Hadoop itself. */
const usersIn = (generation: Generation): readonly string[] =>
  accountsOf(daemonsWhere((entry, daemon) => entry.software === 'hadoop' && isOf(daemon, generation)))

const YARN = {
  sites: ['core-site', 'hdfs-site', 'yarn-site', 'mapred-site', 'capacity-scheduler'],
  hostLists: ['dfs.hosts', 'dfs.hosts.exclude', 'yarn.include', 'yarn.exclude'],
  commands: ['hadoop', 'hdfs', 'yarn', 'mapred'],
  hdfs: 'hdfs',
  fs: {
    mkdir: ['-mkdir', '-p'],
    remove: ['-rm', '-r'],
    list: ['-ls', '-R'],
    exists: ['-stat'],
    umask: 'fs.permissions.umask-mode',
  },
} as const

const GENERATIONS: Readonly<Record<Generation, HadoopGeneration>> = {
  hadoop1: {
    sites: ['core-site', 'hdfs-site', 'mapred-site'],
    workersFile: 'slaves',
    hostLists: ['dfs.hosts', 'dfs.hosts.exclude', 'mapred.hosts', 'mapred.hosts.exclude'],
    commands: ['hadoop'],
    hdfs: 'hadoop',
    users: usersIn('hadoop1'),
    fs: {
      mkdir: ['-mkdir'],
      remove: ['-rmr'],
      list: ['-lsr'],
      exists: ['-test', '-e'],
      umask: 'dfs.umaskmode',
    },
  },
  hadoop2: { ...YARN, workersFile: 'slaves', users: usersIn('hadoop2') },
  hadoop3: { ...YARN, workersFile: 'workers', users: usersIn('hadoop3') },
}

export const generationOf = ({ generation }: Pick<Cluster, 'generation'>): HadoopGeneration =>
  GENERATIONS[generation]

/** True where a JobTracker runs the jobs, and not YARN. */
export const isMapReduce1 = ({ generation }: Pick<Cluster, 'generation'>): boolean => generation === 'hadoop1'
