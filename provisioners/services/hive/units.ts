import { basename } from 'node:path'
import { processOf, unitOf } from '../../catalog/index.ts'
import type { Cluster, Daemon, Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { hdfsDirectoryRef } from '../hdfs/index.ts'
import { repairList } from '../repairs/index.ts'
import { type DaemonUnit, daemonUnit } from '../support/daemon-unit.ts'
import { hadoopFilesOf, logOf, unitRefs } from '../support/daemons.ts'
import { has } from '../support/hosts.ts'
import { daemonFlags, heapOf, javaAfter, javaEffective } from '../support/java.ts'
import { hadoopPaths } from '../support/paths.ts'
import { portFor } from '../support/ports.ts'
import { markerOf } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { hiveEnvironment } from './configuration.ts'
import {
  HIVE,
  HIVE_USER,
  hivePaths,
  METASTORE_GROUP,
  METASTORE_PORT_PROPERTY,
  SCRATCH,
  SERVER_PORT_PROPERTY,
  WAREHOUSE,
} from './paths.ts'
import { loggingFiles } from './releases.ts'
import { schemaAfter } from './schema.ts'
import { hasServerSite, SERVER_SITE } from './server-site.ts'

/** Files in the directory of its configuration that a daemon reads at its start. */
const configuration = ({ versions }: Cluster, daemon: Daemon): readonly string[] => [
  'hive-site.xml',
  ...(daemon === 'hiveserver2' && hasServerSite(versions.hive) ? [SERVER_SITE] : []),
  'hive-env.sh',
  ...loggingFiles(versions.hive),
]

/** Hadoop's files that a daemon of Hive reads, as a client of HDFS and of YARN or the JobTracker. */
const hadoopFiles = (cluster: Cluster, daemon: Daemon): readonly string[] => [
  ...hadoopFilesOf(cluster, daemon),
  'hadoop-env.sh',
]

interface HiveDaemon {
  readonly daemon: Daemon
  readonly conf: string
  readonly command: readonly string[]
}

function environment(host: Host, context: ComponentContext, { daemon, conf }: HiveDaemon) {
  const paths = hivePaths(context.cluster)
  const major = context.cluster.java.use.hive
  const flags = daemonFlags({ major, heapMb: heapOf(context, host, daemon), logDir: paths.logs })
  const { dir, file } = logOf(context.cluster, daemon)
  const logging = [`-Dhive.log.dir=${dir}`, `-Dhive.log.file=${basename(file)}`]
  return {
    ...hiveEnvironment(context),
    HIVE_CONF_DIR: conf,
    HOME: paths.home,
    // The launchers start daemons of Hive as clients, so their JVM reads these options.
    HADOOP_CLIENT_OPTS: [...flags, ...logging].join(' '),
  }
}

function effective(context: ComponentContext, { daemon, conf }: HiveDaemon): string[] {
  const { cluster } = context
  const paths = hivePaths(cluster)
  const hadoop = hadoopPaths(cluster)
  return [
    ...configuration(cluster, daemon).map((name) => `${conf}/${name}`),
    ...hadoopFiles(cluster, daemon).map((name) => `${hadoop.conf}/${name}`),
    markerOf(paths.current),
    markerOf(hadoop.current),
    markerOf(paths.extras),
    repairList(paths.conf),
    ...javaEffective(cluster, 'hive'),
  ]
}

const hiveUnit = (
  host: Host,
  context: ComponentContext,
  daemon: HiveDaemon,
  rest: Pick<DaemonUnit, 'description' | 'group' | 'after' | 'startAfter'> & {
    readonly ready: Omit<DaemonUnit['ready'], 'timeoutSeconds'>
  },
): Resource => {
  const paths = hivePaths(context.cluster)
  return daemonUnit({
    ...rest,
    name: unitOf(daemon.daemon),
    component: HIVE,
    user: HIVE_USER,
    ready: { ...rest.ready, timeoutSeconds: processOf(daemon.daemon).readySeconds },
    command: daemon.command,
    environment: environment(host, context, daemon),
    workingDirectory: paths.home,
    // Files that the local task of a query writes for other users must be readable by them.
    umask: '0022',
    effective: effective(context, daemon),
    logs: [logOf(context.cluster, daemon.daemon).file],
    after: [
      ...javaAfter(context.cluster, 'hive'),
      `user:${HIVE_USER}`,
      `directory:${paths.logs}`,
      `directory:${paths.home}`,
      `symlink:${paths.current}`,
      'action:hive-repair',
      ...configuration(context.cluster, daemon.daemon).map((name) => `file:${daemon.conf}/${name}`),
      ...hadoopFiles(context.cluster, daemon.daemon).map(
        (name) => `file:${hadoopPaths(context.cluster).conf}/${name}`,
      ),
      ...rest.after,
    ],
  })
}

const listens = (port: number): string => `ss -ltnH 'sport = :${port}' | grep -q .`

function metastoreUnit(host: Host, context: ComponentContext): Resource {
  const { cluster } = context
  const paths = hivePaths(cluster)
  const port = portFor(context, METASTORE_PORT_PROPERTY)
  const daemon: HiveDaemon = {
    daemon: 'hive-metastore',
    conf: paths.metastoreConf,
    command: [`${paths.current}/bin/hive`, '--service', 'metastore', '-p', String(port)],
  }
  return hiveUnit(host, context, daemon, {
    description: "Hive's metastore",
    group: METASTORE_GROUP,
    startAfter: ['mariadb.service', 'mysql.service', `${unitOf('namenode')}.service`],
    // It opens its port only when its database has answered and the default database exists.
    ready: { script: listens(port), title: `listens on ${port}` },
    after: [...schemaAfter(host, context), hdfsDirectoryRef(context, WAREHOUSE)],
  })
}

function serverUnit(host: Host, context: ComponentContext): Resource {
  const { cluster } = context
  const paths = hivePaths(cluster)
  const port = portFor(context, SERVER_PORT_PROPERTY)
  const daemon: HiveDaemon = {
    daemon: 'hiveserver2',
    conf: paths.conf,
    command: [`${paths.current}/bin/hive`, '--service', 'hiveserver2'],
  }
  return hiveUnit(host, context, daemon, {
    description: 'HiveServer2',
    startAfter: [`${unitOf('hive-metastore')}.service`],
    ready: { script: listens(port), title: `listens on ${port}` },
    after: [...unitRefs(cluster, 'hive-metastore'), hdfsDirectoryRef(context, SCRATCH)],
  })
}

/** The daemons of Hive on a host. */
export const units = (host: Host, context: ComponentContext): Resource[] => [
  ...(has(host, 'hive-metastore') ? [metastoreUnit(host, context)] : []),
  ...(has(host, 'hiveserver2') ? [serverUnit(host, context)] : []),
]
