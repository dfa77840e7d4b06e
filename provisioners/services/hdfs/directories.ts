import { usesDataDirs } from '../../config/placed.ts'
import type { Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { dataPaths, directory, has } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

const NAME = 'hdfs'

const closed = (path: string, after: readonly string[] = []): Resource =>
  directory(NAME, path, {
    ...{ owner: 'hdfs', group: 'hadoop', mode: '0700', data: 'own' },
    after: ['user:hdfs', ...after],
  })

/** The data disks. They belong to root, so that a daemon cannot fill the root disk when a mount is missing. */
const disks = (host: Host): Resource[] =>
  host.dataDirs.map((dir) => directory(NAME, dir, { data: 'shared', mustBeMount: host.dataDirsMustBeMounts }))

/** Directories of HDFS's daemons on a host, and the data disks that they share with jobs. */
export function storage(host: Host, { cluster }: ComponentContext): Resource[] {
  const { nameDirs, checkpointDir } = cluster.directories
  return [
    ...(has(host, 'namenode') ? nameDirs.map((dir) => closed(dir)) : []),
    ...(has(host, 'secondarynamenode') ? [closed(checkpointDir)] : []),
    ...(usesDataDirs(host.daemons) ? disks(host) : []),
    ...(has(host, 'datanode')
      ? host.dataDirs.map((dir) => closed(dataPaths(dir).hdfs, [`directory:${dir}`]))
      : []),
  ]
}
