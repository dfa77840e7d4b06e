import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { coreTypes, createRegistry, resolveRef } from '../../provisioners/engine/index.ts'
import type { Action, Change, Desired, Resource } from '../../provisioners/engine/types.ts'
import { componentTypes, desire, healthChecks, services } from '../../provisioners/services/index.ts'
import { contextOf, FIVE, factsOf, ONE, QUORUM } from './a-context.ts'

const refs = (desired: Desired): string[] =>
  Object.entries(desired).flatMap(([host, list]) => list.map((resource) => `${host}!${resource.id}`))

const find = (desired: Desired, host: string, id: string): Resource => {
  const found = desired[host]?.find((resource) => resource.id === id)
  if (!found) throw new Error(`${host} has no ${id}`)
  return found
}

const FIVE_FACTS = {
  m1: factsOf('m1', '10.0.0.1'),
  w1: factsOf('w1', '10.0.0.11'),
  w2: factsOf('w2', '10.0.0.12'),
}

const RACKS = FIVE.replace('roles: [worker]', "roles: [worker], rack: '/r1'")
const PIPELINE = `${FIVE}pipeline: {}\n`
const PIPELINE_ONE = `${ONE}pipeline: {}\nhdfs: {users: [hadoop]}\n`
const MIXED_OFF = `${FIVE}manageHostsFile: false\n`

for (const [name, text] of Object.entries({
  FIVE,
  ONE,
  RACKS,
  MIXED_OFF,
  PIPELINE,
  PIPELINE_ONE,
  QUORUM,
})) {
  test(`${name}: every id is unique on its host`, () => {
    const all = refs(desire(contextOf(text)))
    expect(all.filter((ref, i) => all.indexOf(ref) !== i)).toEqual([])
    expect(all.length).toBeGreaterThan(80)
  })

  test(`${name}: everything in "after" exists`, () => {
    const desired = desire(contextOf(text))
    const known = new Set(refs(desired))
    const dangling = Object.entries(desired).flatMap(([host, list]) =>
      list.flatMap((resource) =>
        (resource.after ?? [])
          .filter((after) => !known.has(resolveRef(host, after)))
          .map((after) => `${host}!${resource.id} after ${after}`),
      ),
    )
    expect(dangling).toEqual([])
  })

  test(`${name}: the order has no cycle`, () => {
    const desired = desire(contextOf(text))
    const edges = new Map<string, string[]>()
    for (const [host, list] of Object.entries(desired)) {
      for (const { id, after = [] } of list)
        edges.set(
          `${host}!${id}`,
          after.map((a) => resolveRef(host, a)),
        )
    }
    const done = new Set<string>()
    const visit = (ref: string, path: readonly string[]): void => {
      if (path.includes(ref)) throw new Error(`circle: ${[...path, ref].join(' → ')}`)
      if (done.has(ref)) return
      for (const next of edges.get(ref) ?? []) visit(next, [...path, ref])
      done.add(ref)
    }
    expect(() => {
      for (const ref of edges.keys()) visit(ref, [])
    }).not.toThrow()
  })

  test(`${name}: every requirement names a fact that is read`, () => {
    const desired = desire(contextOf(text))
    const known = new Set(refs(desired))
    const needs = Object.values(desired)
      .flat()
      .flatMap((resource) => (resource.type === 'action' ? ((resource as Action).requires ?? []) : []))
    expect(needs.filter(({ ref }) => !known.has(ref))).toEqual([])
  })
}

test('facts only change contents, never which resources there are', () => {
  const before = refs(desire(contextOf(FIVE)))
  expect(refs(desire(contextOf(FIVE, FIVE_FACTS)))).toEqual(before)
})

test('a host with only a database gets no resources of Hadoop', () => {
  const ids = (desire(contextOf(FIVE)).rs ?? []).map(({ id }) => id)
  expect(ids.filter((id) => /hadoop|hdfs|java|jdk|yarn|swappiness/.test(id))).toEqual([])
  expect(ids).toContain('hosts-block:/etc/hosts')
})

test('DataNodes come after the NameNode, it after its format, and NodeManagers after the ResourceManager', () => {
  const desired = desire(contextOf(FIVE))
  expect(find(desired, 'w1', 'unit:hdfs-datanode').after).toContain('m1!unit:hdfs-namenode')
  expect(find(desired, 'm1', 'unit:hdfs-namenode').after).toContain('action:hdfs-format')
  expect(find(desired, 'w2', 'unit:yarn-nodemanager').after).toContain('m1!unit:yarn-resourcemanager')
  expect(find(desired, 'm1', 'unit:mapred-historyserver').after).toContain(
    'm1!hdfs-directory:/mr-history/done',
  )
})

test('the format requires facts of every host, whatever its roles are', () => {
  const action = find(desire(contextOf(FIVE)), 'm1', 'action:hdfs-format') as unknown as {
    requires: { ref: string; key: string; oneOf: string[] }[]
  }
  const asked = action.requires.map(({ ref, key, oneOf }) => [ref, key, ...oneOf].join(' '))
  expect(asked).toEqual([
    'm1!fact:dfs-name state empty',
    'm1!fact:dfs-name lost ',
    ...['m1', 'w1', 'w2', 'lms', 'rs'].flatMap((host) =>
      ['names  unknown', 'record  unknown', 'blocks  unknown', 'unreadable '].map(
        (key) => `${host}!fact:dfs-storage ${key}`,
      ),
    ),
    'w1!fact:dfs-data unreadable ',
    'w2!fact:dfs-data unreadable ',
  ])
})

test('every script that would run on a host is a POSIX shell script', () => {
  const registry = createRegistry([...coreTypes, ...componentTypes])
  const change: Change = { action: 'ensure', reason: 'a test' }
  const desired = desire(contextOf(FIVE, FIVE_FACTS))
  const scripts = Object.entries(desired)
    .filter(([target]) => !target.startsWith('sql:'))
    .flatMap(([target, list]) =>
      list.flatMap((resource) => {
        const type = registry.of(resource)
        const inner = 'script' in resource ? [String(resource.script)] : []
        const runs = resource.type === 'action' ? [String((resource as { run?: string }).run)] : []
        const ready =
          resource.type === 'unit' ? [String((resource as { ready?: { script: string } }).ready?.script)] : []
        return [type.probe(resource), type.apply(resource, change), ...inner, ...runs, ...ready].map(
          (text) => [`${target}!${resource.id}`, text] as const,
        )
      }),
    )
  const all = [...scripts, ...healthChecks(contextOf(FIVE)).map((c) => [c.name, c.script] as const)]
  expect(all.length).toBeGreaterThan(300)
  const text = all
    .map(([id, script], i) => `f${i}() {\n: ${id.replaceAll(/[^\w:/!.-]/g, '_')}\n${script}\n}\n`)
    .join('')
  const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

test('each daemon of the cluster has a health check', () => {
  const names = healthChecks(contextOf(FIVE)).map(({ name, host }) => `${name} @${host}`)
  expect(names).toEqual(
    expect.arrayContaining([
      'namenode @m1',
      'secondarynamenode @m1',
      'datanode w1 @w1',
      'datanode w2 @w2',
      'resourcemanager @m1',
      'nodemanager w1 @w1',
      'nodemanager w2 @w2',
      'jobhistory @m1',
    ]),
  )
  expect(new Set(names).size).toBe(names.length)
})

test('no secret is in a file that others can read, or in a script', () => {
  const context = { ...contextOf(FIVE), secret: () => `a"b&c$d'e` }
  const open = Object.values(desire(context))
    .flat()
    .filter((r) => !(r.type === 'file' && (r as { sensitive?: boolean }).sensitive))
  expect(open.filter((r) => JSON.stringify(r).includes(JSON.stringify(`a"b&c$d'e`).slice(1, -1)))).toEqual([])
})

test('every service names itself in each of its resources', () => {
  const names = new Set(services.map(({ name }) => name))
  const odd = Object.values(desire(contextOf(ONE)))
    .flat()
    .filter(({ component }) => !names.has(component))
  expect(odd.map(({ id }) => id)).toEqual([])
})
