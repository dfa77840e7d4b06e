import type { Cluster, Host } from '../../config/types.ts'
import {
  dataPaths,
  HADOOP_STATE,
  hadoopPaths,
  type Properties,
  portFor,
  primaryHost,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

/** The directory in HDFS for logs of finished containers, and how long they are kept: a week. */
export const REMOTE_LOGS = '/app-logs'
const KEEP_LOGS_SECONDS = 7 * 24 * 3600

/** Variables that a container inherits from its NodeManager unless its job sets them. */
const INHERITED = [
  'JAVA_HOME',
  'HADOOP_COMMON_HOME',
  'HADOOP_HDFS_HOME',
  'HADOOP_YARN_HOME',
  'HADOOP_MAPRED_HOME',
  'HADOOP_HOME',
  'HADOOP_CONF_DIR',
  'CLASSPATH_PREPEND_DISTCACHE',
  'PATH',
  'LANG',
  'TZ',
  'MALLOC_ARENA_MAX',
]

/** Hadoop's class path for containers, as full paths without variables, which a host may not have. */
function classPath(cluster: Cluster): string {
  const { conf, current } = hadoopPaths(cluster)
  const parts = ['common', 'hdfs', 'yarn'].flatMap((part) => [
    `${current}/share/hadoop/${part}/*`,
    `${current}/share/hadoop/${part}/lib/*`,
  ])
  return [conf, ...parts].join(',')
}

/** yarn-site.xml of one host. Only the host's name, disks and memory differ between hosts. */
export function yarnSite(host: Host, context: ComponentContext): Properties {
  const { cluster } = context
  const { conf } = hadoopPaths(cluster)
  const history = primaryHost(cluster, 'jobhistory').name
  const historyPort = portFor(context, 'mapreduce.jobhistory.webapp.address')
  const dirs = host.dataDirs.map(dataPaths)
  return {
    'yarn.resourcemanager.hostname': primaryHost(cluster, 'resourcemanager').name,
    'yarn.resourcemanager.bind-host': '0.0.0.0',
    'yarn.resourcemanager.nodes.include-path': `${conf}/yarn.include`,
    'yarn.resourcemanager.nodes.exclude-path': `${conf}/yarn.exclude`,
    // Applications survive a restart of the ResourceManager. The store is a local directory, so that it starts without
    // HDFS.
    'yarn.resourcemanager.recovery.enabled': 'true',
    'yarn.resourcemanager.store.class':
      'org.apache.hadoop.yarn.server.resourcemanager.recovery.FileSystemRMStateStore',
    'yarn.resourcemanager.fs.state-store.uri': `file://${HADOOP_STATE}/yarn/rm-state`,
    'yarn.nodemanager.hostname': host.name,
    'yarn.nodemanager.bind-host': '0.0.0.0',
    // A fixed port: with another one the NodeManager could not find its containers after a restart.
    'yarn.nodemanager.address': `${host.name}:${portFor(context, 'yarn.nodemanager.address')}`,
    'yarn.nodemanager.recovery.enabled': 'true',
    'yarn.nodemanager.recovery.supervised': 'true',
    'yarn.nodemanager.recovery.dir': `${HADOOP_STATE}/yarn/nm-recovery`,
    ...(dirs.length > 0
      ? {
          'yarn.nodemanager.local-dirs': dirs.map((dir) => dir.local).join(','),
          'yarn.nodemanager.log-dirs': dirs.map((dir) => dir.containerLogs).join(','),
        }
      : {}),
    'yarn.nodemanager.aux-services': 'mapreduce_shuffle',
    'yarn.nodemanager.aux-services.mapreduce_shuffle.class': 'org.apache.hadoop.mapred.ShuffleHandler',
    // A JVM reserves far more addresses than it uses; only physical memory shows that a container is too large.
    'yarn.nodemanager.vmem-check-enabled': 'false',
    'yarn.nodemanager.pmem-check-enabled': 'true',
    'yarn.nodemanager.env-whitelist': INHERITED.join(','),
    'yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage': '95.0',
    'yarn.nodemanager.disk-health-checker.min-free-space-per-disk-mb': '512',
    'yarn.log-aggregation-enable': 'true',
    'yarn.log-aggregation.retain-seconds': String(KEEP_LOGS_SECONDS),
    'yarn.nodemanager.remote-app-log-dir': REMOTE_LOGS,
    'yarn.log.server.url': `http://${history}:${historyPort}/jobhistory/logs`,
    'yarn.application.classpath': classPath(cluster),
  }
}
