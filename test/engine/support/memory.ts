import { createRegistry } from '../../../provisioners/engine/index.ts'
import { action } from '../../../provisioners/engine/resources/action.ts'
import { fact } from '../../../provisioners/engine/resources/fact.ts'
import type {
  Desired,
  HostObserved,
  Observed,
  Ref,
  Resource,
  ResourceBase,
  ResourceType,
  State,
  StepReport,
  TargetDriver,
} from '../../../provisioners/engine/types.ts'
import { HowdahError } from '../../../provisioners/errors.ts'

/** A resource without a host. It needs no step when the memory has its value. */
export interface Cell extends ResourceBase {
  readonly type: 'x-cell'
  readonly value: string
}

const cellType: ResourceType<Cell> = {
  type: 'x-cell',
  title: (c) => `cell ${c.id}`,
  probe: () => '',
  diff: (c, state) =>
    state.value === c.value ? undefined : { action: 'update', reason: `${state.value} → ${c.value}` },
  apply: () => '',
}

export const memoryRegistry = createRegistry([cellType, fact, action])

export const cell = (id: string, value = 'new', after: readonly string[] = []): Resource =>
  ({ type: 'x-cell', id, component: 'test', value, after }) as Resource

/** What a driver does with a step. */
export type Outcome = 'ok' | 'fail' | 'lose before' | 'lose after' | Promise<unknown>

export interface Memory {
  readonly states: Record<string, Record<string, State>>
  /** `start h!id`, `ok h!id`, in the order of time. */
  readonly log: string[]
  readonly drivers: Record<string, TargetDriver>
  /** Decides the outcome of a step, at each attempt. */
  on: (ref: string) => Outcome
  /** Called before a probe of a target. */
  onProbe: (target: string) => void
  observe(desired: Desired): Observed
}

const lost = (target: string) =>
  new HowdahError({ code: 'LINK_LOST', exit: 'connection', message: `${target}: the link was lost` })

/** Targets that live in memory, with a driver that can fail, be slow, and lose its link. */
export function memory(targets: readonly string[]): Memory {
  const states: Memory['states'] = Object.fromEntries(targets.map((target) => [target, {}]))
  const log: string[] = []
  const read = (target: string, resources: readonly Resource[]): HostObserved => ({
    states: Object.fromEntries(resources.map(({ id }) => [id, states[target]?.[id] ?? {}])),
  })
  const mem: Memory = {
    ...{ states, log, on: () => 'ok', onProbe: () => {}, drivers: {} },
    observe: (desired) =>
      Object.fromEntries(Object.entries(desired).map(([target, list]) => [target, read(target, list)])),
  }
  const write = (target: string, resource: Resource) => {
    const done = resource.type === 'action' ? { done: 'yes' } : { value: (resource as unknown as Cell).value }
    ;(states[target] as Record<string, State>)[resource.id] = done
  }
  /** Tries one step; false when it failed. */
  const attempt = async (
    target: string,
    ref: Ref,
    resource: Resource,
    onStep: (report: StepReport) => void,
  ): Promise<boolean> => {
    log.push(`start ${ref}`)
    onStep({ ref, status: 'start', ms: 0, output: '' })
    const outcome = await mem.on(ref)
    if (outcome === 'lose before') throw lost(target)
    if (outcome === 'fail') {
      onStep({ ref, status: 'failed', ms: 1, output: `output of ${ref}` })
      return false
    }
    write(target, resource)
    if (outcome === 'lose after') throw lost(target)
    log.push(`ok ${ref}`)
    onStep({ ref, status: 'ok', ms: 1, output: '' })
    return true
  }
  const driver = (target: string): TargetDriver => ({
    target,
    async probe(resources) {
      log.push(`probe ${target}`)
      mem.onProbe(target)
      return read(target, resources)
    },
    contents: async () => ({}),
    async apply(batch, onStep, signal) {
      for (const { ref, resource } of batch) {
        if (signal?.aborted || !(await attempt(target, ref, resource, onStep))) return
      }
    },
  })
  for (const target of targets) mem.drivers[target] = driver(target)
  return mem
}
