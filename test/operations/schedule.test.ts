import { execFileSync } from 'node:child_process'
import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { runExit, runText, statusText } from '../../cli/verbs/schedule.ts'
import type { Host } from '../../provisioners/config/types.ts'
import type { Job } from '../../provisioners/config/types-schedule.ts'
import type { JobRun } from '../../provisioners/operations/schedule/run.ts'
import { type Attempt, parseStatus, statusScript } from '../../provisioners/operations/schedule/status.ts'
import { scheduler } from '../../provisioners/services/scheduler/index.ts'
import { contextOf, ONE } from '../services/a-context.ts'
import { runSh } from '../services/run-sh.ts'
import { destroyed } from './destroyed.ts'

const c = pc.createColors(false)
const job = (name: string, enabled = true): Job => ({
  name,
  work: { kind: 'command', command: 'true', arguments: [] },
  when: 'daily',
  after: [],
  attempts: 1,
  retryDelaySeconds: 1,
  timeoutSeconds: 1,
  patienceSeconds: 1,
  onFailure: {},
  keepLogsDays: 1,
  enabled,
})
const attempt = (run: string, result: Attempt['result'], exit = 0, why = ''): Attempt => ({
  ...{ job: 'a', run, asked: 'schedule', attempt: 1, attempts: 2 },
  ...{ start: '2026-11-28T00:30:00Z', end: '2026-11-28T00:31:30Z', seconds: 90 },
  ...{ result, exit, log: `/var/log/howdah/schedule/a/${run}.log`, why },
})

describe('the status of a schedule', () => {
  const text = `@job a
state=idle
next=2026-11-29T00:30:00Z
${JSON.stringify(attempt('one', 'failed', 3))}
${JSON.stringify(attempt('two', 'succeeded'))}
{"job":"a","run":"thr
@job b
state=running
next=
@job c
state=absent
next=
`
  const jobs = parseStatus(text, [job('a'), job('b'), job('c'), job('d', false)])

  it('is parsed by job, newest first, without an incomplete line', () => {
    expect(jobs.map(({ state, next, history }) => [state, next, history.map(({ run }) => run)])).toEqual([
      ['idle', '2026-11-29T00:30:00Z', ['two', 'one']],
      ['running', undefined, []],
      ['absent', undefined, []],
      ['absent', undefined, []],
    ])
  })

  it('is shown as text', () => {
    const status = { formatVersion: '1.0', cluster: 'x', host: 's', jobs } as const
    const shown = statusText(status, c)
    expect(shown).toMatch(/\na +2026-11-29 00:30 +2026-11-28 00:30 +succeeded +1 min 30 s +\S+two\.log/)
    expect(shown).toMatch(/\nb +runs now +never/)
    expect(shown).toMatch(/\nc +not applied yet +never/)
    expect(statusText(status, c, 'a')).toMatch(/schedule +1\/2 +failed \(exit 3\)/)
  })

  it('is read by a script that prints each job, even if the host does not have it', () => {
    const { stdout } = runSh(statusScript([job('a'), job('b')]))
    expect(stdout.match(/^@job \w$/gm)).toEqual(['@job a', '@job b'])
  })
})

it('destroy removes timers and files of the schedule', () => {
  const { cluster } = contextOf(`${ONE}schedule: {jobs: [{name: a, command: ls, when: daily}]}\n`)
  const host = cluster.hosts[0] as Host
  const resources = scheduler.resources(
    host,
    contextOf(`${ONE}schedule: {jobs: [{name: a, command: ls, when: daily}]}\n`),
  )
  const removals = destroyed(cluster, { one: resources }).steps
  const of = (title: string): string => removals.find((one) => one.title === title)?.script ?? ''
  expect(of('the jobs of the schedule')).toMatch(/systemctl disable --quiet --now "\$timer"/)
  expect(of('/etc/howdah/schedule/commands')).toBe('rm -rf /etc/howdah/schedule/commands')
  execFileSync('sh', ['-n'], { input: of('the jobs of the schedule') })
})

describe('a run by hand', () => {
  const run = (result: JobRun['result'], attempts: readonly Attempt[]): JobRun => ({
    ...{ formatVersion: '1.0', cluster: 'x', host: 's', job: 'a' },
    result,
    attempts,
  })
  it.each([
    ['succeeded', run('succeeded', [attempt('one', 'succeeded')]), 0, /^a succeeded after/],
    [
      'failed',
      run('failed', [attempt('1', 'failed', 3, 'x'), attempt('2', 'failed', 3, 'it took longer')]),
      14,
      /failed \(exit 3\): it took longer after .*try 1 of 2\n {2}log {3}s:\/var/,
    ],
    ['stopped', run('stopped', [attempt('one', 'stopped', 143)]), 14, /stopped/],
    ['was left', run('left', []), 130, /a goes on on s/],
    ['left no record', run('failed', []), 14, /no record/],
  ])('that %s', (_title, found, exit, said) => {
    expect(runExit(found)).toBe(exit)
    expect(runText(found, c)).toMatch(said)
  })
})
