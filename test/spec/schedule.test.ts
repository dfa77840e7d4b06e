import { describe, expect, it } from 'vitest'
import { JOB_SETS, PLACEHOLDERS, WORKFLOWS } from '../../provisioners/spec/edx-workflows.ts'
import { piecesOf, unknownPlaceholder } from '../../provisioners/spec/placeholders.ts'
import { secondsOf } from '../../provisioners/spec/resolve-schedule.ts'
import { BASE, parse, problemsOf } from './support.ts'

const jobs = (...entries: string[]): string =>
  `${BASE}schedule:\n  jobs:\n${entries.map((entry) => `    - {${entry}}\n`).join('')}`

describe('a schedule', () => {
  it('is none where the file says nothing of it', () => {
    expect(parse(BASE).schedule).toBeUndefined()
    expect(parse(`${BASE}schedule: {}\n`).schedule).toMatchObject({ by: 'timers', jobs: [], host: 'm1' })
  })

  it("begins with edX's daily set, in which every name, time and order holds", () => {
    const { schedule, warnings } = parse(`${BASE}schedule: {set: edx-daily}\n`)
    expect(warnings).toEqual([])
    expect(schedule?.jobs.map(({ name }) => name)).toEqual(JOB_SETS['edx-daily']?.map(({ name }) => name))
    expect(schedule).toMatchObject({ user: 'hadoop', target: 'm1', reduceTasks: 6, firstDay: '2012-01-01' })
    const [first] = schedule?.jobs ?? []
    expect(first).toMatchObject({
      name: 'enrollments',
      work: { kind: 'workflow', task: 'ImportEnrollmentsIntoMysql' },
      ...{ attempts: 3, retryDelaySeconds: 300, timeoutSeconds: 18_000, patienceSeconds: 3600 },
      ...{ keepLogsDays: 30, enabled: true, onFailure: {}, after: [] },
    })
    // The same set can be run by cron.
    expect(problemsOf(`${BASE}schedule: {set: edx-daily, by: cron}\n`).codes).toEqual([])
  })

  it('is changed where a job has the name of one of the set', () => {
    const { schedule } = parse(
      `${BASE}schedule:\n  set: edx-daily\n  retry: {times: 0}\n  onFailure: {mail: ops@example.org, webhook: {env: A}}\n  jobs:\n    - {name: video, when: weekly, enabled: false, onFailure: {webhook: {env: B}}}\n    - {name: enrollments, command: "true"}\n    - {name: own, command: ls, when: daily, after: [video]}\n`,
    )
    const named = (name: string) => schedule?.jobs.find((job) => job.name === name)
    expect(schedule?.jobs).toHaveLength(7)
    expect(named('video')).toMatchObject({
      ...{ when: 'weekly', enabled: false, attempts: 1 },
      work: { kind: 'workflow', task: 'InsertToMysqlAllVideoTask' },
      onFailure: { mail: 'ops@example.org', webhook: { kind: 'env', variable: 'B' } },
    })
    expect(named('enrollments')).toMatchObject({ work: { kind: 'command' }, when: '*-*-* 00:30:00' })
    expect(named('own')?.onFailure.webhook).toEqual({ kind: 'env', variable: 'A' })
  })

  it('runs on the scheduler where there is one, and its jobs where the commands are', () => {
    const { schedule } = parse(
      `${BASE}  - {name: s, address: 10.0.0.9, roles: [scheduler]}\nschedule: {jobs: []}\n`,
    )
    expect(schedule).toMatchObject({ host: 's', target: 'm1' })
  })

  const bad: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    [
      'a job that waits for itself',
      jobs('name: a, command: ls, when: daily, after: [a]'),
      ['SPEC_JOB_CYCLE 7:51'],
      /the job a waits for itself$/,
    ],
    [
      'a ring of jobs',
      jobs(
        'name: x, command: ls, when: daily, after: [b]',
        'name: a, command: ls, when: daily, after: [x, c]',
        'name: b, command: ls, when: daily, after: [c]',
        'name: c, command: ls, when: daily, after: [b]',
      ),
      ['SPEC_JOB_CYCLE 9:51'],
      /b waits for itself: b after c after b/,
    ],
    [
      'a job after one that is not there',
      jobs('name: load, command: ls, when: daily', 'name: a, command: ls, when: daily, after: [laod]'),
      ['SPEC_JOB_UNKNOWN 8:51'],
      /after laod, and there is no such job/,
    ],
    [
      'a job twice',
      jobs('name: a, command: ls, when: daily', 'name: a, command: id, when: daily'),
      ['SPEC_JOB_TWICE 8:14'],
      /a is there twice, first at .*:7:14/,
    ],
    ['no work', jobs('name: a, when: daily'), ['SPEC_JOB_WORK 7:7'], /neither a workflow nor a command/],
    [
      'two works',
      jobs('name: a, when: daily, workflow: TotalEventsDailyTask, command: ls'),
      ['SPEC_JOB_WORK 7:71'],
      /both a workflow and a command/,
    ],
    ['no time', jobs('name: a, command: ls'), ['SPEC_JOB_WHEN 7:7'], /says nothing of when/],
    [
      'no such time',
      jobs('name: a, command: ls, when: "0 5 * * *"'),
      ['SPEC_JOB_WHEN 7:36'],
      /can't run at "0 5 \* \* \*": "0" is neither/,
    ],
    [
      'a time that cron does not know',
      jobs('name: a, command: ls, when: "05:30 UTC"').replace('schedule:\n', 'schedule:\n  by: cron\n'),
      ['SPEC_JOB_CRON 8:36'],
      /cron can't run a .*time zone/,
    ],
    [
      'a word in braces that is none',
      jobs('name: a, command: ls, when: daily, arguments: ["{tody}"]'),
      ['SPEC_JOB_PLACEHOLDER 7:55'],
      /\{tody\}, which stands for nothing/,
    ],
    [
      'a proof without a store',
      jobs('name: a, workflow: verify, when: daily'),
      ['SPEC_JOB_NO_STORE 7:27'],
      /the cluster has none/,
    ],
    [
      'a time that is none',
      jobs('name: a, command: ls, when: daily, timeout: 5'),
      ['SPEC_WRONG_TYPE 7:52'],
      /timeout/,
    ],
    [
      'a URL in the file',
      jobs('name: a, command: ls, when: daily, onFailure: {webhook: "https://h/x"}'),
      ['SPEC_PLAIN_PASSWORD 7:64'],
      /webhook/,
    ],
  ]
  it.each(bad.map((one) => ({ title: one[0], one })))(
    'is refused: $title',
    ({ one: [, text, codes, said] }) => {
      const { codes: found, errors } = problemsOf(text)
      expect(found).toEqual(codes)
      expect(errors[0]?.message).toMatch(said)
      expect(errors[0]?.exitCode).toBe(10)
    },
  )

  it('warns of a workflow that it does not know', () => {
    const { warnings } = parse(jobs('name: a, workflow: InsertToMysqlAllVideosTask, when: daily'))
    expect(warnings).toEqual([
      expect.stringMatching(/:7:27: InsertToMysqlAllVideosTask .*InsertToMysqlAllVideoTask/),
    ])
  })
})

describe('arguments', () => {
  it('hold words that are filled in', () => {
    expect(piecesOf('{first-day}-{today-7}')).toEqual([
      { word: 'first-day', days: 0 },
      { text: '-' },
      { word: 'today', days: -7 },
    ])
    expect(piecesOf('')).toEqual([{ text: '' }])
    expect(piecesOf('{"a":1} {}')).toEqual([{ text: '{"a":1} {}' }])
    expect(unknownPlaceholder('{now+1}')).toBe('{now+1}')
  })

  it('of the workflows hold known words alone, and every known word is used', () => {
    const all = Object.values(WORKFLOWS).flat()
    expect(all.map(unknownPlaceholder).filter((wrong) => wrong !== undefined)).toEqual([])
    for (const word of Object.keys(PLACEHOLDERS)) expect(all.join(' ')).toContain(`{${word}`)
  })
})

it('lengths of time are read', () => {
  expect(['90s', '5min', '1h30min', '2d'].map(secondsOf)).toEqual([90, 300, 5400, 172_800])
})
