import type { Cluster } from '../../config/types.ts'

/** Paths of Hadoop on a host (ARCHITECTURE.md). */
export const hadoopPaths = (cluster: Cluster) => {
  const { install, config, logs } = cluster.directories
  return {
    root: `${install}/hadoop`,
    version: `${install}/hadoop/${cluster.versions.hadoop}`,
    current: `${install}/hadoop/current`,
    conf: `${config}/hadoop/conf`,
    logs: `${logs}/hadoop`,
  }
}

/** State of daemons, but not data of users: recovery stores, temporary files. */
export const HADOOP_STATE = '/var/lib/hadoop'

/**
 * Directories of a data disk: blocks of HDFS, scratch space and logs of containers, scratch space of tasks in Hadoop 1.
 */
export const dataPaths = (dataDir: string) => ({
  hdfs: `${dataDir}/hdfs`,
  yarn: `${dataDir}/yarn`,
  local: `${dataDir}/yarn/local`,
  containerLogs: `${dataDir}/yarn/logs`,
  mapred: `${dataDir}/mapred`,
  mapredLocal: `${dataDir}/mapred/local`,
})

/** `file:` URI of a local path, for Hadoop's lists of directories. */
export const fileUri = (path: string): string => `file://${encodeURI(path)}`
