import { APPLICATION_MASTERS } from '../../catalog/index.ts'
import type { Host } from '../../config/types.ts'
import { appsOf } from '../../config/types-apps.ts'
import { TITLES } from '../apps/names.ts'
import { serverOn } from '../result-store/servers.ts'
import { has, isMapReduce1, portsOn } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

/**
 * Who reaches a port. `cluster`: the hosts of the cluster, and `access.hosts`. `users`: `access.from` too.
 * `everybody`: no rule covers it.
 */
export type Reach = 'cluster' | 'users' | 'everybody'

/** A port, or a range of ports, of Howdah on one host. */
export interface GuardedPort {
  readonly from: number
  readonly to: number
  /** For messages: "RPC of the NameNode". */
  readonly title: string
  readonly reach: Reach
  /** What somebody could do who must not reach it. */
  readonly risk: string
}

const single = (port: number, rest: Omit<GuardedPort, 'from' | 'to'>): GuardedPort => ({
  from: port,
  to: port,
  ...rest,
})

type WithCluster = Pick<ComponentContext, 'cluster'>

const daemons = (host: Host, context: WithCluster): GuardedPort[] =>
  portsOn(host, context).map(({ port, title, reach, risk }) =>
    single(port, { title, reach: reach ?? 'cluster', risk }),
  )

/** The ranges of `first-last,first-last`, as Hadoop reads it. Other text is left out. */
const rangesOf = (text: string): (readonly [number, number])[] =>
  [...text.matchAll(/(\d+)(?:-(\d+))?/g)].map(([, from, to]) => [Number(from), Number(to ?? from)])

const AM_PROPERTIES = [
  'yarn.app.mapreduce.am.job.client.port-range',
  'yarn.app.mapreduce.am.webapp.port-range',
]

/** The ports of ApplicationMasters, which run in containers: those of cluster.yml, or the range of the catalogue. */
function applicationMasters(host: Host, { cluster }: WithCluster): GuardedPort[] {
  if (isMapReduce1(cluster) || !has(host, 'nodemanager')) return []
  const { from, to, title, risk } = APPLICATION_MASTERS
  const given = cluster.properties['mapred-site'] ?? {}
  const texts = AM_PROPERTIES.map((name) => given[name] ?? `${from}-${to}`)
  return [...new Set(texts)]
    .flatMap(rangesOf)
    .filter(([first, last]) => first > 0 && first <= last && last <= 65_535)
    .map(([first, last]) => ({ from: first, to: last, title, risk, reach: 'users' }))
}

function database(host: Host, { cluster }: WithCluster): GuardedPort[] {
  const server = serverOn(cluster, host.name)?.server
  if (server === undefined) return []
  const risk = 'Tries passwords of the database.'
  return [single(server.port, { title: `database server (${server.flavor})`, reach: 'users', risk })]
}

function apps(host: Host, { cluster }: WithCluster): GuardedPort[] {
  const here = appsOf(cluster.apps).filter(({ name }) => has(host, name))
  const risk = 'Asks the application without its proxy, and so without TLS.'
  const behind = here.map(({ name, port }) => single(port, { title: TITLES[name], reach: 'cluster', risk }))
  if (here.length === 0) return []
  const proxy = {
    title: 'proxy of the applications',
    reach: 'everybody',
    risk: 'What its login allows.',
  } as const
  return [...behind, single(80, proxy), single(443, proxy)]
}

/** Every port of Howdah on a host, in the order of their numbers. Pure. */
export function portsOfHost(host: Host, context: WithCluster): readonly GuardedPort[] {
  const all = [
    ...daemons(host, context),
    ...applicationMasters(host, context),
    ...database(host, context),
    ...apps(host, context),
  ]
  return all.sort((a, b) => a.from - b.from || a.to - b.to)
}

/** The ports of a host that the firewall covers. SSH is never among them. */
export const guardedPorts = (host: Host, context: WithCluster): readonly GuardedPort[] =>
  portsOfHost(host, context).filter(
    ({ from, to, reach }) => reach !== 'everybody' && !(from <= host.ssh.port && host.ssh.port <= to),
  )

/** `8020` or `30100-30499`. */
export const numbersOf = ({ from, to }: Pick<GuardedPort, 'from' | 'to'>): string =>
  from === to ? String(from) : `${from}-${to}`
