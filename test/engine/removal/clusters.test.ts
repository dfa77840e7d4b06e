import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coreTypes } from '../../../provisioners/engine/index.ts'
import type { Desired, Recorded } from '../../../provisioners/engine/types.ts'
import type { UserKeys } from '../../../provisioners/keys/index.ts'
import { componentTypes, desire } from '../../../provisioners/services/index.ts'
import { mayRemoveUsers } from '../../../provisioners/services/users/index.ts'
import { contextOf } from '../../services/a-context.ts'
import { contents, emptyModel, type Model, modelRegistry, run } from '../support/model.ts'

const registry = modelRegistry([...coreTypes, ...componentTypes])
const HOSTS = ['m1', 'e1', 'w1', 'w2'] as const

/** The possible differences of two cluster files. */
interface Choices {
  readonly hive: 'm1' | 'e1'
  readonly scheduler: 'm1' | 'e1' | undefined
  readonly jobs: readonly string[]
  readonly property: string | undefined
  readonly users: readonly string[]
  readonly absent: readonly string[]
  readonly pipeline: boolean
  readonly logs: boolean
  readonly hostsFile: boolean
  readonly disks: readonly string[]
  readonly profile: string
}

const names = (...all: string[]) => fc.subarray(all)

const choices: fc.Arbitrary<Choices> = fc.record({
  hive: fc.constantFrom('m1', 'e1'),
  scheduler: fc.constantFrom('m1', 'e1', undefined),
  jobs: names('load', 'sum'),
  property: fc.constantFrom(undefined, '12', '24'),
  users: names('ana', 'bo'),
  absent: names('cy'),
  pipeline: fc.boolean(),
  logs: fc.boolean(),
  hostsFile: fc.boolean(),
  disks: fc.constantFrom(['/data/1'], ['/data/1', '/data/2'], ['/data/2']),
  profile: fc.constantFrom('modern', 'classic', 'legacy'),
})

const list = (values: readonly string[]): string => `[${values.join(', ')}]`

const textOf = (c: Choices): string => `
name: model
versions: {profile: ${c.profile}}
hosts:
  - {name: m1, address: 10.0.0.1, roles: ${list(['master', ...(c.scheduler === 'm1' ? ['scheduler'] : [])])}, memory: 6GiB}
  - {name: e1, address: 10.0.0.2, memory: 6GiB, roles: ${list([
    'client',
    ...(c.hive === 'e1' ? ['hiveserver2'] : []),
    ...(c.scheduler === 'e1' ? ['scheduler'] : []),
    'result-store',
    'lms-database',
  ])}}
  - {name: 'w[1-2]', address: '10.0.0.[11-12]', roles: [worker], memory: 4GiB, dataDirs: ${list(c.disks)}}
ssh: {user: ops}
manageHostsFile: ${c.hostsFile}
artifacts: {provider: maven}
java: {jdks: {17: {package: openjdk-17-jdk-headless}, 8: {path: /opt/jdk/8}}}
${c.property === undefined ? '' : `properties: {hdfs-site: {dfs.datanode.handler.count: '${c.property}'}}`}
users: ${list([
  ...c.users.map((name) => `{name: ${name}, authorizedKeys: []}`),
  ...c.absent.map((name) => `{name: ${name}, state: absent}`),
])}
${c.pipeline ? 'pipeline: {}' : ''}
${c.logs ? 'trackingLogs: {sources: [{host: e1}]}' : ''}
${c.scheduler === undefined ? '' : `schedule: {jobs: ${list(c.jobs.map((name) => `{name: ${name}, command: ls, when: daily}`))}}`}
`

const keysOf = (c: Choices): UserKeys => ({
  users: Object.fromEntries([...c.users, ...c.absent].map((name) => [name, { keys: [], complete: true }])),
  warnings: [],
  unchanged: [],
})

const known = new Map<string, Desired>()

function desiredBy(c: Choices): Desired {
  const text = textOf(c)
  const desired = known.get(text) ?? desire({ ...contextOf(text), users: keysOf(c) })
  known.set(text, desired)
  return desired
}

const considersFor = (c: Choices) => (recorded: Recorded) => mayRemoveUsers(recorded, keysOf(c))

const raise = (model: Model, c: Choices, killedAfter?: number) =>
  run(model, desiredBy(c), {
    ...{ registry, considers: considersFor(c) },
    ...(killedAfter !== undefined && { killedAfter }),
  })

/** Data, and what a later installation may share, as the type decides. */
function keeps(recorded: Recorded): boolean {
  const removal = registry
    .find(recorded.type)
    ?.remove?.(recorded, { data: false, whole: false, wanted: [], states: {} })
  return removal?.kind === 'left'
}

const runs = { numRuns: Number(process.env.FC_RUNS ?? 10) }

describe('two cluster files, one after the other', () => {
  it('leave the same resources as the second alone, except for data', () => {
    fc.assert(
      fc.property(choices, choices, (a, b) => {
        const [both, alone] = [emptyModel(HOSTS), emptyModel(HOSTS)]
        raise(both, a)
        raise(both, b)
        raise(alone, b)
        expect(contents(both, keeps)).toEqual(contents(alone, keeps))
        // And there is nothing left to do.
        expect(raise(both, b).plan.steps).toEqual([])
        expect(raise(alone, b).plan.steps).toEqual([])
      }),
      runs,
    )
  })

  it('have the same result when the second run is killed at any step, and started again', () => {
    fc.assert(
      fc.property(choices, choices, fc.nat({ max: 400 }), (a, b, killedAfter) => {
        const [both, alone] = [emptyModel(HOSTS), emptyModel(HOSTS)]
        raise(both, a)
        raise(both, b, killedAfter)
        raise(both, b)
        raise(alone, b)
        expect(contents(both, keeps)).toEqual(contents(alone, keeps))
        expect(raise(both, b).plan.steps).toEqual([])
      }),
      runs,
    )
  })

  it('on hosts without a record, wanted resources are adopted, and a second plan is empty', () => {
    fc.assert(
      fc.property(choices, (a) => {
        const model = emptyModel(HOSTS)
        raise(model, a)
        for (const host of Object.values(model)) host.lines = new Set()
        const { plan } = raise(model, a)
        expect(plan.steps.map(({ ref }) => ref).sort()).toEqual(
          [...HOSTS].sort().map((host) => `${host}!record:resources`),
        )
        expect(raise(model, a).plan.steps).toEqual([])
      }),
      runs,
    )
  })
})

describe('a role that moves', () => {
  const base: Choices = {
    ...{ hive: 'm1', scheduler: 'm1', jobs: ['load'], property: undefined, users: ['ana'], absent: [] },
    ...{ pipeline: false, logs: true, hostsFile: true, disks: ['/data/1', '/data/2'], profile: 'modern' },
  }
  const between = (b: Partial<Choices>, a: Partial<Choices> = {}) => {
    const model = emptyModel(HOSTS)
    raise(model, { ...base, ...a })
    return raise(model, { ...base, ...b })
  }
  const removed = (b: Partial<Choices>) =>
    between(b)
      .plan.steps.filter(({ action }) => action === 'remove')
      .map(({ ref }) => ref)

  it('stops on the old host before its files are removed', () => {
    const refs = removed({ hive: 'e1' })
    expect(refs).toContain('m1!unit:hive-server2')
    expect(refs.filter((ref) => ref.startsWith('m1!'))[0]).toBe('m1!unit:hive-server2')
  })

  it('removes a job and a user, and keeps the home', () => {
    const { steps } = between({ scheduler: undefined, users: [] }).plan
    const going = steps.filter(({ action }) => action === 'remove')
    expect(going.map(({ ref }) => ref)).toContain('m1!timers:jobs')
    expect(going.find(({ ref }) => ref === 'w1!user:ana')?.reason).toContain('/home/ana stays')
    const order = steps.map(({ ref }) => ref)
    expect(order.indexOf('m1!timers:jobs')).toBeLessThan(order.indexOf('m1!files:/etc/howdah/schedule/jobs'))
  })

  it('leaves a data directory with its data, and reports and records that once', () => {
    const model = emptyModel(HOSTS)
    raise(model, base)
    const first = raise(model, { ...base, disks: ['/data/1'] })
    const said = (first.plan.left ?? []).filter(({ host }) => host === 'w1')
    expect(said.map(({ title, known }) => [title, known])).toEqual(
      expect.arrayContaining([
        ['data in /data/2/hdfs', false],
        ['/data/2', false],
      ]),
    )
    const again = raise(model, { ...base, disks: ['/data/1'] })
    expect(again.plan.steps).toEqual([])
    expect(again.plan.left?.filter(({ host }) => host === 'w1').every(({ known }) => known)).toBe(true)
    // Wanted again, it is an ordinary resource.
    raise(model, base)
    expect(raise(model, base).plan.left?.filter(({ title }) => title.includes('/data/2'))).toEqual([])
  })
})
