import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  judgeJobs,
  readsOf,
  scheduleChecks,
  wordsScript,
} from '../../../provisioners/operations/pipeline/checks-schedule.ts'
import type { PipelineInput } from '../../../provisioners/operations/pipeline/types.ts'
import { desire } from '../../../provisioners/services/index.ts'
import type { OwnedFiles } from '../../../provisioners/services/scheduler/owned-files.ts'
import { clusterOf, contextOf, FIVE } from '../../services/a-context.ts'
import { scratch, step } from './judge-support.ts'

const DAILY = `${FIVE}pipeline: {python: {version: 3}, manifestJar: /edx/util.jar}\nschedule: {set: edx-daily}\n`

/** The words of jobs as bash makes them of their files. */
function asked(text: string, names: readonly string[]) {
  const dir = scratch()
  const { set } = (desire(contextOf(text)).m1 ?? []).find(({ id }) =>
    id.endsWith('/etc/howdah/schedule/commands'),
  ) as OwnedFiles
  for (const { name, content } of set.files) writeFileSync(join(dir, name), content)
  const { stdout, stderr } = spawnSync('bash', ['-c', wordsScript(names, dir)], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout
}

describe('the jobs of the schedule', () => {
  it('name what they read by the words that bash makes of their files', () => {
    const reads = readsOf(asked(DAILY, ['answer-distribution', 'video']))
    expect([...reads]).toEqual([
      ['answer-distribution', ['hdfs://m1:8020/data/tracking/', 'hdfs://m1:8020/edx/util.jar']],
      ['video', []],
    ])
  })

  it('of the file are read alike, with credentials of their own', () => {
    const own = `${FIVE}pipeline: {python: {version: 3}}\nschedule:\n  jobs: [{name: a, workflow: InsertToMysqlAllVideoTask, when: daily, arguments: [--credentials, "/edx/it's.json", --name, "{now}"]}]\n`
    expect([...readsOf(asked(own, ['a']))]).toEqual([['a', ["/edx/it's.json"]]])
  })

  it('without a file are not applied yet', () => {
    expect(asked(DAILY, ['nosuch'])).toBe('job nosuch\nword absent\n')
  })

  const paths = new Map([
    ['/edx/output.json', ['video']],
    ['hdfs://m1:8020/data/tracking/', ['answers', 'own']],
  ])
  const judge = (first: number, second = 0, fs = 'hdfs://m1:8020') =>
    judgeJobs(
      paths,
      new Map([
        ['path0', step(first)],
        ['path1', step(second, [], ['No such file'])],
      ]),
      fs,
    ).join('\n')

  it('are right, or told what they miss, by name', () => {
    expect(judge(0)).toBe('')
    expect(judge(1)).toBe('video: /edx/output.json is not there, or cannot be read: ')
    expect(judge(0, 1)).toBe(
      'answers, own: hdfs://m1:8020/data/tracking/ is not there, or cannot be read: No such file',
    )
    expect(judge(0, 0, 'hdfs://m2:8020')).toContain('is not of hdfs://m2:8020')
    expect(judgeJobs(paths, new Map(), 'hdfs://m1:8020').join()).toContain('ended before /edx/output.json')
  })

  it('are looked at where there are workflows that run by themselves', () => {
    const checks = (text: string) =>
      scheduleChecks({ input: { cluster: clusterOf(text) } as PipelineInput }).length
    expect(checks(DAILY)).toBe(1)
    expect(checks(FIVE)).toBe(0)
    expect(checks(`${FIVE}schedule: {jobs: [{name: a, command: ls, when: daily}]}\n`)).toBe(0)
  })
})
