import { CATALOG, DAEMONS, SOFTWARE_NAMES } from '../../catalog/index.ts'
import { pipelineValues } from '../resolve/pipeline.ts'
import type { Cluster, DatabaseServer, Host } from '../types.ts'

/** Values that Howdah filled in, by the path of the field in cluster.yml. */

const ofHost: Readonly<Record<string, (host: Host) => unknown>> = {
  name: (host) => host.name,
  address: (host) => host.address,
  roles: (host) => host.roles,
  memory: (host) => (host.memoryMb === undefined ? undefined : `${host.memoryMb}MiB`),
  cores: (host) => host.cores,
  dataDirs: (host) => host.dataDirs,
  dataDirsMustBeMounts: (host) => host.dataDirsMustBeMounts,
  rack: (host) => host.rack,
  'ssh.user': (host) => host.ssh.user,
  'ssh.port': (host) => host.ssh.port,
}

const hostOf = (server: DatabaseServer | undefined): string | undefined =>
  server?.kind === 'host' ? server.host : undefined
const tlsOf = (server: DatabaseServer | undefined): string | undefined =>
  server?.kind === 'host' ? server.tls : undefined
const flavorOf = (server: DatabaseServer | undefined): string | undefined =>
  server?.kind === 'host' ? server.flavor : undefined

type Value = (cluster: Cluster) => unknown

const ofSoftware: Readonly<Record<string, Value>> = Object.fromEntries(
  SOFTWARE_NAMES.flatMap((name): [string, Value][] => [
    [`versions.${name}`, ({ versions }) => versions[name]],
    [`java.${name}`, ({ java }) => java.use[name]],
  ]),
)

const ofDirectories: Readonly<Record<string, Value>> = Object.fromEntries(
  DAEMONS.flatMap((daemon): [string, Value][] => {
    const { directory } = CATALOG[daemon]
    return directory
      ? [[`directories.${directory.field}`, ({ directories }) => directories.ofDaemon[daemon]]]
      : []
  }),
)

const ofCluster: Readonly<Record<string, (cluster: Cluster) => unknown>> = {
  'ssh.transport': ({ ssh }) => ssh.kind,
  'ssh.identityFiles': ({ ssh }) => ssh.identityFiles,
  'ssh.agent': ({ ssh }) => ssh.agent,
  'ssh.hostKeys': ({ ssh }) => ssh.hostKeys,
  'ssh.knownHosts': ({ ssh }) => ssh.knownHosts,
  'ssh.config': ({ ssh }) => ssh.useSshConfig,
  'ssh.connectTimeout': ({ ssh }) => ssh.connectTimeoutSeconds,
  ...ofSoftware,
  ...ofDirectories,
  'java.jdks': ({ java }) => java.jdks,
  'artifacts.provider': ({ artifacts }) => artifacts.provider,
  'artifacts.mirrors': ({ artifacts }) => (artifacts.provider === 'mirror' ? artifacts.mirrors : undefined),
  'artifacts.delivery': ({ artifacts }) => artifacts.delivery.kind,
  'directories.install': ({ directories }) => directories.install,
  'directories.config': ({ directories }) => directories.config,
  'directories.logs': ({ directories }) => directories.logs,
  'directories.name': ({ directories }) => directories.nameDirs,
  'directories.checkpoint': ({ directories }) => directories.checkpointDir,
  'hdfs.clusterId': ({ clusterId }) => clusterId,
  'hdfs.replication': ({ replication }) => replication,
  'hdfs.users': ({ hdfsUsers }) => hdfsUsers,
  manageHostsFile: ({ manageHostsFile }) => manageHostsFile,
  'metastore.host': ({ metastore }) => hostOf(metastore.server),
  'metastore.flavor': ({ metastore }) => flavorOf(metastore.server),
  'metastore.port': ({ metastore }) => metastore.server.port,
  'metastore.tls': ({ metastore }) => tlsOf(metastore.server),
  'metastore.database': ({ metastore }) => metastore.database,
  'metastore.user': ({ metastore }) => metastore.account.user,
  'resultStore.host': ({ resultStore }) => hostOf(resultStore?.server),
  'resultStore.flavor': ({ resultStore }) => flavorOf(resultStore?.server),
  'resultStore.port': ({ resultStore }) => resultStore?.server.port,
  'resultStore.tls': ({ resultStore }) => tlsOf(resultStore?.server),
  'resultStore.database': ({ resultStore }) => resultStore?.database,
  'resultStore.charset': ({ resultStore }) => resultStore?.charset,
  'resultStore.pipeline.user': ({ resultStore }) => resultStore?.pipeline.user,
  'resultStore.api.user': ({ resultStore }) => resultStore?.api.user,
  'lms.host': ({ lms }) => hostOf(lms?.server),
  'lms.flavor': ({ lms }) => flavorOf(lms?.server),
  'lms.port': ({ lms }) => lms?.server.port,
  'lms.tls': ({ lms }) => tlsOf(lms?.server),
  'lms.database': ({ lms }) => lms?.database,
  'lms.reader.user': ({ lms }) => lms?.reader.user,
  ...pipelineValues,
}

/** The value of a field after every default is filled in; undefined where there is no single one. */
export function resolvedValue(path: string, cluster: Cluster, hostName: string | undefined): unknown {
  const host = cluster.hosts.find(({ name }) => name === hostName)
  if (host !== undefined && path.startsWith('hosts.')) return ofHost[path.slice('hosts.'.length)]?.(host)
  return ofCluster[path]?.(cluster)
}
