import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makePlan } from '../../provisioners/engine/index.ts'
import type { Action, Desired, Fact, Observed, Resource } from '../../provisioners/engine/types.ts'
import { closureOf, restrictPlan } from '../../provisioners/runtime/part-closure.ts'
import { memoryRegistry } from '../engine/support/memory.ts'

const cell = (component: string, id: string, after: readonly string[] = []): Resource =>
  ({ type: 'x-cell', id, component, value: 'new', after }) as unknown as Resource
const fact = (component: string, id: string, more: Partial<Fact> = {}): Fact => ({
  ...{ type: 'fact', id, component, title: id, script: 'true' },
  ...more,
})
const action = (
  component: string,
  id: string,
  requires: Action['requires'],
  after: string[] = [],
): Action => ({
  ...{ type: 'action', id, component, title: id, probe: '', run: '', timeoutSeconds: 1, after },
  ...(requires && { requires }),
})

/** A store on each host, a daemon on `m` that formats it, and a client on `w`. */
const CLUSTER: Desired = {
  m: [
    cell('base', 'cell:hosts'),
    fact('store', 'fact:data', { must: [{ key: 'ok', oneOf: ['yes'], message: 'the data is not ours' }] }),
    action(
      'store',
      'action:format',
      [{ ref: 'w!fact:blocks', key: 'blocks', oneOf: ['none'], message: 'blocks are there' }],
      ['cell:hosts'],
    ),
    cell('store', 'cell:daemon', ['action:format']),
    cell('other', 'cell:other'),
    fact('other', 'fact:other'),
  ],
  w: [
    fact('store', 'fact:blocks', {
      agrees: [{ key: 'id', ref: 'm!fact:data', refKey: 'id', message: 'another store' }],
    }),
    cell('client', 'cell:client', ['m!cell:daemon']),
    cell('client', 'cell:end', ['cell:client']),
  ],
}
const only =
  (...components: string[]) =>
  (_target: string, component: string) =>
    components.includes(component)
const on =
  (...hosts: string[]) =>
  (target: string) =>
    hosts.includes(target)
const wider = () => 'howdah bootstrap'

const DONE = { value: 'new', done: 'yes', ok: 'yes', blocks: 'none' }
/** Everything is as desired, except for `states`. */
const observed = (states: Readonly<Record<string, Record<string, string>>> = {}): Observed =>
  Object.fromEntries(
    Object.entries(CLUSTER).map(([target, list]) => [
      target,
      { states: Object.fromEntries(list.map(({ id }) => [id, states[`${target}!${id}`] ?? DONE])) },
    ]),
  )
const planned = (states: Parameters<typeof observed>[0], includes: Parameters<typeof closureOf>[1]) => {
  const input = { cluster: 'c', desired: CLUSTER, observed: observed(states), registry: memoryRegistry }
  return restrictPlan(makePlan(input), CLUSTER, includes, wider)
}

describe('the dependencies of a part', () => {
  it('are all that comes before it on any host, with the guards there, and nothing else', () => {
    expect([...closureOf(CLUSTER, only('client'))].sort()).toEqual([
      ...['m!action:format', 'm!cell:daemon', 'm!cell:hosts', 'm!fact:data'],
      ...['w!cell:client', 'w!cell:end'],
    ])
  })

  it('include what an action that may run requires, and what a fact must agree with', () => {
    expect(closureOf(CLUSTER, only('store'))).toContain('w!fact:blocks')
    expect(closureOf(CLUSTER, on('w'))).toContain('m!fact:data')
    expect(closureOf(CLUSTER, only('other'))).toEqual(new Set(['m!cell:other', 'm!fact:other']))
  })
})

describe('the plan of a part', () => {
  it('has the steps of the part alone, and counts only its resources', () => {
    const plan = planned({ 'w!cell:end': {}, 'm!cell:other': {} }, only('client'))
    expect(plan.steps.map(({ ref }) => ref)).toEqual(['w!cell:end'])
    expect(plan).toMatchObject({ refusals: [], unchanged: 1 })
  })

  it('is refused when a dependency is not ready, even an indirect one', () => {
    const plan = planned({ 'm!cell:hosts': { value: 'old' }, 'w!cell:end': {} }, only('client'))
    expect(plan.refusals).toEqual([
      {
        ref: 'm!cell:hosts',
        message: 'base on m differs from cluster.yml, and cell cell:end on w depends on it',
        found: 'update cell cell:hosts (old → new)',
        next: 'howdah bootstrap',
      },
    ])
    expect(plan.steps[0]?.after).toEqual([])
  })

  it('is refused when the state of a dependency is unknown', () => {
    const plan = planned({ 'm!cell:daemon': { unknown: 'no answer' }, 'w!cell:client': {} }, on('w'))
    expect(plan.refusals).toMatchObject([
      { ref: 'm!cell:daemon', found: expect.stringContaining('no answer') },
    ])
  })

  it('is not refused for resources that none of its steps waits for', () => {
    expect(planned({ 'm!cell:hosts': {} }, only('client'))).toMatchObject({ steps: [], refusals: [] })
    expect(planned({ 'm!cell:other': {}, 'w!cell:end': {} }, on('w')).refusals).toEqual([])
  })

  it('has one refusal for a component on a host, with its first changes', () => {
    const states = { 'm!action:format': { done: 'no' }, 'm!cell:daemon': {}, 'w!cell:client': {} }
    const { refusals } = planned(states, only('client'))
    expect(refusals).toMatchObject([
      {
        ref: 'm!action:format',
        found: 'run action:format (not done), update cell cell:daemon (undefined → new)',
      },
    ])
  })

  it('keeps the guards of its dependencies', () => {
    const foreign = { ...DONE, ok: 'no' }
    expect(planned({ 'm!fact:data': foreign }, only('client')).refusals).toMatchObject([
      { ref: 'm!fact:data', message: 'the data is not ours' },
    ])
    const blocks = { 'm!action:format': { done: 'no' }, 'w!fact:blocks': { blocks: 'some' } }
    expect(planned(blocks, on('m')).refusals).toMatchObject([{ message: 'blocks are there' }])
    const apart = { 'w!fact:blocks': { ...DONE, id: 'a' }, 'm!fact:data': { ...DONE, id: 'b' } }
    expect(planned(apart, on('w')).refusals).toMatchObject([{ message: 'another store' }])
  })

  it('of everything is the whole plan', () => {
    const input = {
      cluster: 'c',
      desired: CLUSTER,
      observed: observed({ 'm!cell:hosts': {} }),
      registry: memoryRegistry,
    }
    expect(planned({ 'm!cell:hosts': {} }, () => true)).toEqual(makePlan(input))
  })
})

/** A graph on two hosts: each resource waits for some of those before it. */
const graphs = fc
  .array(
    fc.record({
      host: fc.constantFrom('a', 'b', 'c'),
      component: fc.constantFrom('x', 'y', 'z'),
      after: fc.array(fc.nat(30), { maxLength: 3 }),
      done: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((nodes) => {
    const desired: Record<string, Resource[]> = {}
    const states: Record<string, { states: Record<string, Record<string, string>> }> = {}
    for (const [i, { host, component, after, done }] of nodes.entries()) {
      const before = after.filter((at) => at < i).map((at) => `${nodes[at]?.host}!cell:${at}`)
      desired[host] = [...(desired[host] ?? []), cell(component, `cell:${i}`, before)]
      states[host] ??= { states: {} }
      ;(states[host] as (typeof states)[string]).states[`cell:${i}`] = done ? { value: 'new' } : {}
    }
    return { desired: desired as Desired, observed: states as Observed }
  })

it('a part that is not refused has exactly the steps of the whole plan, and none that waits for another part', () => {
  fc.assert(
    fc.property(
      graphs,
      fc.constantFrom('x', 'y', 'z'),
      fc.constantFrom('a', 'b', 'c', '*'),
      (graph, name, host) => {
        const includes = (target: string, component: string) =>
          component === name && (host === '*' || target === host)
        const whole = makePlan({ cluster: 'c', ...graph, registry: memoryRegistry })
        const closure = closureOf(graph.desired, includes)
        const seen = Object.fromEntries(
          Object.entries(graph.desired).map(([target, list]) => [
            target,
            list.filter(({ id }) => closure.has(`${target}!${id}`)),
          ]),
        )
        const part = restrictPlan(
          makePlan({ cluster: 'c', desired: seen, observed: graph.observed, registry: memoryRegistry }),
          seen,
          includes,
          wider,
        )
        const own = whole.steps.filter((step) => includes(step.host, step.component))
        expect(part.steps.map(({ ref }) => ref).sort()).toEqual(own.map(({ ref }) => ref).sort())
        const refs = new Set(own.map(({ ref }) => ref))
        const free = own.every(({ after }) => after.every((ref) => refs.has(ref)))
        expect(part.refusals.length === 0).toBe(free)
      },
    ),
    { numRuns: 300 },
  )
})
