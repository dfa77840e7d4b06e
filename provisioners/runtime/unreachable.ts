/** Hosts that could not be connected to: which run goes on without them, and how a plan leaves them out. Pure. */
import { CATALOG } from '../catalog/index.ts'
import { runsTasks } from '../config/placed.ts'
import type { Cluster, Host } from '../config/types.ts'
import { refOf } from '../engine/index.ts'
import type { Desired, HostFacts, Unreachable } from '../engine/types.ts'
import { type HowdahError, HowdahErrors } from '../errors.ts'
import { sqlServers } from '../services/result-store/index.ts'
import { clusterAddress } from '../services/support/index.ts'
import type { CheckResult } from './types.ts'

/** Errors of connections, by the name of the host. */
export type Failures = Readonly<Record<string, HowdahError>>

/**
 * Which hosts a run can do without. `none`: every host must answer. `any`: it only reads, and shows what it can.
 * `workers`: it changes hosts, and sets workers aside that do not answer.
 */
export type Spares = 'none' | 'any' | 'workers'

/** True when every daemon of the host has others of its kind that go on without it: it stores blocks and runs tasks. */
const isWorker = (host: Host): boolean =>
  host.daemons.length > 0 &&
  host.daemons.every((daemon) => CATALOG[daemon].usesDataDirs === true || CATALOG[daemon].runsTasks === true)

/**
 * The error that ends a run, since it cannot do without one of these hosts; undefined when it can go on. All failures
 * are in it. `hosts` are those that it wanted to connect to. A run that changes hosts sets no host aside whose key or
 * login is refused, nor one whose address is a name: files of other hosts hold the address.
 */
export function fatal(hosts: readonly Host[], failures: Failures, spares: Spares): HowdahErrors | undefined {
  const failed = hosts.filter(({ name }) => failures[name] !== undefined)
  const spare = (host: Host): boolean =>
    spares === 'any' ||
    (spares === 'workers' &&
      isWorker(host) &&
      failures[host.name]?.details.exit === 'connection' &&
      clusterAddress(host, undefined) !== undefined)
  const others = hosts.filter((host) => spares !== 'workers' || isWorker(host))
  const some = others.some(({ name }) => failures[name] === undefined)
  if (failed.length === 0 || (some && failed.every(spare))) return undefined
  // What no run can do without comes first: its exit code is the run's.
  const order = [...failed].sort((a, b) => Number(spare(a)) - Number(spare(b)))
  return new HowdahErrors(order.map(({ name }) => failures[name]) as [HowdahError, ...HowdahError[]])
}

/** The failures as plain data, in the order of cluster.yml. */
export const unreachableOf = (cluster: Cluster, failures: Failures): readonly Unreachable[] =>
  cluster.hosts.flatMap(({ name: host }) => {
    const failure = failures[host]
    if (failure === undefined) return []
    const { code, message, next } = failure.details
    return [{ host, code, message, ...(next && { next }) }]
  })

/** The hosts and the database servers that nobody can read without these hosts. */
function lostTargets(cluster: Cluster, failures: Failures): ReadonlySet<string> {
  const servers = sqlServers(cluster).filter(({ server }) => {
    const way = server.kind === 'host' ? server.host : server.via
    return way !== undefined && failures[way] !== undefined
  })
  return new Set([...Object.keys(failures), ...servers.map(({ target }) => target)])
}

/** What is wanted of the targets that can be read; it no longer waits for anything on the others. */
export function withoutLost(desired: Desired, cluster: Cluster, failures: Failures): Desired {
  const lost = lostTargets(cluster, failures)
  if (lost.size === 0) return desired
  const gone = new Set<string>(
    [...lost].flatMap((target) => (desired[target] ?? []).map(({ id }) => refOf(target, id))),
  )
  return Object.fromEntries(
    Object.entries(desired)
      .filter(([target]) => !lost.has(target))
      .map(([target, list]) => [
        target,
        list.map((one) => (one.after ? { ...one, after: one.after.filter((ref) => !gone.has(ref)) } : one)),
      ]),
  )
}

/** The entries of the targets that can be read. */
export function onlySeen<T>(
  byTarget: Readonly<Record<string, T>>,
  cluster: Cluster,
  failures: Failures,
): Record<string, T> {
  const lost = lostTargets(cluster, failures)
  return Object.fromEntries(Object.entries(byTarget).filter(([target]) => !lost.has(target)))
}

/**
 * Facts for sizing: a host that was not read, and whose size cluster.yml does not give, counts like the smallest of the
 * others that run tasks. Values that all hosts share then stay as they are, unless it is the smallest itself.
 */
export function factsForSizing(
  cluster: Cluster,
  facts: Readonly<Record<string, HostFacts>>,
  failures: Failures,
): Readonly<Record<string, Pick<HostFacts, 'memoryMb' | 'cores'>>> {
  const peers = cluster.hosts.flatMap((host) => (runsTasks(host) ? (facts[host.name] ?? []) : []))
  const [smallest] = [...peers].sort((a, b) => a.memoryMb - b.memoryMb || a.cores - b.cores)
  if (smallest === undefined) return facts
  const { memoryMb, cores } = smallest
  const unread = cluster.hosts.filter((host) => failures[host.name] !== undefined && runsTasks(host))
  return { ...facts, ...Object.fromEntries(unread.map(({ name }) => [name, { memoryMb, cores }])) }
}

/** What a plan without these hosts could get wrong on the others, as warnings. */
export const doubts = (cluster: Cluster, failures: Failures): readonly string[] =>
  cluster.hosts.flatMap((host) => {
    if (failures[host.name] === undefined) return []
    const sized = !runsTasks(host) || (host.memoryMb !== undefined && host.cores !== undefined)
    return [
      ...(sized
        ? []
        : [
            `${host.name} was not read, so it counts like the smallest other worker: memory and cores in cluster.yml say more`,
          ]),
      ...(clusterAddress(host, undefined) !== undefined
        ? []
        : [
            `${host.name} was not read, and its address in cluster.yml is a name: files of other hosts that hold its address are planned without it`,
          ]),
    ]
  })

/** A failed check for each host that could not be reached. */
export const connectionChecks = (unreachable: readonly Unreachable[]): CheckResult[] =>
  unreachable.map(({ host, message, next }) => ({
    ...{ name: CONNECTION, title: `connection to ${host}`, host, status: 'fail', ms: 0, detail: message },
    ...(next && { next }),
  }))

/** The name of the checks of connections. */
export const CONNECTION = 'connection'
