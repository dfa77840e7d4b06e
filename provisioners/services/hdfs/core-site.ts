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

/** The address of the file system. It must be the same text on every host, because jobs compare it as text. */
export const defaultFs = (context: ComponentContext): string =>
  `hdfs://${primaryHost(context.cluster, 'namenode').name}:${portFor(context, 'dfs.namenode.rpc-address')}`

export const usesRacks = (cluster: Cluster): boolean => cluster.hosts.some((h) => h.rack !== '/default-rack')

/** HiveServer2 runs statements as the user who is logged in. Only its own host may do so. */
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
    // Scratch space of clients only. All data that must last has its own directory.
    'hadoop.tmp.dir': '/tmp/hadoop-${user.name}',
    // Sqoop would move its password files to the trash, where they stay readable. So there is no trash.
    'fs.trash.interval': '0',
    [nameIn(generation, 'fs.permissions.umask-mode')]: '022',
    'io.file.buffer.size': '65536',
    // Hadoop 1 reads it from this file.
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
