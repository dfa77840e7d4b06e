import { compareVersions, nameIn } from '../../config/index.ts'
import type { Cluster, Daemon, Generation, Host } from '../../config/types.ts'
import type { ComponentContext } from '../types.ts'
import { portOf } from './properties.ts'

/** A TCP port that a daemon binds. */
export interface BoundPort {
  readonly daemon: Daemon
  readonly unit: string
  readonly port: number
  /** For messages: "RPC of the NameNode". */
  readonly title: string
  /** Where its number can be changed. */
  readonly property: string
}

interface PortRule {
  readonly daemon: Daemon
  readonly unit: string
  readonly file: string
  readonly property: string
  readonly fallback: number
  readonly title: string
}

const rule = (
  daemon: Daemon,
  unit: string,
  file: string,
  property: string,
  fallback: number,
  title: string,
): PortRule => ({ daemon, unit, file, property, fallback, title })

/** Ports of Hadoop 3: the property that sets each, and its default. Source: its *-default.xml. */
const HADOOP3: readonly PortRule[] = [
  rule('namenode', 'hdfs-namenode', 'hdfs-site', 'dfs.namenode.rpc-address', 8020, 'RPC of the NameNode'),
  rule(
    'namenode',
    'hdfs-namenode',
    'hdfs-site',
    'dfs.namenode.http-address',
    9870,
    'web page of the NameNode',
  ),
  rule(
    'secondarynamenode',
    'hdfs-secondarynamenode',
    'hdfs-site',
    'dfs.namenode.secondary.http-address',
    9868,
    'web page of the SecondaryNameNode',
  ),
  rule('datanode', 'hdfs-datanode', 'hdfs-site', 'dfs.datanode.address', 9866, 'data port of the DataNode'),
  rule(
    'datanode',
    'hdfs-datanode',
    'hdfs-site',
    'dfs.datanode.http.address',
    9864,
    'web page of the DataNode',
  ),
  rule('datanode', 'hdfs-datanode', 'hdfs-site', 'dfs.datanode.ipc.address', 9867, 'RPC of the DataNode'),
  rule(
    'resourcemanager',
    'yarn-resourcemanager',
    'yarn-site',
    'yarn.resourcemanager.address',
    8032,
    'client port of the ResourceManager',
  ),
  rule(
    'resourcemanager',
    'yarn-resourcemanager',
    'yarn-site',
    'yarn.resourcemanager.scheduler.address',
    8030,
    'scheduler port of the ResourceManager',
  ),
  rule(
    'resourcemanager',
    'yarn-resourcemanager',
    'yarn-site',
    'yarn.resourcemanager.resource-tracker.address',
    8031,
    'tracker port of the ResourceManager',
  ),
  rule(
    'resourcemanager',
    'yarn-resourcemanager',
    'yarn-site',
    'yarn.resourcemanager.admin.address',
    8033,
    'admin port of the ResourceManager',
  ),
  rule(
    'resourcemanager',
    'yarn-resourcemanager',
    'yarn-site',
    'yarn.resourcemanager.webapp.address',
    8088,
    'web page of the ResourceManager',
  ),
  rule(
    'nodemanager',
    'yarn-nodemanager',
    'yarn-site',
    'yarn.nodemanager.address',
    8041,
    'RPC of the NodeManager',
  ),
  rule(
    'nodemanager',
    'yarn-nodemanager',
    'yarn-site',
    'yarn.nodemanager.localizer.address',
    8040,
    'localizer of the NodeManager',
  ),
  rule(
    'nodemanager',
    'yarn-nodemanager',
    'yarn-site',
    'yarn.nodemanager.webapp.address',
    8042,
    'web page of the NodeManager',
  ),
  rule(
    'nodemanager',
    'yarn-nodemanager',
    'mapred-site',
    'mapreduce.shuffle.port',
    13562,
    'shuffle of MapReduce',
  ),
  rule(
    'jobhistory',
    'mapred-historyserver',
    'mapred-site',
    'mapreduce.jobhistory.address',
    10020,
    'RPC of the JobHistory server',
  ),
  rule(
    'jobhistory',
    'mapred-historyserver',
    'mapred-site',
    'mapreduce.jobhistory.webapp.address',
    19888,
    'web page of the JobHistory server',
  ),
  rule(
    'jobhistory',
    'mapred-historyserver',
    'mapred-site',
    'mapreduce.jobhistory.admin.address',
    10033,
    'admin port of the JobHistory server',
  ),
]

/** Defaults that Hadoop 3 moved out of the range that Linux gives to outgoing connections. */
const HADOOP2_DEFAULTS: Readonly<Record<string, number>> = {
  'dfs.namenode.http-address': 50_070,
  'dfs.namenode.secondary.http-address': 50_090,
  'dfs.datanode.address': 50_010,
  'dfs.datanode.http.address': 50_075,
  'dfs.datanode.ipc.address': 50_020,
}

const HADOOP2: readonly PortRule[] = HADOOP3.map((one) => ({
  ...one,
  fallback: HADOOP2_DEFAULTS[one.property] ?? one.fallback,
}))

/** HDFS of Hadoop 1 has the ports of Hadoop 2 by other names; the JobTracker and TaskTrackers have their own. */
const HADOOP1: readonly PortRule[] = [
  ...HADOOP2.filter(({ file }) => file === 'hdfs-site'),
  rule('jobtracker', 'mapred-jobtracker', 'mapred-site', 'mapred.job.tracker', 8021, 'RPC of the JobTracker'),
  rule(
    'jobtracker',
    'mapred-jobtracker',
    'mapred-site',
    'mapred.job.tracker.http.address',
    50_030,
    'web page of the JobTracker',
  ),
  rule(
    'tasktracker',
    'mapred-tasktracker',
    'mapred-site',
    'mapred.task.tracker.http.address',
    50_060,
    'web page of the TaskTracker',
  ),
]

const HIVE: readonly PortRule[] = [
  rule('hive-metastore', 'hive-metastore', 'hive-site', 'hive.metastore.port', 9083, 'Hive metastore'),
  rule('hiveserver2', 'hive-server2', 'hive-site', 'hive.server2.thrift.port', 10000, 'HiveServer2'),
  rule(
    'hiveserver2',
    'hive-server2',
    'hive-site',
    'hive.server2.webui.port',
    10002,
    'web page of HiveServer2',
  ),
]

const HADOOP: Readonly<Record<Generation, readonly PortRule[]>> = {
  hadoop1: HADOOP1,
  hadoop2: HADOOP2,
  hadoop3: HADOOP3,
}

/** HiveServer2 shows a web page from Hive 2 on. */
const hasWebPage = ({ versions }: Cluster): boolean => compareVersions(versions.hive, '2.0') >= 0

const rulesOf = ({ generation }: Cluster): readonly PortRule[] => [...HADOOP[generation], ...HIVE]

type Spec = Pick<ComponentContext, 'cluster'>

/** The value that the operator gave a property, over Howdah's own. `property` is named as in Hadoop 3. */
const operatorValue = ({ cluster }: Spec, file: string, property: string): string | undefined =>
  cluster.properties[file]?.[nameIn(cluster.generation, property)]

/**
 * The port that a property sets, as the operator left it or by default. The property has its name of Hadoop 3, or of
 * Hadoop 1 where only that has it. Throws when the property sets none in this generation.
 */
export function portFor(context: Spec, property: string): number {
  const found = rulesOf(context.cluster).find((r) => r.property === property)
  if (!found) throw new Error(`no rule for a port of ${property}`)
  return portOf(operatorValue(context, found.file, property), found.fallback)
}

/** Every port that the daemons of a host bind. Port 0 means any, and is left out. */
export const portsOn = (host: Host, context: Spec): readonly BoundPort[] =>
  rulesOf(context.cluster)
    .filter((r) => host.daemons.includes(r.daemon))
    .filter(({ property }) => property !== 'hive.server2.webui.port' || hasWebPage(context.cluster))
    .map(({ daemon, unit, title, file, property, fallback }) => ({
      daemon,
      unit,
      title,
      property: nameIn(context.cluster.generation, property),
      port: portOf(operatorValue(context, file, property), fallback),
    }))
    .filter(({ port }) => port !== 0)
