import { describe, expect, it } from 'vitest'
import { parseRecord, recordLine } from '../../provisioners/engine/index.ts'
import type { Desired, Recorded, Resource, TargetDriver } from '../../provisioners/engine/types.ts'
import { type Comparison, compare } from '../../provisioners/runtime/observe.ts'
import { withMembers } from '../../provisioners/runtime/recorded.ts'
import type { Session } from '../../provisioners/runtime/session.ts'
import { contextOf, FIVE } from '../services/a-context.ts'

const context = contextOf(FIVE)

const driver = (target: string, record: readonly Recorded[]): TargetDriver => ({
  target,
  probe: async (resources) => ({
    states: Object.fromEntries(resources.map(({ id }) => [id, {}])),
    record: parseRecord(record.map(recordLine).join('\n')),
  }),
  contents: async () => ({}),
  apply: async () => {},
})

const file = (component: string, path: string): Recorded => ({
  ...{ type: 'file', id: `file:${path}`, component, about: { path } },
})

const session = { cluster: context.cluster, failures: {}, report: () => {} } as unknown as Session

const planned = async (record: readonly Recorded[], want: Desired, components?: Comparison['components']) => {
  const drivers = { m1: driver('m1', record) }
  const comparison = { drivers, want: () => want, sized: () => context }
  const { plan, scripts } = await compare(session, context, {
    ...comparison,
    ...(components && { components }),
  })
  return { plan, steps: plan.steps.map(({ action, ref }) => `${action} ${ref}`), scripts }
}

describe('what a plan may remove', () => {
  const record = [file('hive', '/etc/hive'), file('apps', '/etc/app'), file('users', '/etc/sudoers.d/ana')]

  it('is what is recorded for its components, and nothing by default', async () => {
    expect((await planned(record, {}, ['apps'])).steps).toEqual(['remove m1!file:/etc/app'])
    expect((await planned(record, {})).steps).toEqual([])
  })

  it('is all of it for the whole cluster, except users where cluster.yml has none', async () => {
    const { steps, scripts } = await planned(record, {}, 'all')
    expect(steps).toEqual(['remove m1!file:/etc/app', 'remove m1!file:/etc/hive'])
    expect(scripts().m1).toContain('rm -f /etc/hive')
  })
})

describe('a host that is removed from cluster.yml', () => {
  const known = (name: string, address: string): Recorded => ({
    ...{ type: 'x-member', id: `member:${name}`, component: 'cluster', about: { name, address } },
  })
  const members = context.cluster.hosts.map(({ name, address }) => known(name, address))

  it('is named once, and stays on record on the host of the lock', async () => {
    const want = withMembers({ m1: [] as Resource[] }, context.cluster)
    const first = await planned([...members, known('w9', '10.0.0.19')], want, 'all')
    expect(first.plan.left).toMatchObject([
      { host: 'm1', title: 'host w9 (10.0.0.19)', known: false, reason: expect.stringContaining('hosts') },
    ])
    expect(first.steps).toEqual(['update m1!record:resources'])
    const later = await planned([...members, { ...known('w9', '10.0.0.19'), left: true }], want, 'all')
    expect([later.steps, later.plan.left?.map((one) => one.known)]).toEqual([[], [true]])
  })

  it('is not reported as removed when another host has the lock now', async () => {
    const { plan } = await planned(members, { m1: [] }, 'all')
    expect(plan.left).toEqual([])
  })
})
