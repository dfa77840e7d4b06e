import { describe, expect, it } from 'vitest'
import {
  causeOf,
  describeFailedTasks,
  failedTasks,
} from '../../../provisioners/operations/verify/failed-tasks.ts'
import { checkJoins, JOINED } from '../../../provisioners/operations/verify/joins.ts'
import { missingClasses, taskClassProbe } from '../../../provisioners/operations/verify/task-classes.ts'
import { cluster } from './simulated.ts'

const MISSING = `Error: java.lang.RuntimeException: Error in configuring object
\tat org.apache.hadoop.util.ReflectionUtils.setJobConf(ReflectionUtils.java:113)
Caused by: java.lang.RuntimeException: Map operator initialization failed
\t... 24 more
Caused by: java.lang.NoClassDefFoundError: org/apache/commons/collections/CollectionUtils
Caused by: java.lang.ClassNotFoundException: org.apache.commons.collections.CollectionUtils`

const attempt = (id: string, state: string, node: string, diagnostics = '') => ({
  id,
  state,
  nodeHttpAddress: `${node}:8042`,
  diagnostics,
})
const answer = (...attempts: object[]): string =>
  `@@ jobs/job_1_1/tasks/t/attempts\n${JSON.stringify({ taskAttempts: { taskAttempt: attempts } })}\n`
const workers = (w2 = '{"nodeInfo":{}}'): string =>
  `@@ nodemanager w1\n{"nodeInfo":{}}\n@@ nodemanager w2\n${w2}\n`
const said = (output: string): string[] => describeFailedTasks(failedTasks(cluster, output, ['job_1_1'], ''))

describe('a task that failed', () => {
  it('is named by its host and the class that it lacks, once', () => {
    const output = answer(
      attempt('a0', 'FAILED', 'w2', MISSING),
      attempt('a1', 'FAILED', 'w2', MISSING),
      attempt('a2', 'SUCCEEDED', 'w1'),
    )
    expect(said(output + workers())).toEqual([
      'a task failed on w2: java.lang.NoClassDefFoundError: org/apache/commons/collections/CollectionUtils',
    ])
  })

  it('may be one whose worker does not answer', () => {
    expect(said(workers('curl: (7) Failed to connect to w2'))).toEqual([
      'the NodeManager of w2 does not answer',
    ])
    expect(said(answer(attempt('a', 'SUCCEEDED', 'w1')) + workers())).toEqual([])
  })

  it('is found in the events of a JobTracker, with the reason that the tool printed', () => {
    const old = { ...cluster, generation: 'hadoop1' } as typeof cluster
    const output = `@@ list\n@@ events.job_1_1\nFAILED attempt_201_0001_m_000000_0 http://w2:50060/tasklog?x\nSUCCEEDED attempt_201_0001_m_000000_1 http://w1:50060/tasklog?x\n`
    expect(describeFailedTasks(failedTasks(old, output, ['job_1_1'], MISSING))).toEqual([
      'a task failed on w2: java.lang.NoClassDefFoundError: org/apache/commons/collections/CollectionUtils',
    ])
  })

  it('has the innermost cause where no class is missing', () => {
    expect(causeOf('Error: a\nCaused by: b\nCaused by: java.io.IOException: c')).toBe(
      'java.io.IOException: c',
    )
    expect(causeOf('Container killed on request. Exit code is 143')).toBe(
      'Container killed on request. Exit code is 143',
    )
  })
})

describe('joined rows', () => {
  it('are compared, each once', () => {
    expect(checkJoins([...JOINED].reverse())).toEqual([])
    expect(checkJoins(JOINED.slice(1))).toEqual([`missing: ${JOINED[0]}`])
    expect(checkJoins([...JOINED, JOINED[0] as string])).toEqual([`not expected: ${JOINED[0]}`])
  })
})

describe('classes of tasks', () => {
  it('are checked where a repair adds them, and reported when the JVM does not find one', () => {
    expect(
      taskClassProbe({ ...cluster, directories: { install: '/opt', config: '/etc', logs: '/l' } } as never),
    ).toContain('org.apache.commons.collections.CollectionUtils')
    const old = { ...cluster, versions: { hadoop: '2.10.2', hive: '2.3.9', sqoop: '1.4.7' } }
    expect(taskClassProbe(old as never)).toBe(':')
    expect(missingClasses({ 'class.a.B': 'found', python: 'x' })).toEqual([])
    expect(missingClasses({ 'class.a.B': 'Error: Could not find or load main class a.B' })[0]).toContain(
      'a.B',
    )
  })
})
