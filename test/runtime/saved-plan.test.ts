import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../provisioners/config/types.ts'
import { makePlan } from '../../provisioners/engine/index.ts'
import type { Desired, Observed, Resource, State } from '../../provisioners/engine/types.ts'
import { HowdahError, HowdahErrors } from '../../provisioners/errors.ts'
import type { PlannedRun } from '../../provisioners/runtime/observe.ts'
import { checkSaved, readPlan, savePlan } from '../../provisioners/runtime/saved-plan.ts'
import { cell, memoryRegistry } from '../engine/support/memory.ts'

const KEY = 'k'.repeat(32)

/** A planned run of these resources on these states of the targets. */
function run(desired: Desired, states: Record<string, Record<string, State>>, name = 'demo'): PlannedRun {
  const observed: Observed = Object.fromEntries(
    Object.keys(desired).map((target) => [target, { states: states[target] ?? {} }]),
  )
  const plan = makePlan({ cluster: name, desired, observed, registry: memoryRegistry })
  return { cluster: { name } as Cluster, plan, desired, observed } as unknown as PlannedRun
}

const scratch = (): string => mkdtempSync(join(tmpdir(), 'howdah-saved-plan-'))
const desired: Desired = { m1: [cell('x:1'), cell('x:2', 'new', ['x:1'])], w1: [cell('x:1')] }
const states = { m1: { 'x:1': { value: 'old' }, 'x:2': {} }, w1: { 'x:1': { value: 'old' } } }

function saved(found: PlannedRun, part = {}): string {
  const path = join(scratch(), 'today.plan')
  savePlan(path, found, KEY, part)
  return path
}

/** The errors with which a saved plan is refused; none when it holds. */
function refusedWith(path: string, found: PlannedRun): HowdahError[] {
  try {
    checkSaved(readPlan(path), path, found, KEY)
    return []
  } catch (error) {
    if (error instanceof HowdahErrors) return [...error.all]
    if (error instanceof HowdahError) return [error]
    throw error
  }
}

describe('a saved plan', () => {
  it('is a file of mode 0600 with the whole plan, and nothing is left beside it', () => {
    const found = run(desired, states)
    const path = saved(found, { hosts: ['w1'], adopt: ['w1'] })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(path, '..'))).toEqual(['today.plan'])
    const read = readPlan(path)
    expect(read.plan).toEqual(found.plan)
    expect([read.hosts, read.adopt]).toEqual([['w1'], ['w1']])
  })

  it('holds while neither the hosts nor cluster.yml changed', () => {
    expect(refusedWith(saved(run(desired, states)), run(desired, states))).toEqual([])
  })

  it('is refused when what a step was planned from is not the same any more, and says what it was and is', () => {
    const now = { ...states, w1: { 'x:1': { value: 'edited by hand' } } }
    const [error, ...more] = refusedWith(saved(run(desired, states)), run(desired, now))
    expect(more).toEqual([])
    expect(error?.details).toMatchObject({
      code: 'PLAN_MOVED',
      exit: 'preflight',
      where: 'w1:x:1',
      found: 'value=edited by hand',
      expected: 'value=old',
    })
    expect(error?.details.next).toMatch(/^howdah plan --out .*today\.plan$/)
  })

  it('is refused when a step is new, is missing, or must become something else', () => {
    const path = saved(run(desired, states))
    const done = { ...states, w1: { 'x:1': { value: 'new' } } }
    expect(refusedWith(path, run(desired, done))[0]?.message).toMatch(/x:1 was a step in the saved plan/)
    const more = { ...desired, w1: [cell('x:1'), cell('x:9')] }
    expect(refusedWith(path, run(more, states))[0]?.message).toMatch(/x:9 is a step now/)
    const other = { ...desired, w1: [cell('x:1', 'other')] }
    expect(refusedWith(path, run(other, states))[0]?.message).toMatch(/x:1 must become something else/)
  })

  it('is refused when the state of a guard changed', () => {
    const fact = { type: 'fact', id: 'fact:data', component: 'test', probe: ':' } as unknown as Resource
    const format = {
      ...{ type: 'action', id: 'action:format', component: 'test', probe: ':', script: ':', title: 'format' },
      requires: [
        { ref: 'm1!fact:data', key: 'found', oneOf: ['nothing', 'a VERSION'], message: 'there is data' },
      ],
    } as unknown as Resource
    const of = (found: string) => ({ m1: { 'fact:data': { found }, 'action:format': { done: 'no' } } })
    const guarded: Desired = { m1: [fact, format] }
    const path = saved(run(guarded, of('nothing')))
    expect(refusedWith(path, run(guarded, of('nothing')))).toEqual([])
    expect(refusedWith(path, run(guarded, of('a VERSION')))[0]?.code).toBe('PLAN_MOVED')
  })

  it('shows nothing of a resource that holds a secret, and cannot be searched for one without the key', () => {
    const secret = { ...cell('x:1', 'hunter2'), sensitive: true } as Resource
    const found = run({ m1: [secret] }, { m1: { 'x:1': { value: 'old-secret' } } })
    const text = readFileSync(saved(found), 'utf8')
    const { fingerprints } = JSON.parse(text) as { fingerprints: object }
    expect(JSON.stringify(fingerprints)).not.toMatch(/hunter2|old-secret/)
    const path = join(scratch(), 'other.plan')
    savePlan(path, found, 'another key', {})
    const { fingerprints: other } = JSON.parse(readFileSync(path, 'utf8')) as { fingerprints: object }
    expect(other).not.toEqual(fingerprints)
  })

  it('is refused for another cluster', () => {
    const [error] = refusedWith(saved(run(desired, states)), run(desired, states, 'other'))
    expect(error?.details).toMatchObject({ code: 'PLAN_OTHER_CLUSTER', found: 'demo', expected: 'other' })
  })

  it.each(['', 'no JSON', '{}', '[]', '{"formatVersion":"2.0"}', 'null'])('cannot be %j', (text) => {
    const path = join(scratch(), 'bad.plan')
    writeFileSync(path, text)
    expect(() => readPlan(path)).toThrow(expect.objectContaining({ code: 'PLAN_FILE_UNREADABLE' }))
  })

  it('says so when the file cannot be written', () => {
    expect(() => savePlan('/proc/no/file.plan', run(desired, states), KEY, {})).toThrow(
      expect.objectContaining({ code: 'PLAN_FILE_UNWRITABLE' }),
    )
  })

  it('holds for equal states and no others, whatever they are', () => {
    const state = fc.dictionary(fc.constantFrom('value', 'mode', 'owner'), fc.constantFrom('a', 'b'))
    fc.assert(
      fc.property(state, state, (before, after) => {
        const of = (one: State) => run({ m1: [cell('x:1')] }, { m1: { 'x:1': one } })
        const same =
          JSON.stringify(Object.entries(before).sort()) === JSON.stringify(Object.entries(after).sort())
        expect(refusedWith(saved(of(before)), of(after)).length).toBe(same ? 0 : 1)
      }),
      { numRuns: 40 },
    )
  })
})
