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
  HIVE_USER,
  hivePaths,
  METASTORE_PORT_PROPERTY,
  SCRATCH,
  SERVER_PORT_PROPERTY,
  WAREHOUSE,
  WEB_PORT_PROPERTY,
} from './paths.ts'
import { hasSchemaTool, hasServerPage, knownTo, loggingFiles } from './releases.ts'

/** What the metastore, HiveServer2 and every person's command have in common. */
const common = ({ versions: { hive } }: Cluster): Properties => ({
  'hive.metastore.warehouse.dir': WAREHOUSE,
  'hive.exec.scratchdir': SCRATCH,
  // A schema that does not fit is an error with a name, not a surprise later.
  'hive.metastore.schema.verification': 'true',
  // Before 0.12 statistics go to a Derby of the directory in which a query is started, and each task looks for it.
  ...(inRange(hive, ['<0.12']) ? { 'hive.stats.autogather': 'false' } : {}),
  // As later releases do by themselves: the metastore touches HDFS as whoever asks, and not as hive.
  ...(inRange(hive, ['<1.0']) ? { 'hive.metastore.execute.setugi': 'true' } : {}),
})

/**
 * What users and HiveServer2 read. No password of the metastore's database: they reach the metastore by Thrift.
 * HiveServer2 runs queries as `hive` (no doAs), so `hive` needs no right to act as others and core-site no
 * proxy user; the metastore makes a table's directory as whoever asks, so a person's tables are that person's.
 */
export function clientSite(host: Host, context: ComponentContext): Properties {
  const { cluster } = context
  const metastore = primaryHost(cluster, 'hive-metastore')
  const computed = {
    ...common(cluster),
    // Tasks of Hadoop 1 run on the JDK of their TaskTracker, and it has no such properties.
    ...(cluster.generation === 'hadoop1' ? {} : jobJvmProperties(cluster, 'hive')),
    'hive.metastore.uris': `thrift://${metastore.name}:${portFor(context, METASTORE_PORT_PROPERTY)}`,
    'hive.execution.engine': 'mr',
    // A job that ran in the client would prove nothing of the cluster, and take the client's memory.
    'hive.exec.mode.local.auto': 'false',
    'hive.cli.print.header': 'false',
    'hive.server2.enable.doAs': 'false',
    'hive.server2.thrift.port': String(portFor(context, SERVER_PORT_PROPERTY)),
    ...(hasServerPage(cluster.versions.hive)
      ? { 'hive.server2.webui.port': String(portFor(context, WEB_PORT_PROPERTY)) }
      : {}),
    // At boot the metastore may answer later than HiveServer2 first asks it. Hive's default is to try again after a minute.
    'hive.server2.sleep.interval.between.start.attempts': '5s',
    // A local task of a map join logs there too, as whoever runs it: a place that is hive's alone would put an error of
    // the log on the stdout of each such query.
    'hive.server2.logging.operation.log.location': '${java.io.tmpdir}/${user.name}/operation-logs',
  }
  return layered('hive-site', knownTo(cluster.versions.hive, computed), host, context)
}

/** Hadoop's configuration replaces `\${name}` by the value of a property, and has no way to say it literally. */
function checkPassword(password: string, context: ComponentContext): string {
  if (!/\$\{[^}$\s]+\}/.test(password)) return password
  throw new HowdahError({
    code: 'METASTORE_PASSWORD_UNFIT',
    exit: 'configuration',
    message: `the password of the metastore's database holds "\${", which Hadoop's configuration would replace`,
    expected: `a password without "\${"`,
    where: `${context.cluster.file}: metastore.password`,
    next: 'give another password, or write `generate: true`',
  })
}

/** What the metastore itself reads. Throws METASTORE_PASSWORD_UNFIT. */
export function metastoreSite(host: Host, context: ComponentContext): Properties {
  const { cluster } = context
  const { metastore } = cluster
  const { url, driver } = metastoreJdbc(metastore, cluster)
  // Where no schematool is, DataNucleus makes the tables; where there is one, nothing else may.
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
    // Else HiveServer2, which is no proxy user, may not follow the metastore's events and complains each minute.
    'hive.metastore.event.db.notification.api.auth': 'false',
  }
  return layered('hive-site', knownTo(cluster.versions.hive, computed), host, context)
}

/** What hive-env.sh sets, and the wrappers of the commands beside it. */
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
    // Else each command of Hadoop 1 begins by saying that HADOOP_HOME is deprecated.
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

/** The files by which this release of Hive logs, in a directory of its configuration. */
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
    ...logging(conf, context, { after }),
  ]
}

/** `/etc/hive/metastore-conf`: for root and the user hive, since it holds a password. */
export function metastoreConfiguration(host: Host, context: ComponentContext): Resource[] {
  if (!has(host, 'hive-metastore')) return []
  const { cluster } = context
  const paths = hivePaths(cluster)
  const dir = paths.metastoreConf
  const { server, account } = cluster.metastore
  const own = { group: HIVE_USER, mode: '0640', after: [`directory:${dir}`] }
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
    directory(HIVE, dir, {
      group: HIVE_USER,
      mode: '0750',
      after: [`group:${HIVE_USER}`, `directory:${paths.conf}`],
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
