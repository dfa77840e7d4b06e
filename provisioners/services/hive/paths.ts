import type { Cluster, Daemon, Host } from '../../config/types.ts'
import { has } from '../support/hosts.ts'

export const HIVE = 'hive'
export const HIVE_USER = 'hive'
/**
 * The group that the metastore runs with, besides its own. HiveServer2 runs as the same user without this group, so that
 * neither it nor code of its users can read the password of the metastore's database, or the process that has it.
 */
export const METASTORE_GROUP = 'hive-metastore'

/** Paths of Hive on a host (ARCHITECTURE.md). */
export const hivePaths = (cluster: Cluster) => {
  const { install, config, logs } = cluster.directories
  const conf = `${config}/hive/conf`
  const metastoreConf = `${config}/hive/metastore-conf`
  return {
    root: `${install}/hive`,
    version: `${install}/hive/${cluster.versions.hive}`,
    current: `${install}/hive/current`,
    conf,
    /** The metastore's own, which has the password of its database: only the user hive can read it. */
    metastoreConf,
    /** The option file that a database client logs in to the metastore's database with. */
    databaseOptions: `${metastoreConf}/database.cnf`,
    logs: `${logs}/hive`,
    home: '/var/lib/hive',
    extras: '/opt/howdah/extras',
  }
}

export const METASTORE_PORT_PROPERTY = 'hive.metastore.port'
export const SERVER_PORT_PROPERTY = 'hive.server2.thrift.port'
export const WEB_PORT_PROPERTY = 'hive.server2.webui.port'

const HIVE_DAEMONS: readonly Daemon[] = ['hive-metastore', 'hiveserver2', 'client']

/** Whether a host has Hive's software: for a daemon, or for the commands. */
export const hasHive = (host: Host): boolean => HIVE_DAEMONS.some((daemon) => has(host, daemon))

export const WAREHOUSE = '/user/hive/warehouse'
export const SCRATCH = '/tmp/hive'
