import { describe, expect, it } from 'vitest'
import { piecesOf, unknownPlaceholder } from '../../provisioners/config/document/placeholders.ts'
import {
  JOB_SETS,
  manifestArguments,
  PLACEHOLDERS,
  WORKFLOWS,
} from '../../provisioners/config/schedule/edx-workflows.ts'
import { secondsOf } from '../../provisioners/config/schedule/resolve.ts'
import { BASE, parse, problemsOf } from './support.ts'

const jobs = (...entries: string[]): string =>
  `${BASE}schedule:\n  jobs:\n${entries.map((entry) => `    - {${entry}}\n`).join('')}`

const STORES = `resultStore: {host: m1}
lms: {external: {address: lms.example.org, admin: {user: root, password: {env: P}}}}
`
/** Everything that the daily set reads. */
const WHOLE = `${BASE}${STORES}pipeline:
  python: {version: 3}
  manifestJar: /edx/util.jar
  overrides:
    geolocation: {geolocation_data: 'hdfs://m1:8020/geo.dat'}
    elasticsearch: {host: '["http://es1:9200/"]'}
schedule: {set: edx-daily}
`

describe('a schedule', () => {
  it('is absent when the file has none', () => {
    expect(parse(BASE).schedule).toBeUndefined()
    expect(parse(`${BASE}schedule: {}\n`).schedule).toMatchObject({ by: 'timers', jobs: [], host: 'm1' })
  })

  it("begins with edX's daily set, in which every name, time and order holds", () => {
    const { schedule, warnings } = parse(WHOLE)
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

  it("runs the pipeline's tasks on the pipeline's own host", () => {
    const apart = `name: x
hosts:
  - {name: h1, address: 10.0.0.1, roles: [namenode, resourcemanager, hive-metastore, sqoop]}
  - {name: s1, address: 10.0.0.2, roles: [sqoop, client]}
  - {name: w1, address: 10.0.0.3, roles: [worker]}
schedule: {jobs: []}
`
    expect(parse(apart).schedule?.target).toBe('s1')
    const both = parse(`${apart}pipeline: {python: {version: 3}}\n`)
    expect(both.schedule?.target).toBe('h1')
    expect(both.pipeline?.master).toBe('h1')
  })

  const bad: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    [
      'a job that waits for itself',
      jobs('name: a, command: ls, when: daily, after: [a]'),
      ['SPEC_JOB_CYCLE 7:51'],
      /the job a waits for itself$/,
    ],
    [
      'jobs that wait for each other',
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
      'a job after a missing job',
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
      'an unknown placeholder',
      jobs('name: a, command: ls, when: daily, arguments: ["{tody}"]'),
      ['SPEC_JOB_PLACEHOLDER 7:55'],
      /\{tody\}, which stands for nothing/,
    ],
    [
      'verify without a result store',
      jobs('name: a, workflow: verify, when: daily'),
      ['SPEC_JOB_NO_STORE 7:27'],
      /the cluster has none/,
    ],
    [
      'an invalid time',
      jobs('name: a, command: ls, when: daily, timeout: 5'),
      ['SPEC_WRONG_TYPE 7:52'],
      /timeout/,
    ],
    [
      'a URL that is written in the file',
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
    expect(warnings[0]).toMatch(/:7:27: InsertToMysqlAllVideosTask .*InsertToMysqlAllVideoTask/)
  })
})

describe('what jobs lack', () => {
  /** Line, column and text of the warnings about jobs. */
  const lacks = (text: string): readonly string[] =>
    parse(text)
      .warnings.filter((warning) => / lacks |no section `pipeline`|jobs run as|firstDay/.test(warning))
      .map((warning) => warning.replace(/^.*cluster\.yml:/, ''))

  it('is the pipeline itself when the file has no section for it', () => {
    expect(lacks(`${BASE}schedule: {set: edx-daily}\n`)).toEqual([
      expect.stringMatching(
        /^5:17: there is no section `pipeline`, so the tasks of enrollments, .*video find no/,
      ),
    ])
    expect(lacks(`${BASE}schedule: {jobs: [{name: a, command: ls, when: daily}]}\n`)).toEqual([])
  })

  it.each([
    [/ {4}geolocation: .*\n/, /^12:17: the job location lacks geolocation data/],
    [/ {4}elasticsearch: .*\n/, /^12:17: the job module-engagement lacks Elasticsearch/],
    [/ {2}manifestJar: .*\n/, /^12:17: the job answer-distribution lacks the manifest jar/],
  ])('is named with its job: %s', (part, said) => {
    expect(lacks(WHOLE.replace(part, ''))).toEqual([expect.stringMatching(said)])
  })

  it('is a database: each job that reads or writes it is named, with the tables', () => {
    const noStore = lacks(WHOLE.replace(/^resultStore.*\n/m, ''))
    expect(noStore).toHaveLength(6)
    expect(noStore.join('\n')).toMatch(/the job video lacks a result store/)
    const noLms = lacks(WHOLE.replace(/^lms.*\n/m, '')).join('\n')
    expect(noLms).toMatch(
      /the job location lacks the LMS database, of which it imports student_courseenrollment/,
    )
    expect(noLms).not.toContain('the job video')
  })

  it('is reported at the entry of the job that the file changes, and not for a job that is off', () => {
    const text = WHOLE.replace(/ {4}geolocation: .*\n/, '')
    const changed = text.replace(
      '{set: edx-daily}',
      '{set: edx-daily, jobs: [{name: location, when: weekly}]}',
    )
    expect(lacks(changed)).toEqual([expect.stringMatching(/^12:35: the job location lacks/)])
    expect(lacks(changed.replace('when: weekly', 'enabled: false'))).toEqual([])
  })

  it('is an account that can read the credentials', () => {
    expect(parse(WHOLE.replace('python:', 'user: edx\n  python:')).schedule?.user).toBe('edx')
    expect(lacks(WHOLE.replace('edx-daily}', 'edx-daily, user: other}'))).toEqual([
      expect.stringMatching(/^13:34: jobs run as other, and the pipeline's account is hadoop/),
    ])
  })
})

describe('the first day', () => {
  const days = (pipeline: string, schedule: string) => {
    const text = WHOLE.replace('  python:', `${pipeline}  python:`).replace(
      'edx-daily}',
      `edx-daily${schedule}}`,
    )
    const cluster = parse(text)
    return [cluster.schedule?.firstDay, cluster.pipeline?.intervalStart, cluster.warnings.length]
  }

  it('is one: of the schedule, of the pipeline, or by default', () => {
    expect(days('', '')).toEqual(['2012-01-01', '2012-01-01', 0])
    expect(days('  intervalStart: 2015-09-01\n', '')).toEqual(['2015-09-01', '2015-09-01', 0])
    expect(days('', ', firstDay: 2016-02-03')).toEqual(['2016-02-03', '2016-02-03', 0])
    expect(days('  intervalStart: 2015-09-01\n', ', firstDay: 2015-09-01')[2]).toBe(0)
    expect(days('  intervalStart: 2015-09-01\n', ', firstDay: 2016-02-03')[2]).toBe(1)
  })

  it('is a day, and the calendar in the file begins on it or before it', () => {
    expect(problemsOf(WHOLE.replace('edx-daily}', 'edx-daily, firstDay: 2013-02-30}')).codes).toEqual([
      'SPEC_PIPELINE_DAY 13:38',
    ])
    const begins = (day: string) =>
      problemsOf(WHOLE.replace('overrides:\n', `overrides:\n    calendar: {interval: ${day}-2050-01-01}\n`))
        .codes
    expect(begins('2012-01-01')).toEqual([])
    expect(begins('2012-01-02')).toEqual(['SPEC_SCHEDULE_CALENDAR 11:26'])
  })
})

describe('arguments', () => {
  it('contain placeholders that are filled in', () => {
    expect(piecesOf('{first-day}-{today-7}')).toEqual([
      { word: 'first-day', days: 0 },
      { text: '-' },
      { word: 'today', days: -7 },
    ])
    expect(piecesOf('')).toEqual([{ text: '' }])
    expect(piecesOf('{"a":1} {}')).toEqual([{ text: '{"a":1} {}' }])
    expect(unknownPlaceholder('{now+1}')).toBe('{now+1}')
  })

  it('of the workflows contain only known placeholders, and every placeholder is used', () => {
    const all = [
      ...Object.values(WORKFLOWS).flat(),
      ...manifestArguments('AnswerDistributionWorkflow', '/a.jar'),
    ]
    expect(all.map(unknownPlaceholder).filter((wrong) => wrong !== undefined)).toEqual([])
    for (const word of Object.keys(PLACEHOLDERS)) expect(all.join(' ')).toContain(`{${word}`)
  })
})

it('durations are read', () => {
  expect(['90s', '5min', '1h30min', '2d'].map(secondsOf)).toEqual([90, 300, 5400, 172_800])
})
