import { changesOf } from '../changes.ts'
import { RECORD_ID, type RecordResource, STILL_RECORDED } from '../resources/removal.ts'
import type { Desired, HostObserved, Left, Observed, Recorded, Resource, State } from '../types.ts'
import { afterStops, inOrder } from './order.ts'
import { recordLine } from './record.ts'
import { notIn, type RemovalInput, type Sorted, sortRecord } from './sort.ts'

export type { RemovalInput } from './sort.ts'

/** The desired resources together with the removals, ready for `makePlan`. */
export interface WithRemovals {
  readonly desired: Desired
  readonly observed: Observed
  readonly left: readonly Left[]
  readonly warnings: readonly string[]
}

/**
 * Adds the removals to the desired resources: what is on a host's record and is no longer wanted.
 * Pure. A host without a record gets one, with everything that exists and is wanted.
 */
export function withRemovals(input: RemovalInput): WithRemovals {
  const changed = new Set(changesOf(input.desired, input.observed, input.registry).keys())
  const desired: Record<string, readonly Resource[]> = { ...input.desired }
  const observed: Record<string, HostObserved> = { ...input.observed }
  const left: Left[] = []
  const warnings: string[] = []
  for (const [host, found] of Object.entries(input.observed)) {
    if (found.record === undefined) continue
    const wanted = input.desired[host] ?? []
    const adopted = notIn(found.record, input.adopt?.[host] ?? [])
    const known = [...found.record, ...adopted]
    const sorted = sortRecord(input, host, known, (id) => changed.has(`${host}!${id}`))
    const removals = inOrder(sorted.removals, wanted, input.registry)
    const record = recordStep(found.record, adopted, sorted)
    const made = [...record, ...removals.all] as readonly Resource[]
    left.push(...sorted.left)
    warnings.push(...sorted.held)
    if (made.length === 0) continue
    desired[host] = [
      ...record,
      ...removals.stops,
      ...afterStops(wanted, removals.stops, input.registry),
      ...removals.rest,
    ] as readonly Resource[]
    const states: Record<string, State> = Object.fromEntries(made.map(({ id }) => [id, STILL_RECORDED]))
    observed[host] = { ...found, states: { ...found.states, ...states } }
  }
  return { desired, observed, left, warnings }
}

/** The step that updates the record where no other step does; none when the record is right. */
function recordStep(
  record: readonly Recorded[],
  adopted: readonly Recorded[],
  sorted: Sorted,
): RecordResource[] {
  const { drop } = sorted
  const add = [...adopted.map(recordLine).filter((line) => !drop.includes(line)), ...sorted.add]
  if (add.length === 0 && drop.length === 0) return []
  const isNew = record.length === 0
  return [{ type: 'x-record', id: RECORD_ID, component: 'record', isNew, add, drop }]
}
