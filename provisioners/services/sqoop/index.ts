import { render, siteXml } from '../../../hadoop-templates/index.ts'
import type { Cluster, Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { hasHive, hivePaths } from '../hive/paths.ts'
import { extrasArchive, hasExtras } from '../hive/software.ts'
import { firstJars, type Repaired, repairResources, repairsOf } from '../repairs/index.ts'
import { has } from '../support/hosts.ts'
import { javaAfter, javaHome } from '../support/java.ts'
import { hadoopPaths } from '../support/paths.ts'
import { layered } from '../support/properties.ts'
import { archive, artifactOf, command, directory, file, symlink } from '../support/resources.ts'
import type { ComponentContext, Service } from '../types.ts'
import { taskPrograms } from './direct.ts'
import { hadoopConfResources, hasOwnJdk, sqoopHadoopConf } from './hadoop-conf.ts'
import { sqoopSymptoms } from './symptoms.ts'

const SQOOP = 'sqoop'

/** Paths of Sqoop on a host (ARCHITECTURE.md). */
export const sqoopPaths = (cluster: Cluster) => {
  const { install, config } = cluster.directories
  return {
    version: `${install}/sqoop/${cluster.versions.sqoop}`,
    current: `${install}/sqoop/current`,
    conf: `${config}/sqoop/conf`,
    home: '/var/lib/sqoop',
    extras: hivePaths(cluster).extras,
  }
}

const account = (home: string): Resource[] => [
  {
    type: 'user',
    id: 'user:sqoop',
    component: SQOOP,
    name: 'sqoop',
    group: 'hadoop',
    groups: [],
    home,
    shell: '/usr/sbin/nologin',
    system: true,
    after: ['group:hadoop'],
  },
  directory(SQOOP, home, { owner: 'sqoop', group: 'hadoop', mode: '0750', after: ['user:sqoop'] }),
]

/** The repairs of Sqoop's tree, with the paths that they need. */
function repaired(context: ComponentContext): Repaired {
  const { version, extras, conf } = sqoopPaths(context.cluster)
  return {
    component: SQOOP,
    home: version,
    conf,
    extras,
    of: [
      `${version}: ${artifactOf(context, 'sqoop').sha256}`,
      `${extras}: ${artifactOf(context, 'extras').sha256}`,
    ],
    repairs: repairsOf(SQOOP, context.cluster),
  }
}

function environment(host: Host, context: ComponentContext): Readonly<Record<string, string>> {
  const { cluster } = context
  const hadoop = hadoopPaths(cluster)
  const home = javaHome(cluster, 'sqoop')
  const hive = hivePaths(cluster)
  return {
    JAVA_HOME: home,
    HADOOP_JAVA_HOME: home,
    HADOOP_HOME: hadoop.current,
    HADOOP_COMMON_HOME: hadoop.current,
    HADOOP_MAPRED_HOME: hadoop.current,
    HADOOP_CONF_DIR: sqoopHadoopConf(cluster),
    ...(cluster.generation === 'hadoop1' ? { HADOOP_HOME_WARN_SUPPRESS: 'true' } : {}),
    ...(hasHive(host) ? { HIVE_HOME: hive.current, HIVE_CONF_DIR: hive.conf } : {}),
  }
}

function configuration(host: Host, context: ComponentContext): Resource[] {
  const { conf, extras } = sqoopPaths(context.cluster)
  const after = [`directory:${conf}`]
  const first = firstJars(SQOOP, context.cluster).map((jar) => `${extras}/${jar}`)
  const env = render('sqoop/sqoop-env.sh', {
    environment: Object.entries(environment(host, context)).map(([name, value]) => ({ name, value })),
    first: first.map((jar) => ({ jar, option: `-Xbootclasspath/a:${jar}` })),
    // A login shell may have set Hadoop's own directory.
    hadoopConf: hasOwnJdk(context.cluster) ? sqoopHadoopConf(context.cluster) : '',
  })
  const site = layered('sqoop-site', {}, host, context)
  return [
    directory(SQOOP, conf),
    file(SQOOP, `${conf}/sqoop-env.sh`, env, { after }),
    file(SQOOP, `${conf}/sqoop-site.xml`, siteXml('sqoop-site', site), { after }),
    ...hadoopConfResources(host, context),
  ]
}

function installed(host: Host, context: ComponentContext): Resource[] {
  const { cluster } = context
  const paths = sqoopPaths(cluster)
  const hadoop = hadoopPaths(cluster)
  const wrapper = {
    ...environment(host, context),
    SQOOP_HOME: paths.current,
    SQOOP_CONF_DIR: paths.conf,
  }
  return [
    ...account(paths.home),
    // If both need the extras, Hive has declared them.
    ...(hasExtras(host, cluster) ? [] : [extrasArchive(SQOOP, context)]),
    archive(SQOOP, 'sqoop', paths.version, artifactOf(context, 'sqoop')),
    symlink(SQOOP, paths.current, paths.version, ['archive:sqoop']),
    ...configuration(host, context),
    ...repairResources(repaired(context), ['archive:sqoop', 'archive:extras']),
    command(SQOOP, 'sqoop', `${paths.current}/bin/sqoop`, wrapper, [
      `symlink:${paths.current}`,
      `symlink:${hadoop.current}`,
      'action:sqoop-repair',
      ...javaAfter(cluster, 'sqoop'),
    ]),
  ]
}

/** Sqoop: a command that copies tables between databases and HDFS, and the programs of its tasks. It has no daemon. */
export const sqoop: Service = {
  name: SQOOP,
  resources: (host, context) => [
    ...(has(host, 'sqoop') ? installed(host, context) : []),
    ...taskPrograms(host, context.cluster),
  ],
  symptoms: sqoopSymptoms,
}
