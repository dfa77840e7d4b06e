import type { Artifact, ArtifactName } from '../../../provisioners/artifacts/types.ts'
import type { Cluster, Daemon, DatabaseServer, Host, SecretRef } from '../../../provisioners/config/types.ts'
import type { Action, File, Resource } from '../../../provisioners/engine/types.ts'
import type { ComponentContext } from '../../../provisioners/services/types.ts'

/** A cluster of a master, a database host and an LMS host, for tests of services that use databases. */

export const generated = (name: string): SecretRef => ({ kind: 'generate', name })

export const onHost = (
  host: string,
  flavor: 'mariadb' | 'mysql' = 'mariadb',
  port = 3306,
  tls: 'preferred' | 'required' = 'preferred',
): DatabaseServer => ({
  kind: 'host',
  host,
  flavor,
  port,
  tls,
})

export const external = (address: string, port = 3306): Extract<DatabaseServer, { kind: 'external' }> => ({
  kind: 'external',
  address,
  port,
  admin: { user: 'root', password: generated('external-admin') },
  tls: 'preferred',
})

export const host = (name: string, daemons: readonly Daemon[]): Host => ({
  name,
  address: `10.0.0.${name.length}`,
  daemons,
  roles: [],
  ssh: { user: 'op', port: 22 },
  dataDirs: ['/data/1'],
  dataDirsMustBeMounts: false,
  rack: '/default-rack',
})

export const MASTER: readonly Daemon[] = [
  'namenode',
  'resourcemanager',
  'secondarynamenode',
  'jobhistory',
  'hive-metastore',
  'hiveserver2',
  'sqoop',
  'metastore-database',
  'client',
]

export function cluster(change: Partial<Cluster> = {}): Cluster {
  return {
    name: 'test',
    clusterId: 'CID-test',
    file: '/home/op/cluster.yml',
    stateDir: '/home/op/.howdah/test',
    hosts: [host('m1', MASTER), host('rs1', ['result-store']), host('lms1', ['lms-database'])],
    ssh: {
      kind: 'ssh2',
      identityFiles: [],
      agent: false,
      hostKeys: 'strict',
      knownHosts: [],
      useSshConfig: false,
      connectTimeoutSeconds: 5,
    },
    versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' },
    generation: 'hadoop3',
    java: {
      use: { hadoop: 8, hive: 8, sqoop: 8 },
      jdks: { 8: { kind: 'path', home: '/opt/jdk/8' } },
    },
    artifacts: { provider: 'mirror', mirrors: [], delivery: { kind: 'push' } },
    directories: {
      install: '/opt',
      config: '/etc',
      logs: '/var/log',
      nameDirs: ['/data/nn'],
      ofDaemon: {},
      checkpointDir: '/data/snn',
    },
    replication: 1,
    properties: {},
    hdfsUsers: [],
    manageHostsFile: false,
    firewall: 'unless-other',
    access: { from: [], hosts: [] },
    metastore: {
      server: onHost('m1'),
      database: 'metastore',
      account: { user: 'hive', password: generated('metastore-hive') },
    },
    resultStore: {
      server: onHost('rs1'),
      database: 'reports',
      charset: 'auto',
      pipeline: { user: 'pipeline', password: generated('pipeline') },
      api: { user: 'api', password: generated('api') },
    },
    lms: {
      server: onHost('lms1'),
      database: 'edxapp',
      reader: { user: 'reader', password: generated('reader') },
    },
    users: [],
    managesUsers: false,
    githubBaseUrl: 'https://github.com',
    warnings: [],
    ...change,
  }
}

const artifact = (name: ArtifactName): Artifact => ({
  name,
  version: '1',
  fileName: `${name}.tar.gz`,
  layoutPath: `${name}/${name}.tar.gz`,
  sha256: name.padEnd(64, '0'),
  bytes: 1,
  file: `/cache/${name}.tar.gz`,
  origin: 'test',
})

/** Secrets are their names with `secret of` before them, unless given. */
export function context(
  of: Cluster = cluster(),
  secrets: Readonly<Record<string, string>> = {},
  artifacts: Readonly<Partial<Record<ArtifactName, Artifact>>> = {},
): ComponentContext {
  const heap = { mb: 300, why: 'test' }
  return {
    cluster: of,
    facts: {},
    sizing: Object.fromEntries(
      of.hosts.map(({ name, daemons }) => [
        name,
        {
          memoryMb: 4096,
          cores: 2,
          heaps: Object.fromEntries(daemons.map((daemon) => [daemon, heap])),
          properties: {},
          steps: [],
        },
      ]),
    ),
    artifacts: {
      hadoop: artifact('hadoop'),
      hive: artifact('hive'),
      sqoop: artifact('sqoop'),
      extras: artifact('extras'),
      ...artifacts,
    },
    jdkArtifacts: {},
    secret: (ref) => {
      const name = ref.kind === 'generate' ? ref.name : ref.kind
      return secrets[name] ?? `secret of ${name}`
    },
  }
}

export const byId = (resources: readonly Resource[], id: string): Resource => {
  const found = resources.find((resource) => resource.id === id)
  if (!found) throw new Error(`no ${id} among ${resources.map((resource) => resource.id).join(', ')}`)
  return found
}

export const fileAt = (resources: readonly Resource[], path: string): File =>
  byId(resources, `file:${path}`) as File

export const actionOf = (resources: readonly Resource[], id: string): Action => byId(resources, id) as Action
