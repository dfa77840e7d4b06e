import { nameIn } from '../../config/index.ts'
import type { Cluster } from '../../config/types.ts'
import {
  hadoopPaths,
  hostsWith,
  isMapReduce1,
  type Properties,
  portFor,
  primaryHost,
} from '../support/index.ts'

import type { ComponentContext } from '../types.ts'

/** The file system's address: the very same text on every host, since jobs compare it as text. */
export const defaultFs = (context: ComponentContext): string =>
  `hdfs://${primaryHost(context.cluster, 'namenode').name}:${portFor(context, 'dfs.namenode.rpc-address')}`

export const usesRacks = (cluster: Cluster): boolean => cluster.hosts.some((h) => h.rack !== '/default-rack')

/** HiveServer2 runs statements as the person who is logged in, and only its own host may do so. */
function proxyUsers(cluster: Cluster): Properties {
  const servers = hostsWith(cluster, 'hiveserver2').map((host) => host.name)
  if (servers.length === 0) return {}
  return { 'hadoop.proxyuser.hive.hosts': servers.join(','), 'hadoop.proxyuser.hive.groups': '*' }
}

/** core-site.xml, the same on every host. */
export function coreSite(context: ComponentContext): Properties {
  const { cluster } = context
  const { generation } = cluster
  return {
    [nameIn(generation, 'fs.defaultFS')]: defaultFs(context),
    // Scratch space of clients alone: everything that must last has a directory of its own.
    'hadoop.tmp.dir': '/tmp/hadoop-${user.name}',
    // Sqoop's password files are removed through the trash, where they would stay readable: so there is none.
    'fs.trash.interval': '0',
    [nameIn(generation, 'fs.permissions.umask-mode')]: '022',
    'io.file.buffer.size': '65536',
    // Hadoop 1 looks for it here.
    ...(isMapReduce1(cluster) ? { 'fs.checkpoint.dir': cluster.directories.checkpointDir } : {}),
    ...proxyUsers(cluster),
    ...(usesRacks(cluster)
      ? {
          [isMapReduce1(cluster) ? 'topology.script.file.name' : 'net.topology.script.file.name']:
            `${hadoopPaths(cluster).conf}/topology.sh`,
        }
      : {}),
  }
}
