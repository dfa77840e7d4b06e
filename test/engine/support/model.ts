import { createHash } from 'node:crypto'
import { makePlan, type Registry, withRemovals } from '../../../provisioners/engine/index.ts'
import { type AnyType, createRegistry } from '../../../provisioners/engine/registry.ts'
import { isAbsent, parseRecord, recordedOf, recordKey } from '../../../provisioners/engine/removal/record.ts'
import { recordChange } from '../../../provisioners/engine/removal/record-script.ts'
import type {
  Change,
  Desired,
  Observed,
  Plan,
  Recorded,
  Resource,
  ResourceType,
  State,
} from '../../../provisioners/engine/types.ts'

/** A host in the model: the resources on it, by the key of their record, and the record itself. */
export interface ModelHost {
  readonly things: Map<string, { readonly recorded: Recorded; readonly value: string }>
  lines: Set<string>
}

export type Model = Record<string, ModelHost>

const hashes = new WeakMap<Resource, string>()

/** A hash of a resource without its order: two hosts with the same hash have the same resource. */
function hashOf(resource: Resource): string {
  const found = hashes.get(resource)
  if (found !== undefined) return found
  const text = JSON.stringify({ ...resource, after: [] })
  const hash = createHash('sha256').update(text).digest('hex')
  hashes.set(resource, hash)
  return hash
}

type Full = ResourceType<Resource>

/** What a state says about a resource: that it is as it should be, or not. */
function diffOf({ isAbsent: absent }: Full, resource: Resource, { value }: State): Change | undefined {
  if (absent?.(resource)) return value === undefined ? undefined : { action: 'remove', reason: 'absent' }
  return value === hashOf(resource) ? undefined : { action: 'update', reason: 'differs' }
}

/** A type with its real title, record and removal, and a state that is only a hash. */
function modelType(type: Full): Full {
  if (type.type === 'x-removal' || type.type === 'x-record') return type
  return {
    ...type,
    probe: () => '',
    apply: () => '',
    refusals: () => [],
    diff: (resource, state) => (type.record === undefined ? undefined : diffOf(type, resource, state)),
  }
}

export const modelRegistry = (types: readonly AnyType[]): Registry =>
  createRegistry(types.map((type) => modelType(type as unknown as Full) as unknown as AnyType))

export const emptyModel = (hosts: readonly string[]): Model =>
  Object.fromEntries(hosts.map((host) => [host, { things: new Map(), lines: new Set<string>() }]))

function observe(model: Model, desired: Desired, registry: Registry): Observed {
  return Object.fromEntries(
    [...new Set([...Object.keys(model), ...Object.keys(desired)])].map((host) => {
      // A database server keeps no record, and the model does not know it.
      const { things, lines } = model[host] ?? { things: new Map(), lines: undefined }
      const states = (desired[host] ?? []).map((resource): [string, State] => {
        const recorded = recordedOf(registry, resource)
        const value = recorded && things.get(recordKey(recorded))?.value
        return [resource.id, value === undefined ? {} : { value }]
      })
      return [
        host,
        { states: Object.fromEntries(states), ...(lines && { record: parseRecord([...lines].join('\n')) }) },
      ]
    }),
  )
}

/** What a run found, planned and did. */
export interface ModelRun {
  readonly plan: Plan
  readonly order: readonly string[]
}

export interface ModelOptions {
  readonly registry: Registry
  readonly considers?: (recorded: Recorded, host: string) => boolean
  /** Steps after which the run is killed; all when absent. The record may then have more than was done. */
  readonly killedAfter?: number
}

/** Plans `desired` for the hosts of the model, and applies the plan. */
export function run(model: Model, desired: Desired, options: ModelOptions): ModelRun {
  const { registry, considers, killedAfter = Number.POSITIVE_INFINITY } = options
  const seen = observe(model, desired, registry)
  const all = withRemovals({ desired, observed: seen, registry, ...(considers && { considers }) })
  const made = makePlan({ cluster: 'model', desired: all.desired, observed: all.observed, registry })
  const order: string[] = []
  for (const [i, step] of made.steps.entries()) {
    const host = model[step.host]
    const resource = all.desired[step.host]?.find(({ id }) => `${step.host}!${id}` === step.ref)
    if (host === undefined || resource === undefined) throw new Error(`no ${step.ref}`)
    const item = { ref: step.ref, resource, change: { action: step.action, reason: step.reason } }
    const { add, drop } = recordChange(registry, item)
    // As on a host: a line is added before the step, and dropped after it.
    rewrite(host, add, [])
    if (i >= killedAfter) break
    doStep(host, resource, step.action === 'remove', registry)
    rewrite(host, [], drop)
    order.push(step.ref)
  }
  return { plan: { ...made, left: all.left, warnings: all.warnings }, order }
}

function doStep(host: ModelHost, resource: Resource, removes: boolean, registry: Registry): void {
  if (resource.type === 'x-record') return
  if (resource.type === 'x-removal') {
    const [recorded] = parseRecord((resource as unknown as { line: string }).line)
    if (recorded === undefined) throw new Error(`${resource.id} has no record`)
    host.things.delete(recordKey(recorded))
    return
  }
  const recorded = recordedOf(registry, resource)
  if (recorded === undefined) return
  if (removes || isAbsent(registry, resource)) host.things.delete(recordKey(recorded))
  else host.things.set(recordKey(recorded), { recorded, value: hashOf(resource) })
}

function rewrite(host: ModelHost, add: readonly string[], drop: readonly string[]): void {
  for (const line of drop) host.lines.delete(line)
  for (const line of add) host.lines.add(line)
}

/** The resources on the hosts, without those that `keeps` names, to compare two models. */
export function contents(
  model: Model,
  keeps: (recorded: Recorded) => boolean,
): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(model).map(([host, { things }]) => {
      const entries = [...things].filter(([, { recorded }]) => !keeps(recorded))
      return [host, Object.fromEntries(entries.map(([key, { value }]) => [key, value]).sort())]
    }),
  )
}
