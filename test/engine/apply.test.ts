import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyPlan,
  listJournals,
  makePlan,
  openJournal,
  readJournal,
} from '../../provisioners/engine/index.ts'
import type { Action, Desired, Fact, Resource } from '../../provisioners/engine/types.ts'
import type { RunEvent } from '../../provisioners/events.ts'
import { cell, type Memory, memory, memoryRegistry } from './support/memory.ts'

const registry = memoryRegistry
const go = (mem: Memory, desired: Desired, more: Partial<Parameters<typeof applyPlan>[0]> = {}) => {
  const observed = mem.observe(desired)
  const plan = makePlan({ cluster: 'c', desired, observed, registry })
  return applyPlan({ plan, desired, observed, drivers: mem.drivers, registry, ...more })
}
const planOf = (mem: Memory, desired: Desired) =>
  makePlan({ cluster: 'c', desired, observed: mem.observe(desired), registry })

describe('the scheduler', () => {
  it('has no barrier: a slow host delays only the steps that depend on it', async () => {
    const mem = memory(['slow', 'fast', 'third'])
    let finish = () => {}
    const slow = new Promise<void>((resolve) => {
      finish = resolve
    })
    mem.on = (ref) => {
      if (ref === 'fast!x:3') finish()
      return ref === 'slow!x:1' ? slow : 'ok'
    }
    const desired = {
      slow: [cell('x:1')],
      fast: [cell('x:1'), cell('x:2', 'new', ['x:1']), cell('x:3', 'new', ['third!x:1'])],
      third: [cell('x:1', 'new', ['fast!x:2']), cell('x:2', 'new', ['slow!x:1'])],
    }
    const { outcomes } = await go(mem, desired)
    expect(Object.values(outcomes)).toEqual(Array(6).fill('ok'))
    const at = (entry: string) => mem.log.indexOf(entry)
    expect(at('start fast!x:3')).toBeLessThan(at('ok slow!x:1'))
    expect(at('start third!x:2')).toBeGreaterThan(at('ok slow!x:1'))
  })

  it('lets another host’s step start in the middle of a batch', async () => {
    const mem = memory(['a', 'b'])
    let released = () => {}
    const waiting = new Promise<void>((resolve) => {
      released = resolve
    })
    // a!x:2 ends only after b!x:1 has begun, which waits for a!x:1 of the same batch.
    mem.on = (ref) => {
      if (ref === 'b!x:1') released()
      return ref === 'a!x:2' ? waiting : 'ok'
    }
    const { outcomes } = await go(mem, { a: [cell('x:1'), cell('x:2')], b: [cell('x:1', 'new', ['a!x:1'])] })
    expect(outcomes).toEqual({ 'a!x:1': 'ok', 'a!x:2': 'ok', 'b!x:1': 'ok' })
  })

  it('skips the steps that depend on a failure, on every host, and runs the others', async () => {
    const mem = memory(['a', 'b'])
    mem.on = (ref) => (ref === 'a!x:1' ? 'fail' : 'ok')
    const desired = {
      a: [cell('x:1'), cell('x:2', 'new', ['x:1']), cell('x:3')],
      b: [cell('x:1', 'new', ['a!x:2']), cell('x:2')],
    }
    const symptoms = [{ name: 'a-test', pattern: /output of/g, cause: 'a test', next: 'go on' }]
    const { outcomes, failures } = await go(mem, desired, { symptoms })
    expect(outcomes).toEqual({
      ...{ 'a!x:1': 'failed', 'a!x:2': 'skipped', 'a!x:3': 'ok', 'b!x:1': 'skipped', 'b!x:2': 'ok' },
    })
    expect(failures).toEqual([
      {
        ref: 'a!x:1',
        host: 'a',
        title: 'cell x:1',
        output: 'output of a!x:1',
        symptom: 'a-test',
        cause: 'a test',
        next: 'go on',
      },
    ])
  })

  it('a failure with an unknown cause has a next command too', async () => {
    const mem = memory(['a'])
    mem.on = () => 'fail'
    const { failures } = await go(mem, { a: [cell('x:1')] })
    expect(failures).toMatchObject([{ ref: 'a!x:1', next: 'howdah plan' }])
  })

  it('a target without a driver fails, and the others go on', async () => {
    const mem = memory(['a', 'b'])
    const desired = { a: [cell('x:1'), cell('x:2')], b: [cell('x:1')] }
    const { b } = mem.drivers
    const { outcomes } = await go(mem, desired, { drivers: b ? { b } : {} })
    expect(outcomes).toEqual({ 'a!x:1': 'failed', 'a!x:2': 'skipped', 'b!x:1': 'ok' })
  })
})

describe('a lost link', () => {
  const twoSteps = { a: [cell('x:1'), cell('x:2', 'new', ['x:1'])], b: [cell('x:1', 'new', ['a!x:2'])] }
  const once = (mem: Memory, ref: string, outcome: 'lose before' | 'lose after') => {
    let left = 1
    mem.on = (asked) => (asked === ref && left-- > 0 ? outcome : 'ok')
  }

  it('after the step: observes again, and does not do it twice', async () => {
    const mem = memory(['a', 'b'])
    once(mem, 'a!x:1', 'lose after')
    const { outcomes } = await go(mem, twoSteps)
    expect(outcomes).toEqual({ 'a!x:1': 'ok', 'a!x:2': 'ok', 'b!x:1': 'ok' })
    expect(mem.log.filter((entry) => entry === 'start a!x:1')).toHaveLength(1)
    expect(mem.log).toContain('probe a')
  })

  it('before the step: observes again, and tries once more', async () => {
    const mem = memory(['a', 'b'])
    once(mem, 'a!x:1', 'lose before')
    const { outcomes } = await go(mem, twoSteps)
    expect(outcomes).toEqual({ 'a!x:1': 'ok', 'a!x:2': 'ok', 'b!x:1': 'ok' })
    expect(mem.log.filter((entry) => entry === 'start a!x:1')).toHaveLength(2)
  })

  it('twice: the outcome is unknown, and dependent steps are skipped', async () => {
    const mem = memory(['a', 'b'])
    mem.on = (ref) => (ref === 'a!x:1' ? 'lose before' : 'ok')
    const { outcomes, failures } = await go(mem, twoSteps)
    expect(outcomes).toEqual({ 'a!x:1': 'unknown', 'a!x:2': 'skipped', 'b!x:1': 'skipped' })
    expect(failures[0]?.output).toContain('its outcome is unknown: a: the link was lost')
  })

  it('for good: not even an observation is possible', async () => {
    const mem = memory(['a', 'b'])
    mem.on = (ref) => (ref === 'a!x:1' ? 'lose after' : 'ok')
    mem.onProbe = () => {
      throw new Error('gone')
    }
    const { outcomes } = await go(mem, { ...twoSteps, b: [cell('x:1')] })
    expect(outcomes).toEqual({ 'a!x:1': 'unknown', 'a!x:2': 'skipped', 'b!x:1': 'ok' })
  })
})

describe('the gate of an action', () => {
  const fact: Fact = { type: 'fact', id: 'fact:f', component: 'x', title: 'f', script: '' }
  const format: Action = {
    ...{
      type: 'action',
      id: 'action:f',
      component: 'x',
      title: 'format',
      probe: '',
      run: '',
      timeoutSeconds: 9,
    },
    requires: [
      { ref: 'b!fact:f', key: 'holds', oneOf: ['nothing'], message: 'b holds {value}', next: 'look' },
    ],
  }
  const desired: Desired = {
    a: [cell('x:1'), format, cell('x:2', 'new', ['action:f']), cell('x:3')],
    b: [fact],
  }
  const ready = (done = 'no') => {
    const mem = memory(['a', 'b'])
    Object.assign(mem.states, { a: { 'action:f': { done } }, b: { 'fact:f': { holds: 'nothing' } } })
    return mem
  }

  it('reads the conditions again, on their own host, right before it runs', async () => {
    const mem = ready()
    const { outcomes } = await go(mem, desired)
    expect(Object.values(outcomes)).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(mem.log.indexOf('probe b')).toBeLessThan(mem.log.indexOf('start a!action:f'))
    expect(mem.log.indexOf('probe b')).toBeGreaterThan(mem.log.indexOf('ok a!x:1'))
  })

  it('stops an action whose condition has broken since the plan', async () => {
    const mem = ready()
    mem.onProbe = () => {
      mem.states.b = { 'fact:f': { holds: 'CID-7' } }
    }
    const { outcomes, failures } = await go(mem, desired)
    expect(outcomes).toMatchObject({
      'a!action:f': 'failed',
      'a!x:2': 'skipped',
      'a!x:1': 'ok',
      'a!x:3': 'ok',
    })
    expect(failures[0]).toMatchObject({ output: 'b holds CID-7\nfound on b: holds=CID-7', next: 'look' })
    expect(mem.log).not.toContain('start a!action:f')
  })

  it('stops an action whose condition cannot be read', async () => {
    const mem = ready()
    mem.onProbe = (target) => {
      if (target === 'b') throw new Error('b is missing')
    }
    const { outcomes, failures } = await go(mem, desired)
    expect(outcomes['a!action:f']).toBe('failed')
    expect(failures[0]?.output).toContain('its conditions could not be read')
  })
})

describe('an interruption', () => {
  it('lets the running step finish, starts no other, and records that in the journal', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'howdah-journal-'))
    const mem = memory(['a', 'b'])
    const stop = new AbortController()
    mem.on = (ref) => {
      if (ref === 'a!x:1') stop.abort()
      return 'ok'
    }
    const journal = openJournal(join(dir, 'j'), { cluster: 'c', verb: 'bootstrap' })
    const desired = { a: [cell('x:1'), cell('x:2')], b: [cell('x:1', 'new', ['a!x:1'])] }
    const { outcomes } = await go(mem, desired, { signal: stop.signal, journal })
    journal.close()
    expect(outcomes).toEqual({ 'a!x:1': 'ok', 'a!x:2': 'skipped', 'b!x:1': 'skipped' })
    const [file = ''] = listJournals(join(dir, 'j'))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const entries = readJournal(file)
    expect(entries.map(({ type }) => type)).toEqual(['start', 'step', 'step', 'step', 'end'])
    expect(entries.at(-1)).toMatchObject({ outcome: 'interrupted' })
    rmSync(dir, { recursive: true })
  })
})

describe('steps that are not run', () => {
  it('all of them, while the plan has refusals or does not fit', async () => {
    const mem = memory(['a'])
    const desired = { a: [cell('x:1')] }
    const observed = mem.observe(desired)
    const plan = makePlan({ cluster: 'c', desired, observed, registry })
    const refused = { ...plan, refusals: [{ ref: 'a!x:1' as const, message: 'no', found: 'x' }] }
    const options = { desired, observed, drivers: mem.drivers, registry }
    await expect(applyPlan({ ...options, plan: refused })).rejects.toMatchObject({ code: 'PLAN_REFUSED' })
    mem.states.a = { 'x:1': { value: 'new' } }
    await expect(applyPlan({ ...options, plan, observed: mem.observe(desired) })).rejects.toMatchObject({
      code: 'PLAN_STALE',
    })
    expect(mem.log).toEqual([])
  })

  it('steps that the plan does not show', async () => {
    const mem = memory(['a'])
    const desired = { a: [cell('x:1'), cell('x:2')] }
    const observed = mem.observe(desired)
    const plan = makePlan({ cluster: 'c', desired, observed, registry })
    await applyPlan({
      plan: { ...plan, steps: plan.steps.slice(0, 1) },
      desired,
      observed,
      drivers: mem.drivers,
      registry,
    })
    expect(mem.log).toEqual(['start a!x:1', 'ok a!x:1'])
  })

  it('every step is reported from its start to its end', async () => {
    const mem = memory(['a'])
    const events: RunEvent[] = []
    await go(mem, { a: [cell('x:1')] }, { report: (event) => events.push(event) })
    expect(events.map((event) => event.type === 'step' && event.status)).toEqual(['start', 'ok'])
  })
})

// Random clusters: each cell may come after any earlier one, on whatever host.
const clusters = fc
  .array(fc.record({ host: fc.constantFrom('a', 'b', 'c'), after: fc.array(fc.nat(30), { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((specs) => {
    const desired: Record<string, Resource[]> = { a: [], b: [], c: [] }
    specs.forEach(({ host, after }, i) => {
      const refs = i === 0 ? [] : after.map((n) => `${specs[n % i]?.host}!x:${n % i}`)
      desired[host]?.push(cell(`x:${i}`, 'new', refs))
    })
    return desired
  })

describe('for any cluster', () => {
  it('a second run changes nothing, and no step runs before the steps that it waits for', async () => {
    await fc.assert(
      fc.asyncProperty(clusters, async (desired) => {
        const mem = memory(['a', 'b', 'c'])
        const { steps } = planOf(mem, desired)
        await go(mem, desired)
        expect(planOf(mem, desired).steps).toEqual([])
        for (const { ref, after } of steps) {
          for (const first of after) {
            expect(mem.log.indexOf(`ok ${first}`)).toBeLessThan(mem.log.indexOf(`start ${ref}`))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('a run that is killed at any step and started again has the same result as an uninterrupted one', async () => {
    const outcomes = fc.constantFrom('fail', 'lose before', 'lose after') as fc.Arbitrary<'fail'>
    await fc.assert(
      fc.asyncProperty(clusters, fc.nat(25), outcomes, async (desired, at, outcome) => {
        const [broken, whole] = [memory(['a', 'b', 'c']), memory(['a', 'b', 'c'])]
        let n = 0
        broken.on = () => (n++ >= at ? outcome : 'ok')
        await go(broken, desired)
        broken.on = () => 'ok'
        await go(broken, desired)
        await go(whole, desired)
        expect(broken.states).toEqual(whole.states)
      }),
      { numRuns: 60 },
    )
  })
})
