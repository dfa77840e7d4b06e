/** A part of a cluster: some of its components, some of its hosts. What it needs, decided before any host is asked. */

import { didYouMean } from '../config/index.ts'
import type { Cluster, Host } from '../config/types.ts'
import { refOf } from '../engine/index.ts'
import type { Desired, Ref } from '../engine/types.ts'
import { type ErrorCode, HowdahError } from '../errors.ts'
import { desire, services } from '../services/index.ts'
import { sqlServers } from '../services/result-store/index.ts'
import { clusterAddress } from '../services/support/index.ts'
import type { ContextNeed, Service } from '../services/types.ts'
import { lockHost } from './lock.ts'
import { closureOf, type Includes, type WiderPart } from './part-closure.ts'
import { standInContext } from './stand-ins.ts'

export interface Part {
  /** Names of components; absent: all. */
  readonly only?: readonly string[]
  /** Names of hosts; absent: all. */
  readonly hosts?: readonly string[]
  /**
   * What the part depends on and does not contain. `checked`: it is read too, and refused when it differs from
   * cluster.yml. `assumed`: it is as the last bootstrap left it, and is not asked for; the software need not be resolved.
   */
  readonly rest: 'checked' | 'assumed'
  /** The error of a cluster that has nothing of this part; absent: PART_EMPTY. */
  readonly absent?: (cluster: Cluster) => HowdahError
}

/** A part of one cluster, resolved. Plain data and pure functions. */
export interface ResolvedPart {
  readonly part: Part
  readonly includes: Includes
  /** Refs of the part and of what it rests on; absent with `assumed`: only the part is asked for. */
  readonly closure?: ReadonlySet<Ref>
  /** The components whose resources are asked for. */
  readonly asked: ReadonlySet<string>
  readonly needs: ReadonlySet<ContextNeed>
  /** Hosts and database servers that are read. */
  readonly targets: ReadonlySet<string>
  /** Hosts to connect to: those that are read, that of the lock, and those that lead to a database server. */
  readonly reach: readonly string[]
  readonly wider: WiderPart
}

const ALL_OF_HADOOP: readonly ContextNeed[] = ['software', 'sizing', 'addresses']

const needsOf = ({ needs }: Service): readonly ContextNeed[] => needs ?? ALL_OF_HADOOP

const allNeeds = (asked: ReadonlySet<string>): ReadonlySet<ContextNeed> =>
  new Set(services.filter(({ name }) => asked.has(name)).flatMap(needsOf))

function checkNames(
  code: ErrorCode,
  what: string,
  names: readonly string[],
  known: readonly string[],
  file: string,
): void {
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new HowdahError({
    code,
    exit: 'configuration',
    message: `there is no ${what} ${unknown}`,
    found: unknown,
    expected: `of ${known.join(', ')}`,
    where: file,
    next: didYouMean(unknown, known) ?? `name one of ${known.join(', ')}`,
  })
}

/** Names of components, in the order in which a host is built up. */
export const componentNames = (): string[] => services.map(({ name }) => name)

/** Throws PART_NO_COMPONENT, PART_NO_HOST. */
function checkPart(cluster: Cluster, { only = [], hosts = [] }: Part): void {
  checkNames('PART_NO_COMPONENT', 'component', only, componentNames(), cluster.file)
  const names = cluster.hosts.map(({ name }) => name)
  checkNames('PART_NO_HOST', 'host', hosts, names, cluster.file)
}

/** The host on which a target is; undefined for a database server that Howdah does not run. */
function hostOfTarget(cluster: Cluster, target: string): string | undefined {
  if (!target.startsWith('sql:')) return target
  const server = sqlServers(cluster).find((each) => each.target === target)?.server
  return server?.kind === 'host' ? server.host : undefined
}

function includesOf(cluster: Cluster, { only, hosts }: Part): Includes {
  const byTarget = new Map<string, boolean>()
  const onHost = (target: string): boolean => {
    const known = byTarget.get(target)
    if (known !== undefined) return known
    const host = hostOfTarget(cluster, target)
    const found = hosts === undefined || (host !== undefined && hosts.includes(host))
    byTarget.set(target, found)
    return found
  }
  // The record of a host goes with every part of it.
  const chosen = (component: string): boolean =>
    only === undefined || component === 'record' || only.includes(component)
  return (target, component) => chosen(component) && onHost(target)
}

/** The options of a wider part: what blocks it is added, in the order of the cluster. */
const widerOf =
  (cluster: Cluster, { only, hosts }: Part): WiderPart =>
  (places) => {
    const more = new Set([...(only ?? []), ...places.map(({ component }) => component)])
    const names = new Set<string | undefined>(places.map(({ target }) => hostOfTarget(cluster, target)))
    const all = cluster.hosts
      .map(({ name }) => name)
      .filter((name) => names.has(name) || hosts?.includes(name))
    // A server that is elsewhere is on no host, so that no choice of hosts takes it in.
    const within = hosts !== undefined && !names.has(undefined)
    const chosen = only && componentNames().filter((name) => more.has(name))
    return [
      'howdah bootstrap',
      ...(chosen ? [`--only ${chosen.join(',')}`] : []),
      ...(within ? [`--host ${all.join(',')}`] : []),
    ].join(' ')
  }

const partEmpty = (cluster: Cluster, { only, hosts }: Part): HowdahError =>
  new HowdahError({
    code: 'PART_EMPTY',
    exit: 'configuration',
    message: `cluster.yml wants nothing of ${only?.join(', ') ?? 'any component'}${hosts ? ` on ${hosts.join(', ')}` : ''}`,
    where: cluster.file,
    next: 'howdah plan',
  })

/** Hosts whose reports the contents of what is asked for depend on. `desired` has these components' resources on every host. */
function reportsOf(cluster: Cluster, asked: ReadonlySet<string>, desired: Desired): string[] {
  const needs = allNeeds(asked)
  const own = new Set(
    services.filter((one) => asked.has(one.name) && needsOf(one).includes('facts')).map(({ name }) => name),
  )
  const isRead = (host: Host): boolean =>
    (needs.has('addresses') && clusterAddress(host, undefined) === undefined) ||
    (needs.has('sizing') && (host.memoryMb === undefined || host.cores === undefined)) ||
    (needs.has('facts') && (desired[host.name] ?? []).some(({ component }) => own.has(component)))
  return cluster.hosts.filter(isRead).map(({ name }) => name)
}

/** Hosts that lead to these targets: the target itself, or the host by which a server is reached. */
function waysTo(cluster: Cluster, targets: Iterable<string>): string[] {
  const servers = new Map(sqlServers(cluster).map(({ target, server }) => [target, server]))
  return [...targets].flatMap((target) => {
    const server = servers.get(target)
    if (server === undefined) return [target]
    if (server.kind === 'host') return [server.host]
    return server.via === undefined ? [] : [server.via]
  })
}

/**
 * Resolves a part against its cluster, before any host is asked. Pure.
 * Throws PART_NO_COMPONENT, PART_NO_HOST, and `absent` or PART_EMPTY where cluster.yml has nothing of the part.
 */
export function resolvePart(cluster: Cluster, part: Part): ResolvedPart {
  checkPart(cluster, part)
  const includes = includesOf(cluster, part)
  const checked = part.rest === 'checked'
  const only = checked ? undefined : new Set(part.only)
  const desired = desire(standInContext(cluster, checked), only)
  const own = Object.entries(desired).flatMap(([target, list]) =>
    list.filter(({ component }) => includes(target, component)).map(({ id }) => refOf(target, id)),
  )
  if (own.length === 0) throw part.absent?.(cluster) ?? partEmpty(cluster, part)
  const closure = checked ? closureOf(desired, includes) : new Set(own)
  const asked = new Set<string>()
  const targets = new Set<string>()
  for (const [target, list] of Object.entries(desired)) {
    for (const { id, component } of list) {
      if (!closure.has(refOf(target, id))) continue
      asked.add(component)
      targets.add(target)
    }
  }
  for (const host of reportsOf(cluster, asked, desired)) targets.add(host)
  const ways = new Set([...waysTo(cluster, targets), lockHost(cluster)])
  return {
    ...{ part, includes, asked, needs: allNeeds(asked), targets, ...(checked && { closure }) },
    reach: cluster.hosts.map(({ name }) => name).filter((name) => ways.has(name)),
    wider: widerOf(cluster, part),
  }
}
