import { usesDataDirs } from '../../config/placed.ts'
import type { Host } from '../../config/types.ts'
import type { Directory, Resource } from '../../engine/types.ts'
import { dataPaths, directory, has } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

const NAME = 'hdfs'

const closed = (path: string, more: { after?: readonly string[]; mount?: 'recorded' } = {}): Resource =>
  directory(NAME, path, {
    ...{ owner: 'hdfs', group: 'hadoop', mode: '0700', data: 'own', ...more },
    after: ['user:hdfs', ...(more.after ?? [])],
  })

/** Absent in cluster.yml: a disk that was mounted when its directory was made must be mounted later too. */
const mountOf = ({ dataDirsMustBeMounts: must }: Host): Pick<Directory, 'mount'> =>
  must === false ? {} : { mount: must === undefined ? 'recorded' : 'required' }

/** The data disks. They belong to root, so that a daemon cannot fill the root disk when a mount is missing. */
const disks = (host: Host): Resource[] =>
  host.dataDirs.map((dir) => directory(NAME, dir, { data: 'shared', ...mountOf(host) }))

/** Directories of HDFS's daemons on a host, and the data disks that they share with jobs. */
export function storage(host: Host, { cluster }: ComponentContext): Resource[] {
  const { nameDirs, checkpointDir } = cluster.directories
  return [
    ...(has(host, 'namenode') ? nameDirs.map((dir) => closed(dir, { mount: 'recorded' })) : []),
    ...(has(host, 'secondarynamenode') ? [closed(checkpointDir, { mount: 'recorded' })] : []),
    ...(usesDataDirs(host.daemons) ? disks(host) : []),
    ...(has(host, 'datanode')
      ? host.dataDirs.map((dir) => closed(dataPaths(dir).hdfs, { after: [`directory:${dir}`] }))
      : []),
  ]
}
