import type { Host } from '../../config/types.ts'
import { dataPaths, hadoopPaths, type Properties, portFor } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

/** hdfs-site.xml of Hadoop 1: its own names, plain paths for directories, and no address to bind apart from its own. */
export function hdfsSiteOfHadoop1(host: Host, context: ComponentContext): Properties {
  const { cluster } = context
  const { conf } = hadoopPaths(cluster)
  const everywhere = (property: string): string => `0.0.0.0:${portFor(context, property)}`
  return {
    'dfs.name.dir': cluster.directories.nameDirs.join(','),
    ...(host.dataDirs.length > 0
      ? { 'dfs.data.dir': host.dataDirs.map((dir) => dataPaths(dir).hdfs).join(',') }
      : {}),
    'dfs.datanode.data.dir.perm': '700',
    // A SecondaryNameNode that finds no host here takes the one of fs.default.name.
    'dfs.http.address': everywhere('dfs.namenode.http-address'),
    'dfs.secondary.http.address': everywhere('dfs.namenode.secondary.http-address'),
    'dfs.datanode.address': everywhere('dfs.datanode.address'),
    'dfs.datanode.http.address': everywhere('dfs.datanode.http.address'),
    'dfs.datanode.ipc.address': everywhere('dfs.datanode.ipc.address'),
    // The name that blocks are located by, and that the JobTracker compares with a TaskTracker's.
    'slave.host.name': host.name,
    'dfs.replication': String(cluster.replication),
    'dfs.block.size': '134217728',
    'dfs.webhdfs.enabled': 'true',
    'dfs.permissions': 'true',
    // Not `hadoop`: the group of all daemons would then overrule every permission.
    'dfs.permissions.supergroup': 'hdfs',
    // In use from the first start, so that taking a node out never needs a restart. An empty list of hosts admits all.
    'dfs.hosts': `${conf}/dfs.hosts`,
    'dfs.hosts.exclude': `${conf}/dfs.hosts.exclude`,
    'dfs.safemode.extension': '5000',
  }
}
