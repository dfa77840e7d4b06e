import type { Host } from '../../config/types.ts'
import {
  dataPaths,
  fileUri,
  hadoopPaths,
  hostsWith,
  type Properties,
  portFor,
  primaryHost,
  primaryOf,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

/** Up to this many DataNodes report within seconds, so waiting half a minute for more gains nothing. */
const FEW_DATANODES = 10
/** A cluster of three has no spare node to replace a failed one in a write pipeline, and must not require one. */
const NO_SPARE = 3

/** hdfs-site.xml of one host from Hadoop 2 on. Only the host's name and its disks differ between hosts. */
export function hdfsSite(host: Host, context: ComponentContext): Properties {
  const { cluster } = context
  const nameNode = primaryHost(cluster, 'namenode').name
  const secondary = primaryOf(cluster, 'secondarynamenode')
  const dataNodes = hostsWith(cluster, 'datanode').length
  const { conf } = hadoopPaths(cluster)
  const { nameDirs, checkpointDir } = cluster.directories
  return {
    'dfs.namenode.name.dir': nameDirs.map(fileUri).join(','),
    'dfs.namenode.checkpoint.dir': fileUri(checkpointDir),
    ...(host.dataDirs.length > 0
      ? { 'dfs.datanode.data.dir': host.dataDirs.map((dir) => fileUri(dataPaths(dir).hdfs)).join(',') }
      : {}),
    'dfs.datanode.data.dir.perm': '700',
    // Clients connect by name, and the daemons bind all addresses: a host with several networks is reached on each.
    'dfs.namenode.rpc-address': `${nameNode}:${portFor(context, 'dfs.namenode.rpc-address')}`,
    'dfs.namenode.rpc-bind-host': '0.0.0.0',
    'dfs.namenode.http-address': `${nameNode}:${portFor(context, 'dfs.namenode.http-address')}`,
    'dfs.namenode.http-bind-host': '0.0.0.0',
    ...(secondary
      ? {
          'dfs.namenode.secondary.http-address': `${secondary.name}:${portFor(context, 'dfs.namenode.secondary.http-address')}`,
        }
      : {}),
    // The name in the locations of blocks, which YARN compares with its own names to find a near node.
    'dfs.datanode.hostname': host.name,
    'dfs.datanode.address': `0.0.0.0:${portFor(context, 'dfs.datanode.address')}`,
    'dfs.datanode.http.address': `0.0.0.0:${portFor(context, 'dfs.datanode.http.address')}`,
    'dfs.datanode.ipc.address': `0.0.0.0:${portFor(context, 'dfs.datanode.ipc.address')}`,
    'dfs.replication': String(cluster.replication),
    'dfs.blocksize': '134217728',
    'dfs.webhdfs.enabled': 'true',
    'dfs.permissions.enabled': 'true',
    // Not `hadoop`: every daemon is in that group, and would then bypass all permissions.
    'dfs.permissions.superusergroup': 'hdfs',
    // Set from the first start, so that removing a node never needs a restart. An empty list of hosts admits all.
    'dfs.hosts': `${conf}/dfs.hosts`,
    'dfs.hosts.exclude': `${conf}/dfs.hosts.exclude`,
    // Checks that a DataNode's address has a name. Where Howdah writes /etc/hosts, it always has one.
    'dfs.namenode.datanode.registration.ip-hostname-check': String(cluster.manageHostsFile),
    'dfs.namenode.safemode.extension': dataNodes <= FEW_DATANODES ? '5000' : '30000',
    ...(dataNodes <= NO_SPARE
      ? { 'dfs.client.block.write.replace-datanode-on-failure.policy': 'NEVER' }
      : {}),
  }
}
