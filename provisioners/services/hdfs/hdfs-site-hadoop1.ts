import type { Host } from '../../config/types.ts'
import { dataPaths, hadoopPaths, type Properties, portFor } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

/**
 * hdfs-site.xml of Hadoop 1. It has other names, paths instead of URIs, and no separate properties for bind addresses.
 */
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
    // A SecondaryNameNode that finds no host here uses the one of fs.default.name.
    'dfs.http.address': everywhere('dfs.namenode.http-address'),
    'dfs.secondary.http.address': everywhere('dfs.namenode.secondary.http-address'),
    'dfs.datanode.address': everywhere('dfs.datanode.address'),
    'dfs.datanode.http.address': everywhere('dfs.datanode.http.address'),
    'dfs.datanode.ipc.address': everywhere('dfs.datanode.ipc.address'),
    // The name in the locations of blocks, which the JobTracker compares with the name of a TaskTracker.
    'slave.host.name': host.name,
    'dfs.replication': String(cluster.replication),
    'dfs.block.size': '134217728',
    'dfs.webhdfs.enabled': 'true',
    'dfs.permissions': 'true',
    // Not `hadoop`: every daemon is in that group, and would then bypass all permissions.
    'dfs.permissions.supergroup': 'hdfs',
    // Set from the first start, so that removing a node never needs a restart. An empty list of hosts admits all.
    'dfs.hosts': `${conf}/dfs.hosts`,
    'dfs.hosts.exclude': `${conf}/dfs.hosts.exclude`,
    'dfs.safemode.extension': '5000',
  }
}
