import { sizeCluster } from '../config/index.ts'
import type { Sizing } from '../config/types.ts'
import {
  coreTypes,
  createRegistry,
  createScriptDriver,
  makePlan,
  needsContents,
  showScripts,
  withRemovals,
} from '../engine/index.ts'
import type { Desired, HostFacts, Observed, Resource, TargetDriver } from '../engine/types.ts'
import { gatherKeys, type UserKeys } from '../keys/index.ts'
import { createSqlDriver } from '../mysql/index.ts'
import { componentTypes, desire } from '../services/index.ts'
import { sqlServers } from '../services/result-store/index.ts'
import type { ComponentContext } from '../services/types.ts'
import { databaseAuthorities, databaseLink } from './database.ts'
import { identify } from './identity.ts'
import { fenceOf, stillHeld } from './lock.ts'
import { withMarks } from './mark.ts'
import { considers, type Removable, withMembers } from './recorded.ts'
import type { Session } from './session.ts'
import type { Planned } from './types.ts'
import { doubts, factsForSizing, onlySeen, unreachableOf, withoutLost } from './unreachable.ts'

export const registry = createRegistry([...coreTypes, ...componentTypes])

/** All that later phases of the run need: the observation, its inputs, and the drivers. */
export interface PlannedRun extends Planned {
  readonly desired: Desired
  readonly context: ComponentContext
  readonly drivers: Readonly<Record<string, TargetDriver>>
}

/** A driver for each host, which uses its transport. */
export function openHostDrivers(session: Session): Record<string, TargetDriver> {
  const drivers: Record<string, TargetDriver> = {}
  for (const [host, transport] of Object.entries(session.transports)) {
    const fence = () => fenceOf(session)
    drivers[host] = createScriptDriver({ target: host, transport, registry, report: session.report, fence })
  }
  return drivers
}

/** A driver for each target: for a host through its transport, for a database server through an SSH forward. */
export function openDrivers(session: Session): Record<string, TargetDriver> {
  const drivers = openHostDrivers(session)
  for (const { target, server, admin } of sqlServers(session.cluster)) {
    drivers[target] = createSqlDriver({
      target,
      connect: () => databaseLink(session, server),
      admin: { user: admin.user, password: session.secrets.get(admin.password) },
      secret: (ref) => session.secrets.get(ref).reveal(),
      mayChange: () => stillHeld(session),
    })
  }
  return onlySeen(drivers, session.cluster, session.failures)
}

async function probeAll(
  drivers: Readonly<Record<string, TargetDriver>>,
  desired: Desired,
  session: Session,
): Promise<Observed> {
  const read = async (target: string): Promise<[string, Observed[string]]> => {
    const observed = await (drivers[target] as TargetDriver).probe(desired[target] ?? [], session.signal)
    session.report({ type: 'host', host: target, state: 'probed' })
    return [target, observed]
  }
  return Object.fromEntries(await Promise.all(Object.keys(drivers).map(read)))
}

function factsOf(observed: Observed): Record<string, HostFacts> {
  const facts: Record<string, HostFacts> = {}
  for (const [target, { facts: found }] of Object.entries(observed)) if (found) facts[target] = found
  return facts
}

/** A context for a part that needs no software and whose files do not depend on the hosts' size. */
export const bareContext = ({ cluster, secrets }: Session): ComponentContext => ({
  ...{ cluster, facts: {}, sizing: {}, artifacts: {}, jdkArtifacts: {} },
  authorities: databaseAuthorities(cluster),
  secret: (ref) => secrets.get(ref).reveal(),
})

/** A part alone: drops the edges to resources of other parts, which are assumed to be in place. */
export function alone(part: Readonly<Record<string, readonly Resource[]>>): Desired {
  const full = (target: string, id: string): string => (id.includes('!') ? id : `${target}!${id}`)
  const here = new Set(
    Object.entries(part).flatMap(([target, list]) => list.map(({ id }) => full(target, id))),
  )
  const cut = (target: string, one: Resource): Resource => ({
    ...one,
    after: (one.after ?? []).filter((id) => here.has(full(target, id))),
  })
  return Object.fromEntries(
    Object.entries(part).map(([target, list]) => [target, list.map((one) => cut(target, one))]),
  )
}

/** A context without facts. Paths do not depend on facts, so it is enough to know which paths a probe must read. */
export async function baseContext(session: Session): Promise<ComponentContext> {
  const { artifacts, jdkArtifacts } = await session.artifacts()
  const sizing: Record<string, Sizing> = sizeCluster(session.cluster, {})
  return { ...bareContext(session), sizing, artifacts, jdkArtifacts }
}

/** Like `baseContext`, with the facts of the hosts, on which the contents of files depend. */
export async function sizedContext(session: Session): Promise<ComponentContext> {
  const [base, observed] = await Promise.all([
    baseContext(session),
    probeAll(openHostDrivers(session), {}, session),
  ])
  const facts = factsOf(observed)
  return { ...base, facts, sizing: sizingOf(session, facts) }
}

/** The sizes of all hosts, by the facts of those that were read. */
export const sizingOf = (
  { cluster, failures }: Session,
  facts: ComponentContext['facts'],
): Record<string, Sizing> => sizeCluster(cluster, factsForSizing(cluster, facts, failures))

/** The public keys of the users; undefined where cluster.yml has no `users`. */
export async function userKeys(session: Session): Promise<UserKeys | undefined> {
  const { cluster, signal } = session
  if (!cluster.managesUsers) return undefined
  session.report({ type: 'phase', title: `Asking for the keys of ${cluster.users.length} users` })
  return gatherKeys(cluster, signal ? { signal } : {})
}

/** Warnings about the sources of keys, for a plan. */
const keyWarnings = (users: UserKeys | undefined): readonly string[] => [
  ...(users?.warnings ?? []),
  ...(users?.unchanged ?? []).map(({ name, why }) => `${name} is left as is on every host: ${why}`),
]

/** Reads every target, in one round trip each, and plans the differences from cluster.yml. Changes nothing. */
export async function observe(session: Session): Promise<PlannedRun> {
  session.report({ type: 'phase', title: 'Resolving software' })
  const { cluster, adopt } = session
  const [bare, users, identity] = await Promise.all([
    baseContext(session),
    userKeys(session),
    identify(session),
  ])
  const apps = session.apps()
  const base = { ...bare, identity, ...(users && { users }), ...(apps && { apps }) }
  const sized = (facts: ComponentContext['facts']): ComponentContext => ({
    ...base,
    facts,
    sizing: sizingOf(session, facts),
  })
  const want = (context: ComponentContext): Desired =>
    withMarks(withMembers(desire(context), cluster), cluster, identity, adopt)
  return compare(session, base, { drivers: openDrivers(session), want, sized, components: 'all' })
}

/** What `compare` compares: the targets, the desired resources, and the context for the facts of the hosts. */
export interface Comparison {
  readonly drivers: Readonly<Record<string, TargetDriver>>
  want(context: ComponentContext): Desired
  sized(facts: ComponentContext['facts']): ComponentContext
  /** The components whose recorded resources the plan removes when they are no longer desired; absent: none. */
  readonly components?: Removable
  /** Whether a component of a target belongs to the plan; absent: all do. */
  readonly includes?: (target: string, component: string) => boolean
}

/** Reads the targets, computes the desired resources again with the facts, and makes the plan. */
export async function compare(
  session: Session,
  base: ComponentContext,
  { drivers, want, sized, components, includes = () => true }: Comparison,
): Promise<PlannedRun> {
  const { cluster, failures } = session
  const wanted = (context: ComponentContext): Desired => withoutLost(want(context), cluster, failures)
  const unreachable = unreachableOf(cluster, failures)
  session.report({ type: 'phase', title: `Reading ${Object.keys(drivers).length} hosts and servers` })
  const found = await probeAll(drivers, wanted(base), session)
  const context = sized(factsOf(found))
  const { desired, observed, left, warnings } = planRemovals(
    wanted(context),
    found,
    { components, includes },
    context,
  )
  const contents = await fetchContents(drivers, desired, observed)
  const plan = makePlan({ cluster: cluster.name, desired, observed, contents, registry })
  return {
    cluster,
    sizing: context.sizing,
    observed,
    plan: {
      ...plan,
      warnings: [
        ...cluster.warnings,
        ...doubts(cluster, failures),
        ...keyWarnings(context.users),
        ...(context.apps?.warnings ?? []),
        ...warnings,
        ...plan.warnings,
      ],
      left,
      ...(unreachable.length > 0 && { unreachable }),
    },
    desired,
    context,
    drivers,
    scripts: () => showScripts(plan, desired, observed, registry),
  }
}

/** Which recorded resources a plan may remove. */
interface Removals {
  readonly components: Removable | undefined
  readonly includes: (target: string, component: string) => boolean
}

/** The desired resources, with those that must be removed. Without components, the plan ignores the record. */
function planRemovals(
  desired: Desired,
  observed: Observed,
  { components, includes }: Removals,
  context: ComponentContext,
) {
  if (components === undefined) return { desired, observed, left: [], warnings: [] }
  const removable = considers(components, context)
  return withRemovals({
    ...{ desired, observed, registry },
    considers: (recorded, host) => includes(host, recorded.component) && removable(recorded),
  })
}

async function fetchContents(
  drivers: Readonly<Record<string, TargetDriver>>,
  desired: Desired,
  observed: Observed,
): Promise<Record<string, Readonly<Record<string, string>>>> {
  const wanted = Object.entries(needsContents(desired, observed, registry)).filter(
    ([, list]) => list.length > 0,
  )
  const read = wanted.map(
    async ([target, list]) => [target, await (drivers[target] as TargetDriver).contents(list)] as const,
  )
  return Object.fromEntries(await Promise.all(read))
}
