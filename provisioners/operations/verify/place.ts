/** The hosts, ports and names of a run. Pure. */

import { processOf } from '../../catalog/index.ts'
import { has, primaryOf } from '../../config/placed.ts'
import type { Cluster, Daemon, DatabaseAccount, DatabaseServer, Host, JavaUser } from '../../config/types.ts'
import { HowdahError } from '../../errors.ts'
import { jobJvmProperties, portFor } from '../../services/support/index.ts'
import {
  type HadoopDialect,
  type HiveDialect,
  hadoopDialect,
  hiveDialect,
  type Properties,
} from './dialect.ts'
import type { SqlAccount, SqlPurpose } from './types.ts'

/**
 * The user that runs the jobs. `sqoop` exists on every cluster of Howdah, owns neither daemons nor data, and is in the
 * group `hadoop`, like edX's batch user. It can do what every user with an HDFS home can, so a run proves that ordinary
 * jobs work, without a superuser.
 */
export const RUN_USER = 'sqoop'
export const RUN_GROUP = 'hadoop'
/** HDFS's superuser, which creates and removes the directories of the run, and runs fsck. */
export const HDFS_SUPERUSER = 'hdfs'

export interface Place {
  /** `howdah_verify_<run>`: the name of databases and of the local directory, and the tag of jobs. */
  readonly run: string
  /** The host on which commands run. */
  readonly gateway: Host
  /** Local directory on the gateway, mode 0700, of RUN_USER. */
  readonly local: string
  /** Directory in HDFS. */
  readonly root: string
  readonly lmsDatabase: string
  readonly reportsDatabase: string
  readonly hiveDatabase: string
  readonly keep: boolean
  /** Properties of short jobs, by the JDK of their containers. */
  readonly quick: Readonly<Record<JavaUser, Properties>>
  /** Commands and properties for the releases of this cluster. */
  readonly hadoop: HadoopDialect
  readonly hive: HiveDialect
}

export { hostsWith } from '../../config/placed.ts'

/** The primary host of a daemon. Throws VERIFY_NO_DAEMON. */
export function hostOf(cluster: Cluster, daemon: Daemon): Host {
  const host = primaryOf(cluster, daemon)
  if (host) return host
  throw new HowdahError({
    code: 'VERIFY_NO_DAEMON',
    exit: 'configuration',
    message: `the cluster has no ${daemon}, so the whole flow cannot be run on it`,
    where: cluster.file,
    next: 'howdah verify --quick, or give a host the daemon',
  })
}

/** The port for questions to a daemon, from the configuration or the default. Throws for a daemon without one, which is a bug. */
export function portOf(cluster: Cluster, daemon: Daemon): number {
  const { asked } = processOf(daemon)
  if (asked === undefined) throw new Error(`no port of ${daemon} is asked`)
  return portFor({ cluster }, asked)
}

export const webAddress = (cluster: Cluster, daemon: Daemon, host: Host): string =>
  `http://${host.name}:${portOf(cluster, daemon)}`

/** The host in cluster.yml that an address (`w1:8042`, `w1.example.org:9866`, an IP) belongs to. */
export function hostOfAddress(cluster: Cluster, address: string): Host | undefined {
  const name = address.replace(/^\//, '').replace(/:\d+$/, '')
  return cluster.hosts.find(
    (host) => host.name === name || host.address === name || host.name === name.split('.')[0],
  )
}

/** The host on which commands run: the one with the clients, else the NameNode's. */
export const gatewayOf = (cluster: Cluster): Host =>
  cluster.hosts.find((host) => has(host, 'sqoop') && has(host, 'client')) ??
  primaryOf(cluster, 'sqoop') ??
  hostOf(cluster, 'namenode')

/** The names of a run. Throws VERIFY_* when this cluster cannot run the whole flow. */
export function placeOf(cluster: Cluster, run: string, keep: boolean): Place {
  const hadoop = hadoopDialect(cluster)
  const needed: readonly Daemon[] = [
    'namenode',
    'datanode',
    hadoop.worker,
    ...(hadoop.jobs === 'yarn' ? (['jobhistory'] as const) : ([hadoop.master] as const)),
    'hiveserver2',
    'sqoop',
  ]
  for (const daemon of needed) hostOf(cluster, daemon)
  const name = `howdah_verify_${run}`
  const reports = reportsOf(cluster)
  return {
    run: name,
    gateway: gatewayOf(cluster),
    local: `/tmp/${name}`,
    root: keep ? '/data/edx' : `/tmp/${name}`,
    // Different names, because both may be on one server.
    lmsDatabase: keep ? lmsOf(cluster).database : `${name}_lms`,
    reportsDatabase: keep ? reports.database : `${name}_reports`,
    hiveDatabase: keep ? 'edx_sample' : name,
    keep,
    quick: {
      hadoop: quickJob(cluster, 'hadoop'),
      hive: quickJob(cluster, 'hive'),
      sqoop: quickJob(cluster, 'sqoop'),
    },
    hadoop,
    hive: hiveDialect(cluster.versions.hive),
  }
}

/**
 * A job of seconds spends most of its CPU time on compiling code that runs once, so the first compiler is enough. The flag
 * goes into properties that have only flags for the JDK, and nothing of the operator (heap, collector).
 */
function quickJob(cluster: Cluster, user: JavaUser): Properties {
  const flags = jobJvmProperties(cluster, user)
  const keys = hadoopDialect(cluster).taskFlags
  return Object.fromEntries(keys.map((key) => [key, `${flags[key] ?? ''} -XX:TieredStopAtLevel=1`.trim()]))
}

export function reportsOf(cluster: Cluster): NonNullable<Cluster['resultStore']> {
  if (cluster.resultStore) return cluster.resultStore
  throw new HowdahError({
    code: 'VERIFY_NO_RESULT_STORE',
    exit: 'configuration',
    message: 'the cluster has no result store, so nothing can be exported',
    where: cluster.file,
    next: 'howdah verify --quick, or add `resultStore` to the file',
  })
}

/** Where Sqoop imports from: the LMS database, or the result store's server where the cluster names none. */
export interface LmsSource {
  readonly server: DatabaseServer
  readonly database: string
  readonly account: DatabaseAccount
  readonly login: readonly [SqlPurpose, SqlAccount]
}

export function lmsOf(cluster: Cluster): LmsSource {
  const { lms } = cluster
  if (lms) return { ...lms, account: lms.reader, login: ['lms', 'reader'] }
  const { server, pipeline } = reportsOf(cluster)
  return { server, database: 'edxapp', account: pipeline, login: ['result-store', 'pipeline'] }
}
