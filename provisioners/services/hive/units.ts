import type { Cluster, Daemon, Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { repairWords } from '../repairs/index.ts'
import { type DaemonUnit, daemonUnit } from '../support/daemon-unit.ts'
import { has, hostOf } from '../support/hosts.ts'
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
  METASTORE_PORT_PROPERTY,
  SCRATCH,
  SERVER_PORT_PROPERTY,
  WAREHOUSE,
} from './paths.ts'
import { loggingFiles } from './releases.ts'
import { schemaAfter } from './schema.ts'

const configuration = ({ versions }: Cluster): readonly string[] => [
  'hive-site.xml',
  'hive-env.sh',
  ...loggingFiles(versions.hive),
]

/** Hadoop's files that a daemon of Hive reads, as a client of HDFS and of what runs jobs. */
const hadoopFiles = ({ generation }: Cluster): readonly string[] => [
  'core-site.xml',
  'hdfs-site.xml',
  'mapred-site.xml',
  ...(generation === 'hadoop1' ? [] : ['yarn-site.xml']),
  'hadoop-env.sh',
]

interface HiveDaemon {
  readonly daemon: Daemon
  readonly unit: string
  readonly log: string
  readonly conf: string
  readonly command: readonly string[]
}

function environment(host: Host, context: ComponentContext, { daemon, conf, log }: HiveDaemon) {
  const paths = hivePaths(context.cluster)
  const major = context.cluster.java.use.hive
  const flags = daemonFlags({ major, heapMb: heapOf(context, host, daemon), logDir: paths.logs })
  const logging = [`-Dhive.log.dir=${paths.logs}`, `-Dhive.log.file=${log}`]
  return {
    ...hiveEnvironment(context),
    HIVE_CONF_DIR: conf,
    HOME: paths.home,
    // The launchers hand these to the JVM of a client, which to them a daemon of Hive is.
    HADOOP_CLIENT_OPTS: [...flags, ...logging].join(' '),
  }
}

function effective(context: ComponentContext, { conf }: HiveDaemon): string[] {
  const { cluster } = context
  const paths = hivePaths(cluster)
  const hadoop = hadoopPaths(cluster)
  return [
    ...configuration(cluster).map((name) => `${conf}/${name}`),
    ...hadoopFiles(cluster).map((name) => `${hadoop.conf}/${name}`),
    markerOf(paths.current),
    markerOf(hadoop.current),
    markerOf(paths.extras),
    repairWords(paths.conf),
    ...javaEffective(cluster, 'hive'),
  ]
}

const hiveUnit = (
  host: Host,
  context: ComponentContext,
  daemon: HiveDaemon,
  rest: Pick<DaemonUnit, 'description' | 'ready' | 'after' | 'startAfter'>,
): Resource => {
  const paths = hivePaths(context.cluster)
  return daemonUnit({
    ...rest,
    name: daemon.unit,
    component: HIVE,
    user: HIVE_USER,
    command: daemon.command,
    environment: environment(host, context, daemon),
    workingDirectory: paths.home,
    // What a query's local task leaves for others to read must be readable to them.
    umask: '0022',
    effective: effective(context, daemon),
    logs: [`${paths.logs}/${daemon.log}`],
    after: [
      ...javaAfter(context.cluster, 'hive'),
      `user:${HIVE_USER}`,
      `directory:${paths.logs}`,
      `directory:${paths.home}`,
      `symlink:${paths.current}`,
      'action:hive-repair',
      ...configuration(context.cluster).map((name) => `file:${daemon.conf}/${name}`),
      ...hadoopFiles(context.cluster).map((name) => `file:${hadoopPaths(context.cluster).conf}/${name}`),
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
    unit: 'hive-metastore',
    log: 'metastore.log',
    conf: paths.metastoreConf,
    command: [`${paths.current}/bin/hive`, '--service', 'metastore', '-p', String(port)],
  }
  return hiveUnit(host, context, daemon, {
    description: "Hive's metastore",
    startAfter: ['mariadb.service', 'mysql.service', 'hdfs-namenode.service'],
    // It opens its port only when its database has answered and the default database is there.
    ready: { script: listens(port), timeoutSeconds: 180, title: `listens on ${port}` },
    after: [...schemaAfter(host, context), `${hostOf(cluster, 'namenode').name}!hdfs-directory:${WAREHOUSE}`],
  })
}

function serverUnit(host: Host, context: ComponentContext): Resource {
  const { cluster } = context
  const paths = hivePaths(cluster)
  const port = portFor(context, SERVER_PORT_PROPERTY)
  const daemon: HiveDaemon = {
    daemon: 'hiveserver2',
    unit: 'hive-server2',
    log: 'hiveserver2.log',
    conf: paths.conf,
    command: [`${paths.current}/bin/hive`, '--service', 'hiveserver2'],
  }
  return hiveUnit(host, context, daemon, {
    description: 'HiveServer2',
    startAfter: ['hive-metastore.service'],
    ready: { script: listens(port), timeoutSeconds: 240, title: `listens on ${port}` },
    after: [
      `${hostOf(cluster, 'hive-metastore').name}!unit:hive-metastore`,
      `${hostOf(cluster, 'namenode').name}!hdfs-directory:${SCRATCH}`,
    ],
  })
}

/** The daemons of Hive on a host. */
export const units = (host: Host, context: ComponentContext): Resource[] => [
  ...(has(host, 'hive-metastore') ? [metastoreUnit(host, context)] : []),
  ...(has(host, 'hiveserver2') ? [serverUnit(host, context)] : []),
]
