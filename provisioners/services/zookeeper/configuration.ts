import { render, sortedProperties } from '../../../hadoop-templates/index.ts'
import { processOf } from '../../catalog/index.ts'
import type { Cluster, Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { directory, file, hostsWith, layered, logOf, type Properties, portFor } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { ZOOKEEPER, zookeeperPaths } from './paths.ts'

/**
 * The id of each server, by host: its position in the order of the names, from 1 on. So the order of hosts in
 * cluster.yml does not matter. ZooKeeper's data does not contain the id: a new server with an earlier name changes the
 * ids of the others, and all of them are restarted with the new list.
 */
export const serverIds = (cluster: Cluster): ReadonlyMap<string, number> =>
  new Map(
    hostsWith(cluster, 'zookeeper')
      .map(({ name }) => name)
      .sort()
      .map((name, i) => [name, i + 1]),
  )

/** Ports that the servers use among themselves: fixed numbers of the catalogue. */
function quorumPorts(): { readonly peer: number; readonly election: number } {
  const [peer = 0, election = 0] = processOf('zookeeper')
    .ports.filter(({ property }) => property === undefined)
    .map(({ number }) => Number(number))
  return { peer, election }
}

/** Properties of zoo.cfg, with all layers. */
export const zooProperties = (host: Host, context: ComponentContext): Properties =>
  layered(
    'zoo',
    {
      dataDir: zookeeperPaths(context.cluster).data,
      tickTime: '2000',
      // Ticks that a server may take to copy the state from its leader, and to lag behind it.
      initLimit: '10',
      syncLimit: '5',
      clientPort: String(portFor(context, 'clientPort')),
      // By default a server binds the address of its name, which is a loopback address on some hosts.
      quorumListenOnAllIPs: 'true',
      // It has no access control, so only its own host may reach it.
      'admin.serverAddress': '127.0.0.1',
      'admin.serverPort': String(portFor(context, 'admin.serverPort')),
      'autopurge.snapRetainCount': '3',
      'autopurge.purgeInterval': '24',
    },
    host,
    context,
  )

/** A value for Java's Properties.load: a backslash begins an escape there, and a line break ends a value. */
const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

/** Servers of a quorum; none for one server alone, which then runs without an election. */
function servers(cluster: Cluster) {
  const ids = serverIds(cluster)
  return ids.size === 1 ? [] : [...ids].map(([name, id]) => ({ id, name, ...quorumPorts() }))
}

function zooCfg(host: Host, context: ComponentContext): string {
  const properties = sortedProperties(zooProperties(host, context))
  return render('zookeeper/zoo.cfg', {
    properties: properties.map(({ name, value }) => ({ name, value: escaped(value) })),
    servers: servers(context.cluster),
  })
}

/** Files of a server: its configuration, its logging and that of its commands, and its id. */
export function configuration(host: Host, context: ComponentContext): Resource[] {
  const { cluster } = context
  const { conf, data } = zookeeperPaths(cluster)
  const parent = conf.slice(0, conf.lastIndexOf('/'))
  const after = [`directory:${conf}`]
  const log = logOf(cluster, 'zookeeper').file
  return [
    directory(ZOOKEEPER, parent),
    directory(ZOOKEEPER, conf, { after: [`directory:${parent}`] }),
    file(ZOOKEEPER, `${conf}/zoo.cfg`, zooCfg(host, context), { after }),
    file(ZOOKEEPER, `${conf}/logback.xml`, render('zookeeper/logback.xml', { log }), { after }),
    file(ZOOKEEPER, `${conf}/logback-client.xml`, render('zookeeper/logback-client.xml', {}), { after }),
    file(ZOOKEEPER, `${data}/myid`, `${serverIds(cluster).get(host.name)}\n`, {
      after: [`directory:${data}`],
    }),
  ]
}
