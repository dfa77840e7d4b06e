import { render, siteXml } from '../../../hadoop-templates/index.ts'
import type { Cluster, Host } from '../../config/types.ts'
import { inRange } from '../../config/versions/matrix.ts'
import type { Resource } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { optionValue } from '../result-store/managed-server.ts'
import { addressOf } from '../result-store/servers.ts'
import { has, primaryHost } from '../support/hosts.ts'
import { javaHome, jobJvmProperties } from '../support/java.ts'
import { hadoopPaths } from '../support/paths.ts'
import { portFor } from '../support/ports.ts'
import { layered, type Properties } from '../support/properties.ts'
import { directory, file, type Ownership } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { metastoreJdbc } from './jdbc.ts'
import {
  HIVE,
  hivePaths,
  METASTORE_GROUP,
  METASTORE_PORT_PROPERTY,
  SCRATCH,
  SERVER_PORT_PROPERTY,
  WAREHOUSE,
  WEB_PORT_PROPERTY,
} from './paths.ts'
import { hasSchemaTool, hasServerPage, knownTo, loggingFiles } from './releases.ts'
import { hasServerSite, SERVER_SITE, serverSite } from './server-site.ts'

/** Properties that the metastore, HiveServer2 and the commands of users share. */
const common = ({ versions: { hive } }: Cluster): Properties => ({
  'hive.metastore.warehouse.dir': WAREHOUSE,
  'hive.exec.scratchdir': SCRATCH,
  // A schema of another version is then an error at the start, not a failure later.
  'hive.metastore.schema.verification': 'true',
  // Before 0.12 statistics go to a Derby database in the current directory of a query, and each task looks for it.
  ...(inRange(hive, ['<0.12']) ? { 'hive.stats.autogather': 'false' } : {}),
  // The default of later releases: the metastore accesses HDFS as the calling user, not as hive.
  ...(inRange(hive, ['<1.0']) ? { 'hive.metastore.execute.setugi': 'true' } : {}),
})

/**
 * The configuration of users and of HiveServer2. It has no password of the metastore's database, because they connect
 * to the metastore by Thrift. HiveServer2 runs queries as `hive` (no doAs), so `hive` needs no right to act as other
 * users. The metastore creates a table's directory as the calling user, so users own their tables.
 */
export function clientSite(host: Host, context: ComponentContext): Properties {
  const { cluster } = context
  const metastore = primaryHost(cluster, 'hive-metastore')
  const computed = {
    ...common(cluster),
    // Tasks of Hadoop 1 run on the JDK of their TaskTracker. Hadoop 1 does not have these properties.
    ...(cluster.generation === 'hadoop1' ? {} : jobJvmProperties(cluster, 'hive')),
    'hive.metastore.uris': `thrift://${metastore.name}:${portFor(context, METASTORE_PORT_PROPERTY)}`,
    'hive.execution.engine': 'mr',
    // A job that runs in the client does not use the cluster, and needs the memory of the client.
    'hive.exec.mode.local.auto': 'false',
    'hive.cli.print.header': 'false',
    'hive.server2.enable.doAs': 'false',
    'hive.server2.thrift.port': String(portFor(context, SERVER_PORT_PROPERTY)),
    ...(hasServerPage(cluster.versions.hive)
      ? { 'hive.server2.webui.port': String(portFor(context, WEB_PORT_PROPERTY)) }
      : {}),
    // At boot HiveServer2 may start before the metastore answers. By default it tries again after a minute.
    'hive.server2.sleep.interval.between.start.attempts': '5s',
    // A local task of a map join logs there too, as the calling user. In a directory that only hive can write, each
    // such query would print an error of its logger to stdout.
    'hive.server2.logging.operation.log.location': '${java.io.tmpdir}/${user.name}/operation-logs',
  }
  return layered('hive-site', knownTo(cluster.versions.hive, computed), host, context)
}

/** Hadoop's configuration replaces `\${name}` by the value of a property, and has no escape for it. */
function checkPassword(password: string, context: ComponentContext): string {
  if (!/\$\{[^}$\s]+\}/.test(password)) return password
  throw new HowdahError({
    code: 'METASTORE_PASSWORD_UNFIT',
    exit: 'configuration',
    message: `the password of the metastore's database contains "\${", which Hadoop's configuration would replace`,
    expected: `a password without "\${"`,
    where: `${context.cluster.file}: metastore.password`,
    next: 'choose another password, or write `generate: true`',
  })
}

/** The configuration of the metastore. Throws METASTORE_PASSWORD_UNFIT. */
export function metastoreSite(host: Host, context: ComponentContext): Properties {
  const { cluster } = context
  const { metastore } = cluster
  const { url, driver } = metastoreJdbc(metastore, cluster)
  // A release without schematool needs DataNucleus to create the tables. With schematool, nothing else may do so.
  const create = String(!hasSchemaTool(cluster.versions.hive))
  const computed = {
    ...common(cluster),
    'javax.jdo.option.ConnectionURL': url,
    'javax.jdo.option.ConnectionDriverName': driver,
    'javax.jdo.option.ConnectionUserName': metastore.account.user,
    'javax.jdo.option.ConnectionPassword': checkPassword(context.secret(metastore.account.password), context),
    'datanucleus.autoCreateSchema': create,
    'datanucleus.fixedDatastore': 'true',
    'datanucleus.schema.autoCreateAll': 'false',
    // HiveServer2 is not a proxy user. Without this it may not read the metastore's events, and logs an error each
    // minute.
    'hive.metastore.event.db.notification.api.auth': 'false',
  }
  return layered('hive-site', knownTo(cluster.versions.hive, computed), host, context)
}

/** The environment that hive-env.sh and the wrappers of the commands set. */
export const hiveEnvironment = (context: ComponentContext): Readonly<Record<string, string>> => {
  const { cluster } = context
  const hadoop = hadoopPaths(cluster)
  const home = javaHome(cluster, 'hive')
  return {
    JAVA_HOME: home,
    HADOOP_JAVA_HOME: home,
    HADOOP_HOME: hadoop.current,
    HADOOP_CONF_DIR: hadoop.conf,
    HIVE_HOME: hivePaths(cluster).current,
    // Without this, each command of Hadoop 1 warns that HADOOP_HOME is deprecated.
    ...(cluster.generation === 'hadoop1' ? { HADOOP_HOME_WARN_SUPPRESS: 'true' } : {}),
  }
}

const variables = (environment: Readonly<Record<string, string>>) =>
  Object.entries(environment).map(([name, value]) => ({ name, value }))

const envFile = (title: string, context: ComponentContext, confDir: string, driver = ''): string =>
  render('hive/hive-env.sh', {
    title,
    environment: variables({ ...hiveEnvironment(context), HIVE_CONF_DIR: confDir }),
    driver,
  })

/** The files that configure logging in this release of Hive, in a directory of its configuration. */
const logging = (dir: string, { cluster }: ComponentContext, options: Ownership): Resource[] =>
  loggingFiles(cluster.versions.hive).map((name) =>
    file(HIVE, `${dir}/${name}`, render(`hive/${name}`, { level: 'INFO' }), options),
  )

/** `/etc/hive/conf`: readable by everyone. */
export function clientConfiguration(host: Host, context: ComponentContext): Resource[] {
  const { conf } = hivePaths(context.cluster)
  const after = [`directory:${conf}`]
  return [
    directory(HIVE, conf),
    file(HIVE, `${conf}/hive-site.xml`, siteXml('hive-site', clientSite(host, context)), { after }),
    file(HIVE, `${conf}/hive-env.sh`, envFile('Environment of Hive', context, conf), { after }),
    ...(has(host, 'hiveserver2') && hasServerSite(context.cluster.versions.hive)
      ? [
          file(HIVE, `${conf}/${SERVER_SITE}`, siteXml('hiveserver2-site', serverSite(context.cluster)), {
            after,
          }),
        ]
      : []),
    ...logging(conf, context, { after }),
  ]
}

/** `/etc/hive/metastore-conf`: readable by root and the metastore, because it contains a password. */
export function metastoreConfiguration(host: Host, context: ComponentContext): Resource[] {
  if (!has(host, 'hive-metastore')) return []
  const { cluster } = context
  const paths = hivePaths(cluster)
  const dir = paths.metastoreConf
  const { server, account } = cluster.metastore
  const own = { group: METASTORE_GROUP, mode: '0640', after: [`directory:${dir}`] }
  const options = render('mysql/client.cnf', {
    host: addressOf(server),
    port: server.port,
    requireTls: server.tls === 'required',
    user: optionValue(account.user),
    password: optionValue(context.secret(account.password)),
  })
  const driver = `${paths.extras}/drivers/${metastoreJdbc(cluster.metastore, cluster).jar}`
  const env = envFile("Environment of Hive's metastore", context, dir, driver)
  return [
    { type: 'group', id: `group:${METASTORE_GROUP}`, component: HIVE, name: METASTORE_GROUP },
    directory(HIVE, dir, {
      group: METASTORE_GROUP,
      mode: '0750',
      after: [`group:${METASTORE_GROUP}`, `directory:${paths.conf}`],
    }),
    file(HIVE, `${dir}/hive-site.xml`, siteXml('hive-site', metastoreSite(host, context)), {
      ...own,
      sensitive: true,
    }),
    file(HIVE, paths.databaseOptions, options, { ...own, sensitive: true }),
    file(HIVE, `${dir}/hive-env.sh`, env, own),
    ...logging(dir, context, own),
  ]
}
