import type { Cluster, Host } from '../../config/types.ts'
import type { Agreement, Fact, Requirement } from '../../engine/types.ts'
import { dataPaths, hostsWith, primaryHost } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { clusterIdOf } from './cluster-id.ts'
import { dataDirsScript, FORMAT_RECORD, nameDirsScript, SIGNATURES } from './guard-scripts.ts'
import { layoutRule } from './layouts.ts'
import { storageRequirements } from './storage.ts'

/** The contents of a host's DataNode directories. Data of another cluster is refused. */
export function dataFact(host: Host, context: ComponentContext): Fact {
  const { cluster } = context
  const clusterId = clusterIdOf(context)
  const signature = SIGNATURES[cluster.generation]
  const known = signature.id === 'clusterID'
  const dirs = host.dataDirs.map((dir) => ({
    path: dataPaths(dir).hdfs,
    ...(host.dataDirsMustBeMounts ? { mount: dir } : {}),
  }))
  return {
    type: 'fact',
    id: 'fact:dfs-data',
    component: 'hdfs',
    title: 'contents of the DataNode directories',
    script: dataDirsScript({ dirs, clusterId: known ? clusterId : '', signature }),
    must: [
      {
        key: 'foreign',
        oneOf: [''],
        message: `${host.name} holds blocks of another cluster: {value}; the clusterID of ${cluster.name} is ${clusterId}`,
        next: `take ${host.name} out of cluster.yml, or, when nobody needs that data, empty the directory by hand`,
      },
      {
        key: 'unreadable',
        oneOf: [''],
        message: `the DataNode directories of ${host.name} cannot be read: {value}`,
        next: `mount or repair the disk on ${host.name}; until then Howdah changes nothing there`,
      },
    ],
    // Only the NameNode's own directories have the namespaceID that a format of Hadoop 1 made.
    ...(known ? {} : { agrees: [sameNamespace(host, cluster)] }),
  }
}

const sameNamespace = (host: Host, cluster: Cluster): Agreement => ({
  key: 'clusterIds',
  ref: `${primaryHost(cluster, 'namenode').name}!fact:dfs-name`,
  refKey: 'clusterIds',
  message: `${host.name} holds blocks of namespaceID {value}, and the NameNode of ${cluster.name} has {other}`,
  next: `take ${host.name} out of cluster.yml, or, when nobody needs that data, empty the directory by hand`,
})

/** The contents of the NameNode directories. Anything that is not clearly ours or clearly empty is refused. */
export function nameFact(host: Host, context: ComponentContext): Fact {
  const { cluster } = context
  const { versions } = cluster
  const clusterId = clusterIdOf(context)
  const signature = SIGNATURES[cluster.generation]
  const { id } = signature
  return {
    type: 'fact',
    id: 'fact:dfs-name',
    component: 'hdfs',
    title: 'contents of the NameNode directories',
    script: nameDirsScript({ dirs: cluster.directories.nameDirs, clusterId, signature }),
    must: [
      {
        key: 'foreign',
        oneOf: [''],
        message:
          id === 'clusterID'
            ? `the NameNode directory on ${host.name} holds clusterID {value}, but the cluster has ${clusterId}; Howdah does not adopt it`
            : `the NameNode directory on ${host.name} holds namespaceID {value}, which no format by Howdah made; Howdah does not adopt it`,
        next:
          id === 'clusterID'
            ? 'write another directory in directories.name, or set hdfs.clusterId to the one that was found'
            : 'write another directory in directories.name',
      },
      {
        key: 'found',
        oneOf: [''],
        message: `the NameNode directories on ${host.name} are neither empty nor complete: {value}`,
        next: 'restore them from a backup or from the SecondaryNameNode; when no DataNode holds blocks, empty them by hand',
      },
      {
        key: 'lost',
        oneOf: [''],
        message: `the NameNode on ${host.name} was formatted before, with {value}, and the directories of cluster.yml are empty now: it is never formatted twice`,
        next: `mount the disk of its directories, write them in directories.name, or restore a backup; if the cluster must start again with an empty HDFS, remove ${FORMAT_RECORD} there by hand`,
      },
      ...layoutRule(host, versions.hadoop),
    ],
  }
}

/** The conditions on every host of HDFS before the NameNode may be formatted. */
export function formatRequirements({ cluster }: ComponentContext): readonly Requirement[] {
  const nameNode = primaryHost(cluster, 'namenode')
  const name = `${nameNode.name}!fact:dfs-name` as const
  return [
    {
      ref: name,
      key: 'state',
      oneOf: ['empty'],
      message: `the NameNode directories on ${nameNode.name} are {value}, and only empty ones are formatted`,
    },
    {
      ref: name,
      key: 'lost',
      oneOf: [''],
      message: 'the NameNode was formatted before, with {value}',
    },
    ...cluster.hosts.flatMap((host) => storageRequirements(host, cluster)),
    ...hostsWith(cluster, 'datanode').map((host) => readableData(host)),
  ]
}

const readableData = (host: Host): Requirement => ({
  ref: `${host.name}!fact:dfs-data`,
  key: 'unreadable',
  oneOf: [''],
  message: `the directories of the DataNode on ${host.name} cannot be read: {value}`,
  next: `mount or repair the disk on ${host.name}`,
})
