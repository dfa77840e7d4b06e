import type { Cluster, Host } from '../../config/types.ts'
import { MOUNTS_FILE, RECORD_FILE } from '../../engine/index.ts'
import type { Fact, Requirement } from '../../engine/types.ts'
import { dataPaths, has, isHadoopHost, primaryHost } from '../support/index.ts'
import { FORMAT_RECORD } from './guard-scripts.ts'
import { storageScript } from './storage-script.ts'

/**
 * What is left of an HDFS on a host, whatever its roles are now: its NameNode may have moved, or its directories may have
 * changed in cluster.yml. It refuses nothing but a format.
 */
export function storageFact(host: Host, cluster: Cluster): Fact {
  const { nameDirs, checkpointDir } = cluster.directories
  const isNameNode = has(host, 'namenode')
  return {
    type: 'fact',
    id: 'fact:dfs-storage',
    // A host without Hadoop has nothing of this service, so that `--host` does not ask for its software there.
    component: isHadoopHost(host) ? 'hdfs' : 'system',
    title: 'what is left of an HDFS',
    script: storageScript({
      host: host.name,
      dataDirs: host.dataDirs.map((dir) => dataPaths(dir).hdfs),
      nameDirs: [...nameDirs, checkpointDir],
      // `fact:dfs-name` reads these.
      skip: isNameNode ? nameDirs : [],
      formatRecord: isNameNode ? '' : FORMAT_RECORD,
      resources: RECORD_FILE,
      mounts: MOUNTS_FILE,
    }),
  }
}

/** The conditions on one host, of any role, before the NameNode may be formatted. */
export function storageRequirements(host: Host, cluster: Cluster): readonly Requirement[] {
  const nameNode = primaryHost(cluster, 'namenode').name
  const [nameDir = ''] = cluster.directories.nameDirs
  const record = cluster.generation === 'hadoop1' ? `, and ${FORMAT_RECORD} to the same path` : ''
  const afresh = `to start with an empty HDFS, remove this one first: howdah destroy --data --confirm=${cluster.name}`
  const needs = {
    names: `to move the NameNode, stop the daemons of HDFS and copy the directory to ${nameNode}:${nameDir} with its owners and modes${record}; ${afresh}`,
    record: `find the directories of that NameNode and copy them to ${nameNode}:${nameDir}, or restore a backup there; ${afresh}`,
    blocks: `restore the NameNode directories on ${nameNode} from a backup or from the SecondaryNameNode; ${afresh}`,
  }
  const ref = `${host.name}!fact:dfs-storage` as const
  const refused = `the NameNode on ${nameNode} is not formatted, since`
  return [
    ...Object.entries(needs).map(([key, next]) => ({
      ...{ ref, key, next, message: `${refused} that would orphan an HDFS: {value}` },
      // A host that was not read is refused once, below.
      oneOf: ['', 'unknown'],
    })),
    {
      ...{ ref, key: 'unreadable', oneOf: [''] },
      message: `${refused} it cannot be read what ${host.name} holds of an HDFS: {value}`,
      next: `mount or repair the disk on ${host.name}`,
    },
  ]
}
