import { sizeCluster } from '../../config/index.ts'
import type { SecretRef } from '../../config/types.ts'
import { refOf, subsetOf } from '../../engine/index.ts'
import type { Desired, Ref, Resource, Unit } from '../../engine/types.ts'
import { bareContext, compare, openHostDrivers, type PlannedRun } from '../../runtime/observe.ts'
import type { Session } from '../../runtime/session.ts'
import { softwareStandIns } from '../../runtime/stand-ins.ts'
import type { Secret } from '../../secret.ts'
import type { AppHook } from '../../services/apps/index.ts'
import { desire } from '../../services/index.ts'
import type { ComponentContext } from '../../services/types.ts'

/** A secret that gets another value. */
export interface Exchange {
  readonly ref: SecretRef
  readonly old: Secret
  readonly next: Secret
}

const same = (left: SecretRef, right: SecretRef): boolean => JSON.stringify(left) === JSON.stringify(right)

/** Files whose change makes a resource due again: those that a unit is started with, or that a hook reads. */
const readBy = (each: Resource): readonly string[] =>
  each.type === 'unit' ? (each as Unit).effective : each.type === 'x-app-hook' ? (each as AppHook).reads : []

/**
 * The resources on hosts that contain one of the secrets: those that differ between the old value and the new. Units and
 * hooks that read such a file are included, so that the plan can decide whether they are due again. Pure.
 */
export function holders(before: Desired, after: Desired): ReadonlySet<Ref> {
  const refs = new Set<Ref>()
  for (const [host, resources] of Object.entries(after)) {
    if (host.startsWith('sql:')) continue
    const old = new Map((before[host] ?? []).map((each) => [each.id, JSON.stringify(each)]))
    const holding = resources.filter((each) => old.get(each.id) !== JSON.stringify(each))
    const paths = new Set(holding.flatMap((each) => ('path' in each ? [String(each.path)] : [])))
    const readers = resources.filter((each) => readBy(each).some((path) => paths.has(path)))
    for (const { id } of [...holding, ...readers]) refs.add(refOf(host, id))
  }
  return refs
}

function baseContext(session: Session, value: (ref: SecretRef) => string): ComponentContext {
  const { cluster } = session
  const apps = session.apps()
  return {
    ...bareContext(session),
    sizing: sizeCluster(cluster, {}),
    // Tarballs have no secrets, so none must be fetched.
    ...softwareStandIns(cluster),
    ...(apps && { apps }),
    secret: value,
  }
}

/** Plans what must be rewritten and restarted so that every host has the new secrets. Changes nothing. */
export function planHolders(
  session: Session,
  exchanges: readonly Exchange[],
  desired: (context: ComponentContext) => Desired = desire,
): Promise<PlannedRun> {
  const value = (which: 'old' | 'next') => (ref: SecretRef) => {
    const exchange = exchanges.find((each) => same(each.ref, ref))
    return (exchange ? exchange[which] : session.secrets.get(ref)).reveal()
  }
  const want = (context: ComponentContext): Desired => {
    const after = desired(context)
    return subsetOf(after, holders(desired({ ...context, secret: value('old') }), after))
  }
  const base = baseContext(session, value('next'))
  const sized = (facts: ComponentContext['facts']): ComponentContext => ({
    ...base,
    facts,
    sizing: sizeCluster(session.cluster, facts),
  })
  return compare(session, base, { drivers: openHostDrivers(session), want, sized })
}
