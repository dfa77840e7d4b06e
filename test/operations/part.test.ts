import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '../../provisioners/events.ts'
import { planApps } from '../../provisioners/operations/apps/index.ts'
import { bootstrapCluster, planCluster } from '../../provisioners/operations/bootstrap/index.ts'
import { planLogs } from '../../provisioners/operations/logs/index.ts'
import { planSchedule } from '../../provisioners/operations/schedule/index.ts'
import { planUsers, updateUsers } from '../../provisioners/operations/users/index.ts'
import { withoutOptions } from '../../provisioners/runtime/run.ts'
import type { OperationOptions } from '../../provisioners/runtime/types.ts'
import { contextOf, FIVE } from '../services/a-context.ts'
import { emptyHost, operation, playedHosts } from './played.ts'

// Files of the unit tests share their modules: this one needs modules that see its mocks, and leaves none behind.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

/** Empty hosts, and what was asked on each. */
const seen = vi.hoisted(() => ({
  connected: [] as string[],
  probed: [] as string[],
  logins: 0,
  resolved: 0,
}))
vi.mock('../../provisioners/transport/index.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/transport/index.ts')>()),
  openTransport: (at: { host: string }) => {
    seen.connected.push(at.host)
    return playedHosts((host, { script }) => {
      const probed = emptyHost(script)
      if (probed) seen.probed.push(host)
      return probed
    })(at)
  },
}))
vi.mock('../../provisioners/artifacts/index.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/artifacts/index.ts')>()),
  resolveArtifacts: async () => {
    seen.resolved += 1
    return contextOf(FIVE)
  },
}))
vi.mock('../../provisioners/mysql/tls.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/mysql/tls.ts')>()),
  openConnection: async () => {
    seen.logins += 1
    throw new Error('no server yet')
  },
}))
beforeEach(() => Object.assign(seen, { connected: [], probed: [], logins: 0, resolved: 0 }))

const WRITTEN = FIVE.replaceAll(/memory: (\w+)/g, 'memory: $1, cores: 2')
const FULL = `${WRITTEN.replace('result-store]', 'result-store, api]')}
trackingLogs: {sources: [{host: lms}], keep: 60}
schedule: {set: edx-daily}
pipeline: {python: {version: 3}}
users: [{name: ana, type: admin, authorizedKeys: []}]
apps: {api: {serverName: api.example.org, tls: {selfSigned: true}}}
`
const asked = () => ({ connected: [...seen.connected].sort(), probed: [...seen.probed].sort() })
const yes = async () => true

describe('the four verbs of a part read and resolve no more than they need', () => {
  it.each([
    ['users', planUsers, ['lms', 'm1', 'rs', 'w1', 'w2'], ['lms', 'm1', 'rs', 'w1', 'w2'], 0],
    ['tracking-logs', planLogs, ['lms', 'm1'], ['lms', 'm1'], 0],
    ['scheduler', planSchedule, ['m1'], ['m1'], 0],
    ['apps', planApps, ['m1', 'rs'], ['rs'], 1],
  ] as readonly [
    string,
    (options: OperationOptions) => ReturnType<typeof planSchedule>,
    string[],
    string[],
    number,
  ][])('%s', async (name, plan, connected, probed, logins) => {
    const found = await plan(operation(FULL))
    // The record of a host belongs to every part of it.
    const changed = new Set(found.plan.steps.map(({ component }) => component))
    changed.delete('record')
    expect(changed).toEqual(new Set([name]))
    // These hosts report no facts, so guards of the part fail. Its dependencies are not read.
    expect(found.plan.refusals.filter(({ ref }) => !ref.includes('!fact:'))).toEqual([])
    expect(asked()).toEqual({ connected, probed })
    expect(seen).toMatchObject({ resolved: 0, logins })
  })
})

describe('a part of a cluster', () => {
  it('is planned on its hosts, and the host of the lock is connected but not read', async () => {
    const { plan, scripts } = await planCluster(operation(FULL), { only: ['users'], hosts: ['w2'] })
    expect(asked()).toEqual({ connected: ['m1', 'w2'], probed: ['w2'] })
    expect(seen.resolved).toBe(0)
    expect(plan.steps.map(({ host }) => host)).toEqual(plan.steps.map(() => 'w2'))
    expect(plan.steps.length).toBeGreaterThan(3)
    expect(Object.keys(scripts())).toEqual(['w2'])
  })

  it('is refused when its dependencies are missing, and names what to add', async () => {
    const { plan, scripts } = await planCluster(operation(WRITTEN), { only: ['hdfs'], hosts: ['w1'] })
    expect(Object.keys(scripts())).toEqual(['w1'])
    expect(asked()).toEqual({ connected: ['m1', 'w1'], probed: ['m1', 'w1'] })
    expect(new Set(plan.steps.map(({ host, component }) => `${component} ${host}`))).toEqual(
      new Set(['record w1', 'hdfs w1']),
    )
    const blocked = plan.refusals.filter(({ message }) => message.includes('depends on it'))
    expect(blocked.map(({ message }) => message.split(', ')[0]).sort()).toEqual([
      'firewall on m1 differs from cluster.yml',
      'firewall on w1 differs from cluster.yml',
      'hdfs on m1 differs from cluster.yml',
      'java on m1 differs from cluster.yml',
      'java on w1 differs from cluster.yml',
      'system on m1 differs from cluster.yml',
      'system on w1 differs from cluster.yml',
    ])
    expect(new Set(blocked.map(({ next }) => next))).toEqual(
      new Set(['howdah bootstrap --only system,firewall,java,hdfs --host m1,w1']),
    )
    await expect(
      bootstrapCluster(operation(WRITTEN), yes, { only: ['hdfs'], hosts: ['w1'] }),
    ).rejects.toMatchObject({ code: 'PLAN_REFUSED', exitCode: 13 })
  })

  it('with wrong names connects to no host', async () => {
    for (const [chosen, code] of [
      [{ only: ['hadoop'] }, 'PART_NO_COMPONENT'],
      [{ hosts: ['w9'] }, 'PART_NO_HOST'],
      [{ only: ['hive'], hosts: ['lms'] }, 'PART_EMPTY'],
    ] as const) {
      await expect(planCluster(operation(FIVE), chosen)).rejects.toMatchObject({ code, exitCode: 10 })
      await expect(bootstrapCluster(operation(FIVE), yes, chosen)).rejects.toMatchObject({ code })
    }
    expect(seen.connected).toEqual([])
  })

  it('that is declined names the command with its part', async () => {
    const declined = bootstrapCluster(operation(FULL), async () => false, { only: ['users'], hosts: ['w2'] })
    await expect(declined).rejects.toMatchObject({
      ...{ code: 'PLAN_DECLINED' },
      details: { next: 'howdah bootstrap --only users --host w2 --yes' },
    })
    await expect(updateUsers(operation(FULL), async () => false)).rejects.toMatchObject({
      details: { next: 'howdah users update --yes' },
    })
  })

  it('of many hosts has a journal that is named for its verb alone', () => {
    expect(withoutOptions('bootstrap --only hdfs --host w1,w2,w3')).toBe('bootstrap')
    expect(withoutOptions('users update')).toBe('users update')
  })

  it('without names is the whole cluster', async () => {
    const events: RunEvent[] = []
    const options = { ...operation(WRITTEN), report: (event: RunEvent) => void events.push(event) }
    const { plan } = await planCluster(options)
    expect(asked().connected).toEqual(['lms', 'm1', 'rs', 'w1', 'w2'])
    expect(new Set(plan.steps.map(({ host }) => host)).size).toBe(8)
    expect(events).toContainEqual({ type: 'phase', title: 'Connecting to 5 hosts' })
  })
})
