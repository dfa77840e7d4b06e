import { createTwoFilesPatch } from 'diff'
import { changesOf, type Difference, stateOf } from './changes.ts'
import { type Node, orderedNodes } from './graph.ts'
import { refOf, splitRef } from './refs.ts'
import type { Registry } from './registry.ts'
import { broken, disagreement } from './resources/fact.ts'
import type { CoreResource, Desired, Observed, Plan, Ref, Refusal, Resource, State, Step } from './types.ts'

/** Present contents of files, by target and resource id, as `TargetDriver.contents` gives them. */
export type Contents = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface PlanInput {
  readonly cluster: string
  readonly desired: Desired
  readonly observed: Observed
  readonly contents?: Contents
  readonly registry: Registry
}

/**
 * The plan: what would change, and in which order. Pure: the same input gives the same plan, byte for byte.
 * Throws PLAN_CYCLE, PLAN_DANGLING, PLAN_TWICE.
 */
export function makePlan(input: PlanInput): Plan {
  const nodes = orderedNodes(input.desired)
  const changes = changesOf(input.desired, input.observed, input.registry)
  const after = plannedPredecessors(nodes, changes)
  const steps = nodes.flatMap((node) => {
    const difference = changes.get(node.ref)
    return difference ? [stepOf(difference, after.get(node.ref) ?? [], input)] : []
  })
  const kept = nodes.filter(({ ref, resource }) => resource.type !== 'fact' && !changes.has(ref))
  return {
    formatVersion: '1.0',
    cluster: input.cluster,
    steps,
    refusals: nodes.flatMap((node) => refusalsOf(node, changes.get(node.ref), input)),
    warnings: nodes.flatMap((node) => warningOf(node, input)),
    unchanged: kept.length,
  }
}

/** Resources whose present content the plan's diffs show, by target, for `TargetDriver.contents`. */
export function needsContents(
  desired: Desired,
  observed: Observed,
  registry: Registry,
): Record<string, Resource[]> {
  const wanted: Record<string, Resource[]> = {}
  for (const { host, resource, change } of changesOf(desired, observed, registry).values()) {
    if (change.content === undefined || change.before !== undefined) continue
    if (registry.of(resource).contentPath?.(resource) === undefined) continue
    wanted[host] ??= []
    wanted[host]?.push(resource)
  }
  return wanted
}

/** For each resource, the steps that come before it, also across resources that need no step. */
function plannedPredecessors(
  nodes: readonly Node[],
  changes: ReadonlyMap<Ref, Difference>,
): Map<Ref, readonly Ref[]> {
  const first = new Map<Ref, readonly Ref[]>()
  for (const node of nodes) {
    const refs = node.after.flatMap((ref) => (changes.has(ref) ? [ref] : (first.get(ref) ?? [])))
    first.set(node.ref, [...new Set(refs)])
  }
  return first
}

function stepOf({ ref, host, resource, change }: Difference, after: readonly Ref[], input: PlanInput): Step {
  const type = input.registry.of(resource)
  const before = change.before ?? input.contents?.[host]?.[resource.id]
  const hidden = 'sensitive' in resource && resource.sensitive === true
  const diff =
    hidden || before === undefined || change.content === undefined
      ? undefined
      : unifiedDiff(type.contentPath?.(resource) ?? type.title(resource), before, change.content)
  return {
    ref,
    host,
    component: resource.component,
    title: type.title(resource),
    action: change.action,
    reason: change.reason,
    ...(diff === undefined ? {} : { diff }),
    after,
  }
}

/** A unified diff, without the header of the library. */
export function unifiedDiff(path: string, before: string, after: string): string {
  return createTwoFilesPatch(path, path, before, after, 'now', 'planned').replace(/^(?:Index: .*\n)?=+\n/, '')
}

function refusalsOf(node: Node, difference: Difference | undefined, input: PlanInput): Refusal[] {
  const { ref, host } = node
  const resource = node.resource as CoreResource
  const state = stateOf(input.observed[host], resource.id)
  const own = input.registry.of(resource).refusals?.(resource, state) ?? []
  return [
    ...own.map((refusal) => ({ ref, ...refusal })),
    ...requirementRefusals(ref, resource, difference, input),
    ...disagreements(ref, resource, state, input),
  ]
}

function disagreements(ref: Ref, resource: CoreResource, state: State, { observed }: PlanInput): Refusal[] {
  if (resource.type !== 'fact') return []
  return (resource.agrees ?? []).flatMap((agreement) => {
    const { host, id } = splitRef(agreement.ref)
    const found = disagreement(agreement, state, stateOf(observed[host], id))
    return found ? [{ ref, ...found }] : []
  })
}

/** An action's requirements count only when it will run. */
function requirementRefusals(
  ref: Ref,
  resource: CoreResource,
  difference: Difference | undefined,
  { observed }: PlanInput,
): Refusal[] {
  if (resource.type !== 'action' || !difference) return []
  return (resource.requires ?? []).flatMap((need) => {
    const { host, id } = splitRef(need.ref)
    const found = broken(need, stateOf(observed[host], id))
    return found ? [{ ref, ...found, found: `${refOf(host, id)}: ${found.found}` }] : []
  })
}

function warningOf({ host, resource }: Node, { observed, registry }: PlanInput): string[] {
  const state = stateOf(observed[host], resource.id)
  if (state.unknown !== undefined) return []
  const warning = registry.of(resource).warning?.(resource, state)
  return warning === undefined ? [] : [`${host}: ${warning}`]
}
