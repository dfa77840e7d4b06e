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

/** Up to this many DataNodes all report within seconds, so there is no point in waiting half a minute for more. */
const FEW_DATANODES = 10
/** A cluster of three has no spare node to take a failed one's place in a pipeline, and must not insist on one. */
const NO_SPARE = 3

/** hdfs-site.xml of one host from Hadoop 2 on: the same everywhere but for the host's own name and disks. */
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
    // Reads by name, binds everywhere: a host with several networks is reached on each.
    'dfs.namenode.rpc-address': `${nameNode}:${portFor(context, 'dfs.namenode.rpc-address')}`,
    'dfs.namenode.rpc-bind-host': '0.0.0.0',
    'dfs.namenode.http-address': `${nameNode}:${portFor(context, 'dfs.namenode.http-address')}`,
    'dfs.namenode.http-bind-host': '0.0.0.0',
    ...(secondary
      ? {
          'dfs.namenode.secondary.http-address': `${secondary.name}:${portFor(context, 'dfs.namenode.secondary.http-address')}`,
        }
      : {}),
    // The name that blocks are located by, and that YARN compares with its own when it looks for a near node.
    'dfs.datanode.hostname': host.name,
    'dfs.datanode.address': `0.0.0.0:${portFor(context, 'dfs.datanode.address')}`,
    'dfs.datanode.http.address': `0.0.0.0:${portFor(context, 'dfs.datanode.http.address')}`,
    'dfs.datanode.ipc.address': `0.0.0.0:${portFor(context, 'dfs.datanode.ipc.address')}`,
    'dfs.replication': String(cluster.replication),
    'dfs.blocksize': '134217728',
    'dfs.webhdfs.enabled': 'true',
    'dfs.permissions.enabled': 'true',
    // Not `hadoop`: the group of all daemons would then overrule every permission.
    'dfs.permissions.superusergroup': 'hdfs',
    // In use from the first start, so that taking a node out never needs a restart. An empty list of hosts admits all.
    'dfs.hosts': `${conf}/dfs.hosts`,
    'dfs.hosts.exclude': `${conf}/dfs.hosts.exclude`,
    // A DataNode must have a name that the NameNode can find; where /etc/hosts is Howdah's, it always has.
    'dfs.namenode.datanode.registration.ip-hostname-check': String(cluster.manageHostsFile),
    'dfs.namenode.safemode.extension': dataNodes <= FEW_DATANODES ? '5000' : '30000',
    ...(dataNodes <= NO_SPARE
      ? { 'dfs.client.block.write.replace-datanode-on-failure.policy': 'NEVER' }
      : {}),
  }
}
