import type { Cluster } from '../../config/types.ts'

export const ZOOKEEPER = 'zookeeper'

/** Paths of ZooKeeper on a host (ARCHITECTURE.md). */
export const zookeeperPaths = ({ directories, versions }: Cluster) => {
  const root = `${directories.install}/zookeeper`
  return {
    root,
    version: `${root}/${versions.zookeeper}`,
    current: `${root}/current`,
    conf: `${directories.config}/zookeeper/conf`,
    data: directories.ofDaemon.zookeeper ?? '',
    home: '/var/lib/zookeeper',
  }
}
