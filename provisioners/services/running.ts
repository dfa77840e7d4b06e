/** What each daemon was given to read, to be compared with what it says that it runs with. */

import type { Cluster, Daemon, Host } from '../config/types.ts'
import { compareVersions } from '../config/versions/matrix.ts'
import { hadoopProperties } from './hdfs/index.ts'
import { clientSite } from './hive/configuration.ts'
import { hostsWith } from './support/hosts.ts'
import { portFor } from './support/ports.ts'
import type { Properties } from './support/properties.ts'
import type { ComponentContext } from './types.ts'

/** A daemon that serves its configuration at `/conf`. */
export interface RunningConfiguration {
  readonly daemon: Daemon
  readonly host: string
  readonly unit: string
  /** Asked on its own host, by the name that some daemons bind alone. */
  readonly url: string
  /** The files that it reads, the later ones over the earlier. */
  readonly files: readonly string[]
  readonly rendered: Properties
}

interface Served {
  readonly daemon: Daemon
  readonly unit: string
  /** Property of the port of its web page. */
  readonly port: string
  readonly files: readonly string[]
}

const HDFS = ['core-site', 'hdfs-site']
const YARN = ['core-site', 'yarn-site']
const MAPREDUCE1 = ['core-site', 'mapred-site']

/** Hadoop's daemons and the files that each one's own Configuration holds. The metastore of Hive has no web page. */
const SERVED: readonly Served[] = [
  { daemon: 'namenode', unit: 'hdfs-namenode', port: 'dfs.namenode.http-address', files: HDFS },
  {
    daemon: 'secondarynamenode',
    unit: 'hdfs-secondarynamenode',
    port: 'dfs.namenode.secondary.http-address',
    files: HDFS,
  },
  { daemon: 'datanode', unit: 'hdfs-datanode', port: 'dfs.datanode.http.address', files: HDFS },
  {
    daemon: 'resourcemanager',
    unit: 'yarn-resourcemanager',
    port: 'yarn.resourcemanager.webapp.address',
    files: YARN,
  },
  { daemon: 'nodemanager', unit: 'yarn-nodemanager', port: 'yarn.nodemanager.webapp.address', files: YARN },
  {
    daemon: 'jobhistory',
    unit: 'mapred-historyserver',
    port: 'mapreduce.jobhistory.webapp.address',
    files: ['core-site', 'mapred-site'],
  },
  {
    daemon: 'jobtracker',
    unit: 'mapred-jobtracker',
    port: 'mapred.job.tracker.http.address',
    files: MAPREDUCE1,
  },
  {
    daemon: 'tasktracker',
    unit: 'mapred-tasktracker',
    port: 'mapred.task.tracker.http.address',
    files: MAPREDUCE1,
  },
  { daemon: 'hiveserver2', unit: 'hive-server2', port: 'hive.server2.webui.port', files: ['hive-site'] },
]

function renderedOf(file: string, host: Host, context: ComponentContext): Properties {
  return file === 'hive-site' ? clientSite(host, context) : hadoopProperties(file, host, context)
}

const serves = (cluster: Cluster, { daemon }: Served): boolean =>
  daemon !== 'hiveserver2' || compareVersions(cluster.versions.hive, '2.0') >= 0

/** Every daemon whose configuration can be asked for, with what Howdah rendered for it. Pure. */
export const runningConfigurations = (context: ComponentContext): RunningConfiguration[] =>
  SERVED.filter((served) => serves(context.cluster, served)).flatMap(({ daemon, unit, port, files }) =>
    hostsWith(context.cluster, daemon).map((host) => ({
      daemon,
      host: host.name,
      unit,
      url: `http://${host.name}:${portFor(context, port)}/conf`,
      files,
      rendered: Object.assign({}, ...files.map((file) => renderedOf(file, host, context))) as Properties,
    })),
  )
