import fc from 'fast-check'
import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { planText } from '../../cli/render/plan.ts'
import { coreTypes, createRegistry, makePlan, showScripts } from '../../provisioners/engine/index.ts'
import type { Desired, HostObserved, Observed, State } from '../../provisioners/engine/types.ts'
import { componentTypes, desire } from '../../provisioners/services/index.ts'
import { contextOf, FIVE } from './a-context.ts'

/** `plan --show-script` and the text of a plan, for each target and each type that a cluster has. */

const registry = createRegistry([...coreTypes, ...componentTypes])
const desired: Desired = desire(contextOf(FIVE))
const targets = Object.keys(desired)

const observedWith = (stateOf: (target: string, id: string) => State): Observed =>
  Object.fromEntries(
    Object.entries(desired).map(([target, list]): [string, HostObserved] => [
      target,
      { states: Object.fromEntries(list.map(({ id }) => [id, stateOf(target, id)])) },
    ]),
  )

/** Plans, and shows what would run; returns the scripts. */
function shown(observed: Observed): Record<string, string> {
  const plan = makePlan({ cluster: 'c', desired, observed, registry })
  expect(planText(plan, pc.createColors(false), true)).toContain('unchanged.')
  return showScripts(plan, desired, observed, registry)
}

const nothing: State = {}
const unknown: State = { unknown: 'connect ECONNREFUSED 127.0.0.1:3306' }

describe('plan --show-script', () => {
  it('shows a host as a script, and a database server that is not there yet as statements', () => {
    const scripts = shown(observedWith((target) => (target.startsWith('sql:') ? unknown : nothing)))
    expect(Object.keys(scripts).sort()).toEqual([...targets].sort())
    const servers = targets.filter((target) => target.startsWith('sql:'))
    expect(servers.length).toBeGreaterThan(0)
    for (const server of servers) {
      expect(scripts[server]).toMatch(/CREATE (DATABASE|USER)/)
      expect(scripts[server]).not.toContain('set -u')
    }
    expect(scripts[targets[0] as string]).toContain('set -u')
  })

  it('shows every mixture of resources that are missing and that could not be read', () => {
    fc.assert(
      fc.property(fc.func(fc.boolean()), (isKnown) => {
        shown(observedWith((target, id) => (isKnown(target, id) ? nothing : unknown)))
      }),
      { numRuns: 10 },
    )
  })
})
