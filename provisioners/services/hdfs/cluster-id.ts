import type { ComponentContext } from '../types.ts'

/** The clusterID of HDFS; '' where nothing is planned, so that no host was asked whose it is. */
export const clusterIdOf = ({ identity, cluster }: ComponentContext): string =>
  identity?.clusterId ?? cluster.clusterId ?? ''
