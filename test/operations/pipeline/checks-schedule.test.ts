import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  checkJobs,
  readsOf,
  scheduleChecks,
  wordsScript,
} from '../../../provisioners/operations/pipeline/checks-schedule.ts'
import type { PipelineInput } from '../../../provisioners/operations/pipeline/types.ts'
import { desire } from '../../../provisioners/services/index.ts'
import type { OwnedFiles } from '../../../provisioners/services/scheduler/owned-files.ts'
import { clusterOf, contextOf, FIVE } from '../../services/a-context.ts'
import { scratch, step } from './checks-support.ts'

const DAILY = `${FIVE}pipeline: {python: {version: 3}, manifestJar: /edx/util.jar}\nschedule: {set: edx-daily}\n`

/** The arguments of jobs, as bash parses them from their files. */
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
  it('name what they read in the arguments that bash parses from their files', () => {
    const reads = readsOf(asked(DAILY, ['answer-distribution', 'video']))
    expect([...reads]).toEqual([
      ['answer-distribution', ['hdfs://m1:8020/data/tracking/', 'hdfs://m1:8020/edx/util.jar']],
      ['video', []],
    ])
  })

  it('of cluster.yml are read in the same way, with their own credentials', () => {
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
  const problems = (first: number, second = 0, fs = 'hdfs://m1:8020') =>
    checkJobs(
      paths,
      new Map([
        ['path0', step(first)],
        ['path1', step(second, [], ['No such file'])],
      ]),
      fs,
    ).join('\n')

  it('have no problems, or each path is named with its jobs', () => {
    expect(problems(0)).toBe('')
    expect(problems(1)).toBe('video: /edx/output.json is missing, or cannot be read: ')
    expect(problems(0, 1)).toBe(
      'answers, own: hdfs://m1:8020/data/tracking/ is missing, or cannot be read: No such file',
    )
    expect(problems(0, 0, 'hdfs://m2:8020')).toContain('is not in hdfs://m2:8020')
    expect(checkJobs(paths, new Map(), 'hdfs://m1:8020').join()).toContain('ended before /edx/output.json')
  })

  it('are checked where workflows run automatically', () => {
    const checks = (text: string) =>
      scheduleChecks({ input: { cluster: clusterOf(text) } as PipelineInput }).length
    expect(checks(DAILY)).toBe(1)
    expect(checks(FIVE)).toBe(0)
    expect(checks(`${FIVE}schedule: {jobs: [{name: a, command: ls, when: daily}]}\n`)).toBe(0)
  })
})
