import { render } from '../../../hadoop-templates/index.ts'
import type { Resource } from '../../engine/types.ts'
import {
  accountOf,
  archive,
  artifactOf,
  directory,
  file,
  has,
  javaAfter,
  javaHome,
  logOf,
  symlink,
} from '../support/index.ts'
import type { ComponentContext, Service } from '../types.ts'
import { configuration } from './configuration.ts'
import { zookeeperHealthChecks } from './health.ts'
import { ZOOKEEPER, zookeeperPaths } from './paths.ts'
import { zookeeperSymptoms } from './symptoms.ts'
import { zookeeperUnit } from './units.ts'

/** The account, and the directories that are its own. */
function account({ cluster }: ComponentContext): Resource[] {
  const { home, data } = zookeeperPaths(cluster)
  const name = accountOf('zookeeper')
  const own = { owner: name, group: name, mode: '0750', after: [`user:${name}`] }
  return [
    { type: 'group', id: `group:${name}`, component: ZOOKEEPER, name },
    {
      ...{ type: 'user', id: `user:${name}`, component: ZOOKEEPER, name, group: name, groups: [] },
      ...{ home, shell: '/usr/sbin/nologin', system: true, after: [`group:${name}`] },
    },
    directory(ZOOKEEPER, home, own),
    directory(ZOOKEEPER, data, { ...own, data: 'own' }),
    directory(ZOOKEEPER, logOf(cluster, 'zookeeper').dir, own),
  ]
}

/** The software, and its command line for users. */
function software(context: ComponentContext): Resource[] {
  const { cluster } = context
  const { version, current, conf } = zookeeperPaths(cluster)
  const client = render('wrapper.sh', {
    title: 'The command zkCli.sh',
    environment: [],
    command: `${javaHome(cluster, 'zookeeper')}/bin/java`,
    arguments: [
      `-Dlogback.configurationFile=${conf}/logback-client.xml`,
      '-cp',
      `${current}/lib/*`,
      'org.apache.zookeeper.ZooKeeperMain',
    ],
  })
  return [
    archive(ZOOKEEPER, 'zookeeper', version, artifactOf(context, 'zookeeper')),
    symlink(ZOOKEEPER, current, version, ['archive:zookeeper']),
    file(ZOOKEEPER, '/usr/local/bin/zkCli.sh', client, {
      mode: '0755',
      after: [`symlink:${current}`, `file:${conf}/logback-client.xml`, ...javaAfter(cluster, 'zookeeper')],
    }),
  ]
}

/** ZooKeeper: one server, or a quorum of them. */
export const zookeeper: Service = {
  name: ZOOKEEPER,
  needs: ['software', 'sizing'],
  resources: (host, context) =>
    has(host, 'zookeeper')
      ? [
          ...account(context),
          ...software(context),
          ...configuration(host, context),
          zookeeperUnit(host, context),
        ]
      : [],
  healthChecks: zookeeperHealthChecks,
  symptoms: zookeeperSymptoms,
}
