import { processOf, unitOf } from '../../catalog/index.ts'
import type { Host } from '../../config/types.ts'
import type { Unit } from '../../engine/types.ts'
import {
  accountOf,
  answers,
  daemonFlags,
  daemonUnit,
  heapOf,
  javaAfter,
  javaEffective,
  javaHome,
  logOf,
  majorOf,
  markerOf,
  portFor,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { ZOOKEEPER, zookeeperPaths } from './paths.ts'

/** URL of a command of the admin server. It only answers on its own host. */
export const adminUrl = (context: ComponentContext, command: string): string =>
  `http://127.0.0.1:${portFor(context, 'admin.serverPort')}/commands/${command}`

/** The server's unit. It starts Java without a script, so that the main process is the server. */
export function zookeeperUnit(host: Host, context: ComponentContext): Unit {
  const { cluster } = context
  const { version, current, conf, data, home } = zookeeperPaths(cluster)
  const log = logOf(cluster, 'zookeeper')
  const flags = daemonFlags({
    major: majorOf(cluster, 'zookeeper'),
    heapMb: heapOf(context, host, 'zookeeper'),
    logDir: log.dir,
  })
  const files = [`${conf}/zoo.cfg`, `${conf}/logback.xml`, `${data}/myid`]
  return daemonUnit({
    name: unitOf('zookeeper'),
    component: ZOOKEEPER,
    description: 'ZooKeeper',
    user: accountOf('zookeeper'),
    group: accountOf('zookeeper'),
    command: [
      `${javaHome(cluster, 'zookeeper')}/bin/java`,
      ...flags,
      '-cp',
      `${conf}:${current}/lib/*`,
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      `${conf}/zoo.cfg`,
    ],
    environment: {},
    workingDirectory: home,
    effective: [...files, markerOf(version), ...javaEffective(cluster, 'zookeeper')],
    // It reports its state only when it serves: standalone, or with a leader that most of the servers have elected.
    ready: {
      title: `serves on ${portFor(context, 'clientPort')}`,
      script: answers(adminUrl(context, 'srvr'), '"server_state"'),
      timeoutSeconds: processOf('zookeeper').readySeconds,
    },
    oomScoreAdjust: -500,
    logs: [log.file, `${log.dir}/hs_err_*.log`],
    after: [
      ...javaAfter(cluster, 'zookeeper'),
      'package:curl',
      `symlink:${current}`,
      `directory:${home}`,
      `directory:${log.dir}`,
      ...files.map((path) => `file:${path}`),
    ],
  })
}
