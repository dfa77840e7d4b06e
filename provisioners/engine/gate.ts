import type { Difference } from './changes.ts'
import { splitRef } from './refs.ts'
import { broken } from './resources/fact.ts'
import type { Action, Desired, HostObserved, Requirement, Resource, State, TargetDriver } from './types.ts'

interface GateContext {
  readonly desired: Desired
  readonly drivers: Readonly<Record<string, TargetDriver>>
}

/** The message of a broken condition, and the next command. */
export interface GateRefusal {
  readonly output: string
  readonly next?: string
}

/** The requirements of a step's action; none for anything else. */
export function requirementsOf(resource: Resource): readonly Requirement[] {
  return resource.type === 'action' ? ((resource as Action).requires ?? []) : []
}

/**
 * Reads an action's conditions again, on every host that they name, right before it runs. An action that was done
 * meanwhile has none, since it will not run. Throws what a driver's probe throws.
 */
export async function passGate(
  { host, resource }: Difference,
  { desired, drivers }: GateContext,
): Promise<GateRefusal | undefined> {
  const needs = requirementsOf(resource)
  const wanted = new Map<string, Set<string>>([[host, new Set([resource.id])]])
  for (const { ref } of needs) {
    const at = splitRef(ref)
    wanted.set(at.host, (wanted.get(at.host) ?? new Set()).add(at.id))
  }
  const read = async ([target, ids]: [string, Set<string>]): Promise<[string, HostObserved | undefined]> => {
    const resources = (desired[target] ?? []).filter(({ id }) => ids.has(id))
    return [target, await drivers[target]?.probe(resources)]
  }
  const observed = new Map(await Promise.all([...wanted].map(read)))
  const stateAt = (target: string, id: string): State | undefined => observed.get(target)?.states[id]
  if (stateAt(host, resource.id)?.done === 'yes') return undefined
  for (const need of needs) {
    const at = splitRef(need.ref)
    const found = broken(need, stateAt(at.host, at.id))
    if (!found) continue
    const output = `${found.message}\nfound on ${at.host}: ${found.found}`
    return { output, ...(found.next === undefined ? {} : { next: found.next }) }
  }
  return undefined
}
