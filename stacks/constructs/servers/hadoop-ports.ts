import type { InfrastructureFleet } from '../../../provisioners/config/infrastructure/types.ts'
import type { Ports } from '../security-group.ts'

export type Generation = InfrastructureFleet['generation']

export interface HadoopPort {
  /** For the rule's name, unique in its generation. */
  readonly id: string
  readonly ports: Ports
  /** Which hosts listen there. */
  readonly on: 'master' | 'worker'
  /** Clients outside the cluster need it too; never set for a web page. */
  readonly client?: true
  readonly title: string
}

const at = (id: string, on: HadoopPort['on'], ports: Ports, title: string): HadoopPort => ({
  id,
  on,
  ports,
  title,
})
const forClients = (port: HadoopPort): HadoopPort => ({ ...port, client: true })

/**
 * A task reports to its ApplicationMaster at an ephemeral port (ip_local_port_range), and the ResourceManager's proxy
 * fetches the ApplicationMaster's page from another one.
 */
const EPHEMERAL_PORTS = at(
  'application-masters',
  'worker',
  { from: 32768, to: 60999 },
  'ApplicationMasters, at ports of the kernel',
)

/** YARN and JobHistory: the same numbers in Hadoop 2 and 3. */
const YARN: readonly HadoopPort[] = [
  at('rm-scheduler', 'master', 8030, 'Scheduler port of the ResourceManager'),
  at('rm-tracker', 'master', 8031, 'Tracker port of the ResourceManager'),
  forClients(at('rm-client', 'master', 8032, 'Client port of the ResourceManager')),
  at('rm-admin', 'master', 8033, 'Admin port of the ResourceManager'),
  at('rm-web', 'master', 8088, 'Web page of the ResourceManager'),
  at('nm-localizer', 'worker', 8040, 'Localizer of the NodeManager'),
  at('nm-rpc', 'worker', 8041, 'RPC of the NodeManager'),
  at('nm-web', 'worker', 8042, 'Web page of the NodeManager'),
  at('shuffle', 'worker', 13562, 'Shuffle of MapReduce'),
  forClients(at('jobhistory', 'master', 10020, 'RPC of the JobHistory server')),
  at('jobhistory-admin', 'master', 10033, 'Admin port of the JobHistory server'),
  at('jobhistory-web', 'master', 19888, 'Web page of the JobHistory server'),
  // The value of yarn.app.mapreduce.am.job.client.port-range.
  forClients(at('am-clients', 'worker', { from: 30100, to: 30499 }, 'Clients of ApplicationMasters')),
  EPHEMERAL_PORTS,
]

const HIVE: readonly HadoopPort[] = [
  forClients(at('hive-metastore', 'master', 9083, 'Hive metastore')),
  forClients(at('hiveserver2', 'master', 10000, 'HiveServer2')),
]

const NAMENODE_RPC = forClients(at('namenode', 'master', 8020, 'RPC of the NameNode'))

/** HDFS before Hadoop 3, which moved its ports out of the ephemeral range. */
const OLD_HDFS: readonly HadoopPort[] = [
  NAMENODE_RPC,
  at('namenode-web', 'master', 50070, 'Web page of the NameNode'),
  at('secondary-web', 'master', 50090, 'Web page of the SecondaryNameNode'),
  forClients(at('datanode', 'worker', 50010, 'Data port of the DataNode')),
  at('datanode-ipc', 'worker', 50020, 'RPC of the DataNode'),
  at('datanode-web', 'worker', 50075, 'Web page of the DataNode'),
]

const HDFS: readonly HadoopPort[] = [
  NAMENODE_RPC,
  at('namenode-web', 'master', 9870, 'Web page of the NameNode'),
  at('secondary-web', 'master', 9868, 'Web page of the SecondaryNameNode'),
  forClients(at('datanode', 'worker', 9866, 'Data port of the DataNode')),
  at('datanode-ipc', 'worker', 9867, 'RPC of the DataNode'),
  at('datanode-web', 'worker', 9864, 'Web page of the DataNode'),
]

/** The TaskTracker serves map outputs at its web port; its own tasks connect to it on the loopback. */
const MAPREDUCE_1: readonly HadoopPort[] = [
  forClients(at('jobtracker', 'master', 8021, 'RPC of the JobTracker')),
  at('jobtracker-web', 'master', 50030, 'Web page of the JobTracker'),
  at('tasktracker-web', 'worker', 50060, 'Shuffle and web page of the TaskTracker'),
]

const HIVESERVER2_WEB = at('hiveserver2-web', 'master', 10002, 'Web page of HiveServer2')

/** Every port that the daemons of a generation listen on, by the defaults of its *-default.xml. */
export const HADOOP_PORTS: Readonly<Record<Generation, readonly HadoopPort[]>> = {
  hadoop1: [...OLD_HDFS, ...MAPREDUCE_1, ...HIVE],
  hadoop2: [...OLD_HDFS, ...YARN, ...HIVE, HIVESERVER2_WEB],
  hadoop3: [...HDFS, ...YARN, ...HIVE, HIVESERVER2_WEB],
}
