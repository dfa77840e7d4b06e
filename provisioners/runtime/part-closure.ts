/** The resources that a part of a cluster depends on, and the plan of that part alone. Pure. */

import { type Node, orderedNodes, refOf } from '../engine/index.ts'
import type { Action, Desired, Fact, Plan, Ref, Refusal, Step } from '../engine/types.ts'

/** Whether a target's resources of a component belong to the part. */
export type Includes = (target: string, component: string) => boolean

const FREE_SPACE = 'fact:space'

/** What the guards of a resource read: the conditions of an action that may run, and facts that must agree. */
function guards({ resource, host }: Node, chosen: boolean): readonly Ref[] {
  if (resource.type === 'fact') return ((resource as Fact).agrees ?? []).map(({ ref }) => ref)
  // An action of another part does not run: it was done before, or the plan is refused.
  if (resource.type === 'action' && chosen) return ((resource as Action).requires ?? []).map(({ ref }) => ref)
  return resource.type === 'archive' ? [refOf(host, FREE_SPACE)] : []
}

/**
 * The resources that must be read for a part: its own, all that come before them on any host, and the guards of all of
 * these. Guards are conditions of actions, facts that must agree, and the facts of each component on each host involved.
 * Throws what `makePlan` throws for a broken graph.
 */
export function closureOf(desired: Desired, includes: Includes): ReadonlySet<Ref> {
  const nodes = new Map(orderedNodes(desired).map((node) => [node.ref, node]))
  const facts = new Map<string, Ref[]>()
  const placeOf = ({ host, resource }: Node): string => `${resource.component} ${host}`
  for (const node of nodes.values()) {
    if (node.resource.type !== 'fact') continue
    facts.set(placeOf(node), [...(facts.get(placeOf(node)) ?? []), node.ref])
  }
  const waiting: Ref[] = [...nodes.values()]
    .filter(({ host, resource }) => includes(host, resource.component))
    .map(({ ref }) => ref)
  const found = new Set<Ref>()
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    const node = nodes.get(ref)
    if (node === undefined || found.has(ref)) continue
    found.add(ref)
    const chosen = includes(node.host, node.resource.component)
    waiting.push(...node.after, ...guards(node, chosen), ...(facts.get(placeOf(node)) ?? []))
  }
  return found
}

/** Steps outside of the part that come before a step of the part, in the order of the plan. Each has a step that waits for it. */
function blockersOf(plan: Plan, includes: Includes): ReadonlyMap<Step, Step> {
  const steps = new Map(plan.steps.map((step) => [step.ref, step]))
  const found = new Map<Step, Step>()
  const seen = new Set<Ref>()
  for (const step of plan.steps) {
    if (!includes(step.host, step.component)) continue
    const waiting = [...step.after]
    for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
      const before = steps.get(ref)
      if (before === undefined || seen.has(ref)) continue
      seen.add(ref)
      if (!includes(before.host, before.component)) found.set(before, step)
      waiting.push(...before.after)
    }
  }
  return new Map(
    plan.steps.flatMap((step) => {
      const waits = found.get(step)
      return waits ? [[step, waits] as const] : []
    }),
  )
}

/** How many changes a refusal lists. */
const LISTED = 3

/** Returns the command for a part that includes the blocking components and targets. */
export type WiderPart = (places: readonly { readonly target: string; readonly component: string }[]) => string

/** One refusal for each component on each target that is not ready. */
function blocked(blockers: ReadonlyMap<Step, Step>, wider: WiderPart): Refusal[] {
  const places = new Map<string, Step[]>()
  for (const step of blockers.keys()) {
    const place = `${step.component} ${step.host}`
    places.set(place, [...(places.get(place) ?? []), step])
  }
  const next = wider([...blockers.keys()].map(({ host, component }) => ({ target: host, component })))
  return [...places.values()].map((steps) => {
    const first = steps[0] as Step
    const waits = blockers.get(first) as Step
    const listed = steps.slice(0, LISTED).map(({ action, title, reason }) => `${action} ${title} (${reason})`)
    const more = steps.length > LISTED ? ` and ${steps.length - LISTED} more` : ''
    return {
      ref: first.ref,
      message: `${first.component} on ${first.host} differs from cluster.yml, and ${waits.title} on ${waits.host} depends on it`,
      found: `${listed.join(', ')}${more}`,
      next,
    }
  })
}

/**
 * The plan of a part, from the plan of the part and its dependencies. A step that must come before a step of the part
 * becomes a refusal, and so does every guard that fails.
 */
export function restrictPlan(plan: Plan, desired: Desired, includes: Includes, wider: WiderPart): Plan {
  const steps = plan.steps.filter(({ host, component }) => includes(host, component))
  const refs = new Set(steps.map(({ ref }) => ref))
  const own = new Set<Ref>()
  const guarding = new Set<Ref>()
  for (const [target, resources] of Object.entries(desired)) {
    for (const { type, id, component } of resources) {
      if (type === 'fact') guarding.add(refOf(target, id))
      else if (includes(target, component)) own.add(refOf(target, id))
    }
  }
  return {
    ...plan,
    steps: steps.map((step) => ({ ...step, after: step.after.filter((ref) => refs.has(ref)) })),
    refusals: [
      ...plan.refusals.filter(({ ref }) => own.has(ref) || guarding.has(ref)),
      ...blocked(blockersOf(plan, includes), wider),
    ],
    unchanged: [...own].filter((ref) => !refs.has(ref)).length,
  }
}
