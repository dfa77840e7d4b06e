import { refOf } from './refs.ts'
import type { Registry } from './registry.ts'
import type { Change, Desired, HostObserved, Observed, Ref, Resource, State, World } from './types.ts'
import { worldOf } from './world.ts'

/** A resource that differs from what is desired. */
export interface Difference {
  readonly ref: Ref
  readonly host: string
  readonly resource: Resource
  readonly change: Change
}

/** The observed state of a resource. A resource that was not read is unknown, not absent. */
export const stateOf = (observed: HostObserved | undefined, id: string): State =>
  observed?.states[id] ?? { unknown: 'it was not read' }

/** The change that a state needs. A state that could not be read gives `ensure`: it is read again when the step runs. */
export function changeOf(
  registry: Registry,
  resource: Resource,
  state: State,
  world: World,
): Change | undefined {
  if (resource.type === 'fact') return undefined
  if (state.unknown !== undefined) return { action: 'ensure', reason: `not known yet: ${state.unknown}` }
  return registry.of(resource).diff(resource, state, world)
}

/** All differences, by ref, in the order declared. */
export function changesOf(desired: Desired, observed: Observed, registry: Registry): Map<Ref, Difference> {
  const found = new Map<Ref, Difference>()
  for (const [host, resources] of Object.entries(desired)) {
    const world = worldOf(resources, observed[host])
    for (const resource of resources) {
      const change = changeOf(registry, resource, stateOf(observed[host], resource.id), world)
      const ref = refOf(host, resource.id)
      if (change) found.set(ref, { ref, host, resource, change })
    }
  }
  return found
}
