import { describe, expect, it } from 'vitest'
import {
  coreTypes,
  createRegistry,
  makePlan,
  needsContents,
  showScripts,
} from '../../provisioners/engine/index.ts'
import type { Action, Fact, File, Observed, Resource, State } from '../../provisioners/engine/types.ts'
import { cell, memoryRegistry } from './support/memory.ts'

const registry = createRegistry(coreTypes)
const plan = (desired: Record<string, Resource[]>, states: Record<string, Record<string, State>> = {}) =>
  makePlan({ cluster: 'c', desired, observed: observed(states), registry: memoryRegistry })
const observed = (states: Record<string, Record<string, State>>): Observed =>
  Object.fromEntries(Object.entries(states).map(([host, found]) => [host, { states: found }]))
const isNew = { value: 'new' }

describe('the order of a plan', () => {
  it('is by host, then as declared, except for resources that must come earlier', () => {
    const desired = { a: [cell('x:1', 'new', ['b!x:9', 'x:2']), cell('x:2')], b: [cell('x:8'), cell('x:9')] }
    const steps = plan(desired, { a: { 'x:1': {}, 'x:2': {} }, b: { 'x:8': {}, 'x:9': {} } }).steps
    expect(steps.map(({ ref }) => ref)).toEqual(['b!x:9', 'a!x:2', 'a!x:1', 'b!x:8'])
    expect(steps.at(2)?.after).toEqual(['b!x:9', 'a!x:2'])
  })

  it('is kept across resources that need no step', () => {
    const desired = { a: [cell('x:1'), cell('x:2', 'new', ['x:1']), cell('x:3', 'new', ['x:2'])] }
    const found = plan(desired, { a: { 'x:1': {}, 'x:2': isNew, 'x:3': {} } })
    expect(found.steps.map(({ ref, after }) => [ref, after])).toEqual([
      ['a!x:1', []],
      ['a!x:3', ['a!x:1']],
    ])
    expect(found.unchanged).toBe(1)
  })

  it('names the resources that wait for each other', () => {
    const desired = {
      a: [cell('x:1', '', ['x:2']), cell('x:2', '', ['b!x:3'])],
      b: [cell('x:3', '', ['a!x:1'])],
    }
    expect(() => plan(desired)).toThrow('these wait for each other: a!x:1 → a!x:2 → b!x:3 → a!x:1')
    expect(() => plan({ a: [cell('x:1', '', ['x:1'])] })).toThrow('a!x:1 → a!x:1')
  })

  it('names undeclared resources, and those that are declared twice', () => {
    expect(() => plan({ a: [cell('x:1', '', ['unit:no'])] })).toThrow('a!x:1 comes after a!unit:no')
    expect(() => plan({ a: [cell('x:1'), cell('x:1')] })).toThrow('a!x:1 is declared twice')
  })

  it('has no limit on the length of a chain', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      cell(`x:${i}`, 'new', i < 19_999 ? [`x:${i + 1}`] : []),
    )
    const states = Object.fromEntries(chain.map(({ id }) => [id, {}]))
    expect(plan({ a: chain }, { a: states }).steps[0]?.ref).toBe('a!x:19999')
  })
})

describe('the steps of a plan', () => {
  it('are none when nothing differs', () => {
    expect(plan({ a: [cell('x:1')] }, { a: { 'x:1': isNew } })).toEqual({
      ...{ formatVersion: '1.0', cluster: 'c', steps: [], refusals: [], warnings: [], unchanged: 1 },
    })
  })

  it('reads again later what could not be read, or was not read', () => {
    const steps = plan({ a: [cell('x:1'), cell('x:2')] }, { a: { 'x:1': { unknown: 'not up yet' } } }).steps
    expect(steps.map(({ action, reason }) => [action, reason])).toEqual([
      ['ensure', 'not known yet: not up yet'],
      ['ensure', 'not known yet: it was not read'],
    ])
  })
})

describe('refusals', () => {
  const fact: Fact = {
    ...{ type: 'fact', id: 'fact:dfs', component: 'hdfs', title: 'data', script: '' },
    must: [{ key: 'readable', oneOf: ['yes'], message: 'the directory is {value}' }],
  }
  const format: Action = {
    ...{
      type: 'action',
      id: 'action:format',
      component: 'hdfs',
      title: 'format',
      probe: '',
      run: '',
      timeoutSeconds: 9,
    },
    requires: [
      { ref: 'w1!fact:dfs', key: 'holds', oneOf: ['nothing'], message: 'w1 holds {value}', next: 'look' },
    ],
  }
  const given = (done: string, dfs: State) =>
    plan({ m1: [format], w1: [fact] }, { m1: { 'action:format': { done } }, w1: { 'fact:dfs': dfs } })

  it('come from a fact that must hold', () => {
    const refusals = given('yes', { readable: 'locked', holds: 'nothing' }).refusals
    expect(refusals).toEqual([
      { ref: 'w1!fact:dfs', message: 'the directory is locked', found: 'readable=locked' },
    ])
  })

  it('come from an action’s conditions, on another host, only when it will run', () => {
    const dirty = { readable: 'yes', holds: 'CID-7' }
    expect(given('yes', dirty).refusals).toEqual([])
    for (const done of ['no', 'unknown']) {
      expect(given(done, dirty).refusals).toEqual([
        {
          ref: 'm1!action:format',
          message: 'w1 holds CID-7',
          found: 'w1!fact:dfs: holds=CID-7',
          next: 'look',
        },
      ])
    }
    expect(given('no', { readable: 'yes', holds: 'nothing' }).refusals).toEqual([])
  })

  it('come from a state that could not be read: unknown does not count as a yes', () => {
    const refusals = given('no', { unknown: 'permission denied' }).refusals
    expect(refusals.map(({ found }) => found)).toEqual([
      'w1!fact:dfs: holds=unknown (permission denied)',
      'readable=unknown (permission denied)',
    ])
  })
})

describe('contents and scripts', () => {
  const file = (name: string, more: Partial<File> = {}): File => ({
    ...{ type: 'file', id: `file:${name}`, component: 'x', path: name, content: 'new\n' },
    ...{ owner: 'root', group: 'root', mode: '0644', ...more },
  })
  const there = { kind: 'file', owner: 'root', group: 'root', mode: '0644', sha256: 'old' }
  const desired = {
    a: [file('/a'), file('/secret', { sensitive: true, content: 'hunter2\n' }), file('/new')],
  }
  const states = observed({ a: { 'file:/a': there, 'file:/secret': there, 'file:/new': {} } })

  it('reads only the contents that a diff needs, and never a secret', () => {
    expect(needsContents(desired, states, registry).a?.map(({ id }) => id)).toEqual(['file:/a'])
  })

  it('makes diffs of contents that were read, and of new files', () => {
    const contents = { a: { 'file:/a': 'old\n', 'file:/secret': 'leak\n' } }
    const steps = makePlan({ cluster: 'c', desired, observed: states, contents, registry }).steps
    expect(steps.map(({ diff }) => diff?.split('\n').slice(0, 5))).toEqual([
      ['--- /a\tnow', '+++ /a\tplanned', '@@ -1,1 +1,1 @@', '-old', '+new'],
      undefined,
      ['--- /new\tnow', '+++ /new\tplanned', '@@ -0,0 +1,1 @@', '+new', ''],
    ])
  })

  it('shows the scripts without the secret', () => {
    const made = makePlan({ cluster: 'c', desired, observed: states, registry })
    const script = showScripts(made, desired, states, registry).a ?? ''
    expect(script).toContain('[secret]')
    expect(script).toContain('new\n')
    expect(script).not.toContain('hunter2')
  })
})

describe('facts that must agree', () => {
  const fact = (id: string, more: Partial<Fact> = {}): Fact => ({
    type: 'fact',
    id: `fact:${id}`,
    component: 'test',
    title: id,
    script: ':',
    ...more,
  })
  const agrees = [
    { key: 'id', ref: 'm!fact:name', refKey: 'id', message: 'here {value}, there {other}', next: 'look' },
  ] as const
  const refusals = (here: State, there: State) =>
    makePlan({
      cluster: 'c',
      desired: { m: [fact('name')], w: [fact('data', { agrees })] },
      observed: observed({ m: { 'fact:name': there }, w: { 'fact:data': here } }),
      registry,
    }).refusals

  it('refuse the plan when they differ', () => {
    expect(refusals({ id: '43' }, { id: '42' })).toEqual([
      { ref: 'w!fact:data', message: 'here 43, there 42', found: 'id=43', next: 'look' },
    ])
  })

  it('accept it when they agree, or when one has no value', () => {
    for (const [here, there] of [
      ['42', '42'],
      ['', '42'],
      ['42', ''],
    ])
      expect(refusals({ id: here ?? '' }, { id: there ?? '' })).toEqual([])
  })
})
