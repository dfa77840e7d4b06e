/** A part of a cluster: some components on some hosts. Decides what it needs before the first connection. */

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
   * How to treat dependencies outside of the part. `checked`: they are read too, and the plan is refused when they differ
   * from cluster.yml. `assumed`: they are not read and are taken to be in place; the software need not be resolved.
   */
  readonly rest: 'checked' | 'assumed'
  /** The error when the cluster has nothing of this part; absent: PART_EMPTY. */
  readonly absent?: (cluster: Cluster) => HowdahError
}

/** A part of one cluster, resolved. Plain data and pure functions. */
export interface ResolvedPart {
  readonly part: Part
  readonly includes: Includes
  /** Refs of the part and of its dependencies; absent with `assumed`. */
  readonly closure?: ReadonlySet<Ref>
  /** The components whose resources are computed. */
  readonly asked: ReadonlySet<string>
  readonly needs: ReadonlySet<ContextNeed>
  /** Hosts and database servers that are read. */
  readonly targets: ReadonlySet<string>
  /** Hosts to connect to: those that are read, the host of the lock, and those through which a database server is reached. */
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

/** Names of components, in the order in which a host is set up. */
export const componentNames = (): string[] => services.map(({ name }) => name)

/** Throws PART_NO_HOST for a name that is not in hosts. */
export function checkHosts({ hosts, file }: Cluster, names: readonly string[]): void {
  const known = hosts.map(({ name }) => name)
  checkNames('PART_NO_HOST', 'host', names, known, file)
}

/** Throws PART_NO_COMPONENT, PART_NO_HOST. */
function checkPart(cluster: Cluster, { only = [], hosts = [] }: Part): void {
  checkNames('PART_NO_COMPONENT', 'component', only, componentNames(), cluster.file)
  checkHosts(cluster, hosts)
}

/** The host of a target; undefined for an external database server. */
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
  // Every part writes the record of its hosts.
  const chosen = (component: string): boolean =>
    only === undefined || component === 'record' || only.includes(component)
  return (target, component) => chosen(component) && onHost(target)
}

/** The command for a wider part: adds the blocking components and hosts, in the order of the cluster. */
const widerOf =
  (cluster: Cluster, { only, hosts }: Part): WiderPart =>
  (places) => {
    const more = new Set([...(only ?? []), ...places.map(({ component }) => component)])
    const names = new Set<string | undefined>(places.map(({ target }) => hostOfTarget(cluster, target)))
    const all = cluster.hosts
      .map(({ name }) => name)
      .filter((name) => names.has(name) || hosts?.includes(name))
    // An external server is on no host, so --host cannot select it.
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

/** Hosts whose facts the contents of the asked components depend on. `desired` has their resources on every host. */
function reportsOf(cluster: Cluster, asked: ReadonlySet<string>, desired: Desired): string[] {
  const needs = allNeeds(asked)
  const own = new Set(
    services.filter((one) => asked.has(one.name) && needsOf(one).includes('facts')).map(({ name }) => name),
  )
  const isRead = (host: Host): boolean =>
    // Where DNS decides, only the host itself knows all the addresses that it connects from.
    (needs.has('addresses') && (!cluster.manageHostsFile || clusterAddress(host, undefined) === undefined)) ||
    (needs.has('sizing') && (host.memoryMb === undefined || host.cores === undefined)) ||
    (needs.has('facts') && (desired[host.name] ?? []).some(({ component }) => own.has(component)))
  return cluster.hosts.filter(isRead).map(({ name }) => name)
}

/** Hosts to connect to for these targets: the target, or the host through which a server is reached. */
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
 * Resolves a part of a cluster. Pure.
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
