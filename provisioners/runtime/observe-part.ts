import { sizeCluster } from '../config/index.ts'
import { showScripts, subsetOf } from '../engine/index.ts'
import type { Desired } from '../engine/types.ts'
import { desire } from '../services/index.ts'
import type { ComponentContext, Identity } from '../services/types.ts'
import { appPlaces } from './app-files.ts'
import { identify } from './identity.ts'
import { withMarks } from './mark.ts'
import {
  alone,
  bareContext,
  compare,
  openDrivers,
  type PlannedRun,
  registry,
  sizingOf,
  userKeys,
} from './observe.ts'
import { type Part, type ResolvedPart, resolvePart } from './part.ts'
import { restrictPlan } from './part-closure.ts'
import type { Session } from './session.ts'
import { softwareStandIns } from './stand-ins.ts'

/**
 * What the components of the part declare that they need, and no more. Where all resources of the cluster are computed,
 * the rest is replaced by stand-ins, whose contents are never compared.
 */
async function contextOf(
  session: Session,
  { needs, closure }: ResolvedPart,
): Promise<ComponentContext & { readonly identity: Identity }> {
  const { cluster, report } = session
  const software = needs.has('software')
  if (software) report({ type: 'phase', title: 'Resolving software' })
  const [identity, artifacts, users] = await Promise.all([
    identify(session),
    software ? session.artifacts() : closure && softwareStandIns(cluster),
    needs.has('users') ? userKeys(session) : undefined,
  ])
  const apps = needs.has('apps') ? session.apps() : closure && appPlaces(cluster).apps
  return {
    ...bareContext(session),
    identity,
    ...(artifacts && { artifacts: artifacts.artifacts, jdkArtifacts: artifacts.jdkArtifacts }),
    ...(closure && { sizing: sizeCluster(cluster, {}) }),
    ...(users && { users }),
    ...(apps && { apps }),
  }
}

/** The resources that are compared: with `checked` those of the part and their dependencies, else those of the part. */
function wantOf({ closure, asked, includes }: ResolvedPart): (context: ComponentContext) => Desired {
  if (closure) return (context) => subsetOf(desire(context), closure)
  return (context) => {
    const part = Object.entries(desire(context, asked)).map(
      ([target, list]) => [target, list.filter(({ component }) => includes(target, component))] as const,
    )
    return alone(Object.fromEntries(part.filter(([, list]) => list.length > 0)))
  }
}

/** Reads the targets of a part and of its dependencies, and returns the plan of the part alone. Changes nothing. */
export async function observePart(session: Session, part: Part): Promise<PlannedRun> {
  const { cluster, adopt } = session
  const resolved = resolvePart(cluster, part)
  const { includes, needs, targets, wider } = resolved
  const base = await contextOf(session, resolved)
  const drivers = Object.fromEntries(
    Object.entries(openDrivers(session)).filter(([target]) => targets.has(target)),
  )
  const sized = (facts: ComponentContext['facts']): ComponentContext => ({
    ...base,
    facts,
    ...(needs.has('sizing') && { sizing: sizingOf(session, facts) }),
  })
  const wanted = wantOf(resolved)
  const marked = (context: ComponentContext): Desired =>
    withMarks(wanted(context), cluster, base.identity, adopt)
  const found = await compare(session, base, {
    ...{ drivers, want: marked, sized, includes },
    components: part.only ?? 'all',
  })
  const restricted = restrictPlan(found.plan, found.desired, includes, wider)
  const left = found.plan.left?.filter(({ host, component }) => includes(host, component))
  const plan = { ...restricted, ...(left && { left }) }
  return {
    ...found,
    plan,
    scripts: () => showScripts(plan, found.desired, found.observed, registry),
  }
}
