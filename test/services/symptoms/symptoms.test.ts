import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { symptomIn } from '../../../provisioners/engine/index.ts'
import { causesOf, services, symptoms, symptomsOf } from '../../../provisioners/services/index.ts'
import { AROUND, AROUND_OTHERS } from './around.ts'
import { HDFS, HDFS_OTHERS } from './hdfs.ts'
import { JOBS, JOBS_OTHERS } from './jobs.ts'
import { commandsIn, keysIn, stepsOf } from './next.ts'

const EXAMPLES = { ...HDFS, ...JOBS, ...AROUND }
const OTHERS = [...HDFS_OTHERS, ...JOBS_OTHERS, ...AROUND_OTHERS]
const rows = [...Object.entries(EXAMPLES), ...OTHERS]

describe('the rule base', () => {
  it('has a unique name for each rule, and an example of each', () => {
    const names = symptoms.map(({ name }) => name)
    expect(
      names.filter((name, i) => names.indexOf(name) !== i || !/^[a-z0-9]+(-[a-z0-9]+)+$/.test(name)),
    ).toEqual([])
    expect(Object.keys(EXAMPLES).sort()).toEqual([...names].sort())
    expect(services.filter((service) => service.symptoms?.length).length).toBeGreaterThan(10)
  })

  it.each(rows)('%s is found in what is written, and nothing else', (name, text) => {
    expect(symptoms.filter(({ pattern }) => pattern.test(text)).map((one) => one.name)).toEqual([name])
  })

  it.each([
    [
      'an address in use, though the log also waits for the NameNode',
      ['namenode-unreachable', 'address-in-use'],
      'address-in-use',
    ],
    [
      'a database that is stopped, though the metastore ends',
      ['unit-starts-too-often', 'database-unreachable'],
      'database-unreachable',
    ],
    [
      'why a job failed, not that it failed',
      ['application-failed', 'container-physical-memory'],
      'container-physical-memory',
    ],
    [
      'the ticket, not that the server wants one',
      ['simple-authentication-refused', 'kerberos-no-ticket'],
      'kerberos-no-ticket',
    ],
  ])('of two in one text the first rule counts: %s', (_, names, first) => {
    const text = names.map((name) => EXAMPLES[name]).join('\n')
    expect(symptomIn(text, symptoms)?.name).toBe(first)
  })

  it('finds nothing in logs of daemons that serve', () => {
    const log = `2026-12-01 12:50:46,788 WARN org.apache.hadoop.hdfs.server.namenode.FSNamesystem: Only one image storage directory (dfs.namenode.name.dir) configured. Beware of data loss due to lack of redundant storage directories!
2026-12-01 12:50:50,101 INFO org.apache.hadoop.hdfs.server.namenode.NameNode: NameNode RPC up at: m1/10.0.0.1:8020
2026-12-01 12:51:04,126 ERROR org.apache.hadoop.jmx.JMXJsonServlet: getting attribute BPServiceActorInfo of Hadoop:service=DataNode,name=DataNodeInfo threw an exception
2026-12-01 12:57:37,391 WARN org.apache.hadoop.yarn.server.nodemanager.DefaultContainerExecutor: delete returned false for path: [/data/1/yarn/local/usercache/hive]
2026-12-01 12:59:08,727 ERROR org.apache.hadoop.hdfs.server.namenode.NameNode: RECEIVED SIGNAL 15: SIGTERM`
    expect(symptoms.filter(({ pattern }) => pattern.test(log))).toEqual([])
  })

  it('has rules of one generation only for its clusters, and no note as a cause', () => {
    const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)
    expect(names(symptomsOf('hadoop1'))).toContain('jobtracker-unreachable')
    expect(names(symptomsOf('hadoop1'))).not.toContain('container-virtual-memory')
    expect(names(symptomsOf('hadoop3'))).not.toContain('jobtracker-unreachable')
    expect(names(symptomsOf('hadoop3'))).toContain('decommission-waits')
    expect(names(causesOf('hadoop3'))).not.toContain('decommission-waits')
  })

  it('has the causes in plain sentences without an end', () => {
    expect(
      symptoms.filter(({ cause }) => !/^\S.{20,220}[^.\s]$/.test(cause)).map(({ name }) => name),
    ).toEqual([])
  })
})

describe('a pattern', () => {
  /** Escaped characters and classes become one letter, so that only quantifiers and groups remain. */
  const shape = (source: string): string => source.replace(/\\./g, 'x').replace(/\[\^?(?:\\.|[^\]])*\]/g, 'x')

  it('has no unbounded repetition and none within another, so its time is linear', () => {
    const bad = symptoms.filter(({ pattern, passed }) =>
      [pattern, ...(passed ? [passed] : [])].some((one) => {
        const text = shape(one.source)
        const bounds = [...text.matchAll(/\{\d+,(\d*)\}/g)].map(([, most]) =>
          Number(most || Number.POSITIVE_INFINITY),
        )
        const nested = /\([^()]*(?:\{\d+,\d*\}|[*+])[^()]*\)(?:\{|[*+])/.test(text)
        // Alternatives do not multiply; a rule with three long gaps in a row would.
        const work = text
          .split('|')
          .map((part) =>
            [...part.matchAll(/\{\d+,(\d+)\}/g)].reduce((product, [, most]) => product * Number(most), 1),
          )
        return (
          /(?<!\\)[*+]/.test(text) ||
          nested ||
          bounds.some((most) => most > 250) ||
          Math.max(...work) > 300_000
        )
      }),
    )
    expect(bad.map(({ name }) => name)).toEqual([])
  })

  it('keeps no state of its last match', () => {
    expect(symptoms.filter(({ pattern }) => pattern.global || pattern.sticky)).toEqual([])
  })
})

describe('the next step', () => {
  it.each(symptoms.map(({ name, next }) => [name, next] as const))(
    'of %s works when it is typed',
    (_, next) => {
      const steps = stepsOf(next)
      expect(steps.map(({ kind }) => kind)).not.toContain('prose')
      for (const step of steps) {
        if (step.kind === 'howdah') expect(commandsIn(step.text)).toEqual([])
        if (step.kind === 'cluster.yml') expect(keysIn(step.text)).toEqual([])
        if (step.kind === 'host') {
          const { status, stderr } = spawnSync('dash', ['-n', '-c', step.text], { encoding: 'utf8' })
          expect([status, stderr]).toEqual([0, ''])
        }
      }
    },
  )
})
