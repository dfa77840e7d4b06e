import { render, siteXml } from '../../../hadoop-templates/index.ts'
import type { Resource } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import type { Cluster, Host } from '../../spec/types.ts'
import { MARIADB_JAR, MYSQL_JAR } from '../hive/jdbc.ts'
import { hasHive, hivePaths } from '../hive/paths.ts'
import { type Repair, repairResources } from '../hive/repairs.ts'
import { artifactOf, extrasArchive } from '../hive/software.ts'
import { has } from '../support/hosts.ts'
import { javaAfter, javaHome } from '../support/java.ts'
import { hadoopPaths } from '../support/paths.ts'
import { layered } from '../support/properties.ts'
import { archive, command, directory, file, symlink } from '../support/resources.ts'
import type { Component, ComponentContext } from '../types.ts'
import { hadoopConfResources, hasOwnJdk, sqoopHadoopConf } from './hadoop-conf.ts'
import { sqoopSymptoms } from './symptoms.ts'

const SQOOP = 'sqoop'
const COMMONS_CLI = 'commons-cli-1.5.0.jar'
const COMMONS_LANG = 'commons-lang-2.6.jar'

/** Where Sqoop's parts lie on a host (ARCHITECTURE.md). */
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

/**
 * Everything in Sqoop's lib goes with each job, so that is where drivers must be. Sqoop asks for com.mysql.jdbc.Driver by
 * name, for MariaDB as well; MySQL's driver still answers to it, and what it cannot do with MariaDB Sqoop never asks for.
 * MariaDB's own is there for `jdbc:mariadb:` addresses.
 */
function repair(context: ComponentContext): Repair {
  const { version, extras, conf } = sqoopPaths(context.cluster)
  const jars = [MYSQL_JAR, MARIADB_JAR].map((jar) => `drivers/${jar}`)
  return {
    component: SQOOP,
    name: 'sqoop',
    home: version,
    conf,
    extras,
    words: [
      `${version}: ${artifactOf(context, 'sqoop').sha256}`,
      `${extras}: ${artifactOf(context, 'extras').sha256}`,
      `drivers: ${[MYSQL_JAR, MARIADB_JAR].join(', ')} in lib`,
      'commons-lang 2: added where absent, since Hadoop 3 need not bring it and Sqoop does not',
    ],
    script: [
      'lib=$home/lib',
      'mkdir -p "$lib"',
      'put() {',
      '  [ -f "$extras/$1" ] || { echo "$extras/$1 is missing" >&2; exit 1; }',
      '  name=$(basename "$1")',
      '  install -m 0644 "$extras/$1" "$lib/.$name.part"',
      '  mv -f "$lib/.$name.part" "$lib/$name"',
      '  say "added $name"',
      '}',
      // An older driver beside the new one would win or lose by the order of a directory.
      'for jar in "$lib"/mysql-connector-*.jar "$lib"/mariadb-java-client-*.jar; do',
      '  [ -f "$jar" ] || continue',
      sh`  case $(basename "$jar") in ${MYSQL_JAR} | ${MARIADB_JAR}) ;; *) rm -f "$jar"; say "removed $jar" ;; esac`,
      'done',
      sh`for jar in ${jars}; do put "$jar"; done`,
      'set -- "$lib"/commons-lang-2*.jar',
      sh`[ -f "$1" ] || put ${`repairs/${COMMONS_LANG}`}`,
    ].join('\n'),
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
    ...(hasHive(host) ? { HIVE_HOME: hive.current, HIVE_CONF_DIR: hive.conf } : {}),
  }
}

function configuration(host: Host, context: ComponentContext): Resource[] {
  const { conf, extras } = sqoopPaths(context.cluster)
  const after = [`directory:${conf}`]
  const jar = `${extras}/repairs/${COMMONS_CLI}`
  const env = render('sqoop/sqoop-env.sh', {
    environment: Object.entries(environment(host, context)).map(([name, value]) => ({ name, value })),
    commonsCli: '1.5.0',
    commonsCliJar: jar,
    // A login shell may name Hadoop's own directory.
    hadoopConf: hasOwnJdk(context.cluster) ? sqoopHadoopConf(context.cluster) : '',
    bootClassPath: `-Xbootclasspath/a:${jar}`,
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
    // Hive has declared it where both are.
    ...(hasHive(host) ? [] : [extrasArchive(SQOOP, context)]),
    archive(SQOOP, 'sqoop', paths.version, artifactOf(context, 'sqoop')),
    symlink(SQOOP, paths.current, paths.version, ['archive:sqoop']),
    ...configuration(host, context),
    ...repairResources(repair(context), ['archive:sqoop', 'archive:extras']),
    command(SQOOP, 'sqoop', `${paths.current}/bin/sqoop`, wrapper, [
      `symlink:${paths.current}`,
      `symlink:${hadoop.current}`,
      'action:sqoop-repair',
      ...javaAfter(cluster, 'sqoop'),
    ]),
  ]
}

/** Sqoop: no daemon, a command that carries tables between databases and HDFS. */
export const sqoop: Component = {
  name: SQOOP,
  resources: (host, context) => (has(host, 'sqoop') ? installed(host, context) : []),
  symptoms: sqoopSymptoms,
}
