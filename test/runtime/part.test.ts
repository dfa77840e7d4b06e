import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../provisioners/config/types.ts'
import type { HowdahError } from '../../provisioners/errors.ts'
import { componentNames, type Part, resolvePart } from '../../provisioners/runtime/part.ts'
import { standInContext } from '../../provisioners/runtime/stand-ins.ts'
import { desire, services } from '../../provisioners/services/index.ts'
import { clusterOf, contextOf, FIVE, ONE, SEED } from '../services/a-context.ts'

/** All components that a cluster can have, and hosts whose memory and cores are in cluster.yml. */
const FULL = `${FIVE.replace('result-store]', 'result-store, api]')}
trackingLogs: {sources: [{host: lms}], keep: 60}
schedule: {set: edx-daily}
pipeline: {python: {version: 3}}
users: [{name: ana, type: admin, authorizedKeys: []}]
apps: {api: {serverName: api.example.org, tls: {selfSigned: true}}}
`
const WRITTEN = FIVE.replaceAll(/memory: (\w+)/g, 'memory: $1, cores: 2')
/** One worker is known by a name, so only the worker can report its address. */
const NAMED = WRITTEN.replace("'10.0.0.[11-12]'", "'w[1-2].example.org'")

const clusters = new Map<string, Cluster>()
const parsed = (text: string): Cluster => {
  const cluster = clusters.get(text) ?? clusterOf(text)
  clusters.set(text, cluster)
  return cluster
}
const resolved = (text: string, part: Partial<Part>) =>
  resolvePart(parsed(text), { rest: 'checked', ...part })

const refused = (text: string, part: Partial<Part>): HowdahError => {
  try {
    resolved(text, part)
  } catch (error) {
    return error as HowdahError
  }
  throw new Error('it was resolved')
}

describe('a part of a cluster is refused before the first connection', () => {
  it.each([
    [
      'PART_NO_COMPONENT',
      { only: ['users', 'hvie'] },
      'hvie',
      'did you mean hive?',
      /^of system, firewall, users, java/,
    ],
    ['PART_NO_COMPONENT', { only: ['xxxxxxxxxxxx'] }, 'xxxxxxxxxxxx', /^name one of system/, /pipeline$/],
    ['PART_NO_HOST', { hosts: ['m1', 'w11'] }, 'w11', /^did you mean w1\?/, 'of m1, w1, w2, lms, rs'],
  ] as const)('%s (%#)', (code, part, found, next, expected) => {
    expect(refused(FIVE, part)).toMatchObject({
      ...{ code, exitCode: 10, message: expect.stringContaining(found) },
      details: {
        ...{ found, where: '/cfg/cluster.yml' },
        next: expect.stringMatching(next),
        expected: expect.stringMatching(expected),
      },
    })
  })

  it('PART_EMPTY names the components and the hosts', () => {
    expect(refused(FIVE, { only: ['hive', 'yarn'], hosts: ['lms'] })).toMatchObject({
      ...{ code: 'PART_EMPTY', exitCode: 10 },
      message: 'cluster.yml wants nothing of hive, yarn on lms',
      details: { next: 'howdah plan' },
    })
    expect(refused(FIVE, { only: ['scheduler'] })).toMatchObject({ code: 'PART_EMPTY' })
  })
})

describe('the hosts that a part connects to', () => {
  it.each([
    [
      'users of one host: it and the host of the lock',
      FULL,
      { only: ['users'], hosts: ['w2'] },
      ['m1', 'w2'],
    ],
    ['the schedule: its two hosts', FULL, { only: ['scheduler'], rest: 'assumed' }, ['m1']],
    [
      'the tracking logs: the LMS and the NameNode',
      FULL,
      { only: ['tracking-logs'], rest: 'assumed' },
      ['m1', 'lms'],
    ],
    ['the applications: theirs and the lock', FULL, { only: ['apps'], rest: 'assumed' }, ['m1', 'rs']],
    ['a worker: the master, whose NameNode comes first', WRITTEN, { hosts: ['w1'] }, ['m1', 'w1']],
    [
      'the master: every host, since any may hold what forbids a format',
      WRITTEN,
      { hosts: ['m1'] },
      ['m1', 'w1', 'w2', 'lms', 'rs'],
    ],
    [
      'a worker: those whose memory or cores nobody wrote',
      FIVE,
      { hosts: ['w1'] },
      ['m1', 'w1', 'w2', 'lms', 'rs'],
    ],
    [
      'a host: those whose address only they know',
      NAMED,
      { only: ['system'], hosts: ['rs'] },
      ['m1', 'w1', 'w2', 'rs'],
    ],
  ] as const)('%s', (_title, text, part, wanted) => expect(resolved(text, part).reach).toEqual(wanted))
})

describe('what a part reads', () => {
  const FREE = ['software', 'sizing'] as const
  it.each(['users', 'tracking-logs', 'apps', 'scheduler'])(
    '%s resolves no software and sizes no host, as its own verb plans it',
    (name) => {
      const part = resolved(FULL, { only: [name], rest: 'assumed' })
      expect([...part.asked]).toEqual([name])
      expect(FREE.filter((need) => part.needs.has(need))).toEqual([])
    },
  )

  it('users alone read no more where dependencies are checked, since they have none', () => {
    expect([...resolved(FULL, { only: ['users'] }).needs]).toEqual(['users'])
  })

  it('hive reads HDFS, its database and their guards, and no application', () => {
    const { asked, closure, needs } = resolved(FULL, { only: ['hive'], hosts: ['m1'] })
    expect([...asked].sort()).toEqual(['firewall', 'hdfs', 'hive', 'java', 'result-store', 'system'])
    expect(closure).toContain('m1!fact:dfs-name')
    expect(closure).toContain('m1!fact:space')
    expect(closure).toContain('sql:m1:3306!database:metastore')
    expect([...needs].sort()).toEqual(['addresses', 'sizing', 'software'])
  })

  it('a component on one host reads the facts of other hosts for its guards', () => {
    const { closure } = resolved(SEED, { only: ['hdfs'], hosts: ['w1'] })
    // Hadoop 1: the blocks of a DataNode must be in the namespace that the NameNode created.
    expect(closure).toContain('m1!fact:dfs-name')
    const format = resolved(WRITTEN, { only: ['hdfs'], hosts: ['m1'] }).closure
    expect(format).toContain('w1!fact:dfs-data')
    expect(format).toContain('w2!fact:dfs-data')
  })

  it('a database server belongs to its host, and an external one to none', () => {
    expect(resolved(FIVE, { hosts: ['rs'] }).includes('sql:rs:3306', 'result-store')).toBe(true)
    expect(resolved(FIVE, { hosts: ['m1'] }).includes('sql:rs:3306', 'result-store')).toBe(false)
    const elsewhere = FIVE.replace(/.*result-store.*\n/, '').concat(
      'resultStore: {external: {address: db.example.org, admin: {user: root, password: {env: X}}}}\n',
    )
    const part = resolved(elsewhere, { hosts: ['m1'] })
    expect(part.includes('sql:db.example.org:3306', 'result-store')).toBe(false)
    expect(part.wider([{ target: 'sql:db.example.org:3306', component: 'result-store' }])).toBe(
      'howdah bootstrap',
    )
  })

  it('the wider part is named in the order of the cluster', () => {
    const wider = resolved(FIVE, { only: ['hive'], hosts: ['w2'] }).wider
    const places = [
      { target: 'sql:m1:3306', component: 'result-store' },
      { target: 'w1', component: 'hdfs' },
    ]
    expect(wider(places)).toBe('howdah bootstrap --only result-store,hdfs,hive --host m1,w1,w2')
    expect(resolved(FIVE, { hosts: ['w2'] }).wider(places)).toBe('howdah bootstrap --host m1,w1,w2')
    expect(resolved(FIVE, { only: ['hive'] }).wider(places)).toBe(
      'howdah bootstrap --only result-store,hdfs,hive',
    )
  })
})

describe('parts depend on components that', () => {
  const names = (desired: ReturnType<typeof desire>) =>
    Object.fromEntries(Object.entries(desired).map(([target, list]) => [target, list.map(({ id }) => id)]))

  it.each(Object.entries({ FIVE, ONE, SEED, FULL }))(
    'mark their resources with their name (%s)',
    (_name, text) => {
      const context = standInContext(parsed(text), true)
      for (const component of services) {
        for (const host of context.cluster.hosts) {
          const others = component.resources(host, context).filter((one) => one.component !== component.name)
          expect(others.map(({ id }) => id)).toEqual([])
        }
      }
      expect(componentNames()).toContain('mapreduce1')
    },
  )

  it.each(Object.entries({ FIVE, ONE, SEED }))(
    'have the same resources, whatever stands in (%s)',
    (_name, text) => {
      const cluster = clusterOf(text)
      expect(names(desire(standInContext(cluster, true)))).toEqual(names(desire(contextOf(text))))
    },
  )
})
