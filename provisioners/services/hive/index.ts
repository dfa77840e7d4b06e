import type { Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { unitId } from '../support/daemons.ts'
import { has } from '../support/hosts.ts'
import { command, directory } from '../support/resources.ts'
import type { ComponentContext, Service } from '../types.ts'
import { clientConfiguration, hiveEnvironment, metastoreConfiguration } from './configuration.ts'
import { hiveHealthChecks } from './health.ts'
import { HIVE, HIVE_USER, hasHive, hivePaths, SCRATCH, WAREHOUSE } from './paths.ts'
import { hasSchemaTool } from './releases.ts'
import { schema } from './schema.ts'
import { software, taskSoftware } from './software.ts'
import { hiveSymptoms } from './symptoms.ts'
import { units } from './units.ts'

export { hasHive, hivePaths } from './paths.ts'

/** The account of the daemons of Hive. */
function account(context: ComponentContext): Resource[] {
  const { home, logs } = hivePaths(context.cluster)
  const own = { owner: HIVE_USER, group: 'hadoop', after: [`user:${HIVE_USER}`] }
  return [
    { type: 'group', id: `group:${HIVE_USER}`, component: HIVE, name: HIVE_USER },
    {
      type: 'user',
      id: `user:${HIVE_USER}`,
      component: HIVE,
      name: HIVE_USER,
      group: 'hadoop',
      groups: [HIVE_USER],
      home,
      shell: '/usr/sbin/nologin',
      system: true,
      after: ['group:hadoop', `group:${HIVE_USER}`],
    },
    directory(HIVE, home, { ...own, mode: '0750' }),
    directory(HIVE, logs, own),
  ]
}

/** `hive`, `beeline` and `schematool` for users. They also work in shells that read no profile. */
function commands(context: ComponentContext): Resource[] {
  const paths = hivePaths(context.cluster)
  const environment = { ...hiveEnvironment(context), HIVE_CONF_DIR: paths.conf }
  const after = [`symlink:${paths.current}`, 'action:hive-repair']
  // schematool connects to the metastore's database, so it reads the configuration that only root and the metastore can read.
  const metastore = { ...environment, HIVE_CONF_DIR: paths.metastoreConf }
  return [
    command(HIVE, 'hive', `${paths.current}/bin/hive`, environment, after),
    command(HIVE, 'beeline', `${paths.current}/bin/beeline`, environment, after),
    ...(hasSchemaTool(context.cluster.versions.hive)
      ? [command(HIVE, 'schematool', `${paths.current}/bin/schematool`, metastore, after)]
      : []),
  ]
}

interface HdfsDirectory {
  readonly type: 'x-hdfs-directory'
  readonly id: string
  readonly component: string
  readonly path: string
  readonly owner: string
  readonly group: string
  readonly mode: string
  readonly after: readonly string[]
}

const hdfsDirectory = (path: string, mode: string, after: readonly string[]): HdfsDirectory => ({
  type: 'x-hdfs-directory',
  id: `hdfs-directory:${path}`,
  component: HIVE,
  path,
  owner: HIVE_USER,
  group: 'hadoop',
  mode,
  after,
})

/**
 * Everybody can write to the warehouse, and it is sticky, like /tmp: the command `hive` creates tables as its user,
 * other users cannot remove them, and the tables of HiveServer2 belong to hive. Everybody can write to the scratch
 * directory, but not list it; HiveServer2 refuses to start with a stricter mode.
 */
const hdfsTree = (): HdfsDirectory[] => [
  hdfsDirectory('/user/hive', '0755', [unitId('namenode'), 'hdfs-directory:/user']),
  hdfsDirectory(WAREHOUSE, '1777', ['hdfs-directory:/user/hive']),
  hdfsDirectory(SCRATCH, '1733', [unitId('namenode'), 'hdfs-directory:/tmp']),
]

/** Hive's resources on a host that has its software. */
const installed = (host: Host, context: ComponentContext): Resource[] => [
  ...account(context),
  ...software(context),
  ...clientConfiguration(host, context),
  ...metastoreConfiguration(host, context),
  ...commands(context),
  ...schema(host, context),
  ...units(host, context),
]

/** Hive: its metastore, HiveServer2, and the command `hive`. */
export const hive: Service = {
  name: HIVE,
  resources: (host, context) => [
    ...(has(host, 'namenode') ? hdfsTree() : []),
    ...(hasHive(host) ? installed(host, context) : []),
    ...taskSoftware(host, context),
  ],
  healthChecks: hiveHealthChecks,
  symptoms: hiveSymptoms,
}
