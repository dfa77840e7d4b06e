import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { program } from '../../../../provisioners/operations/pipeline/script.ts'
import { certain, makeFeed } from '../../../../provisioners/operations/pipeline/smoke/feed.ts'
import {
  checkSource,
  checkTask,
  compareTotals,
} from '../../../../provisioners/operations/pipeline/smoke/results.ts'
import {
  findScript,
  parseSource,
  progressReader,
} from '../../../../provisioners/operations/pipeline/smoke/scripts.ts'
import { checkScratch, scratchSettings } from '../../../../provisioners/operations/pipeline/smoke/settings.ts'
import {
  ACTIVATED,
  DEACTIVATED,
  type TrackingEvent,
} from '../../../../provisioners/operations/verify/rows/events.ts'
import { overrideSections } from '../../../../provisioners/services/pipeline/index.ts'
import { settingsFile } from '../../../../provisioners/services/pipeline/settings.ts'
import { contextOf } from '../../../services/a-context.ts'
import { scratch as directory, noPython, step } from '../checks-support.ts'
import { PIPELINE_YML } from './stand-in-master.ts'

const SCRATCH = {
  local: '/tmp/run',
  hdfs: 'hdfs://m1:8020/edx-analytics-pipeline/run',
  hiveDatabase: 'run',
  reportsDatabase: 'run_reports',
  tag: 'run',
}
const NEXT_STEPS = ['howdah bootstrap', 'howdah explain pipeline.source']

describe('the logs of a smoke run', () => {
  const feed = makeFeed()
  const lines = feed.files.flatMap(({ content }) => content.toString().trimEnd().split('\n'))
  const parsed = lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as { time: string }]
    } catch {
      return []
    }
  })

  it('are the same each time', () => {
    expect(makeFeed()).toEqual(feed)
  })

  it('have whole events, some of them twice, and lines that are cut off', () => {
    expect(feed.lines).toBe(lines.length)
    expect(lines.length - parsed.length).toBeGreaterThan(5)
    expect(new Set(lines).size).toBeLessThan(lines.length)
  })

  it('have the expected number of events of each day', () => {
    const counts = feed.totals.map(
      ([day]) => parsed.filter(({ time }) => time.startsWith(String(day))).length,
    )
    expect(feed.totals.map(([, count]) => count)).toEqual(counts)
    expect(feed.totals.map(([day]) => day)).toEqual(['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'])
  })

  it('have enrolments in several courses on each day', () => {
    expect(new Set(feed.enrolments.map(([course]) => course)).size).toBeGreaterThan(2)
    expect(new Set(feed.enrolments.map(([, day]) => day)).size).toBe(4)
    // Some learners leave. Otherwise a check could not distinguish the two counts.
    expect(feed.enrolments.some(([, , count, ever]) => count !== ever)).toBe(true)
  })

  it('omit events that versions of the pipeline count differently', () => {
    const event = (type: string, userId: number, more: Partial<TrackingEvent> = {}): TrackingEvent => ({
      ...{
        at: Date.parse('2026-03-03T10:00:00Z'),
        micros: 0,
        source: 'server',
        username: 'u',
        course: 'a/b/c',
      },
      ...{ type, userId, ...more },
    })
    const interval = { from: '2026-03-02', to: '2026-03-06' }
    const kept = [event(ACTIVATED, 1), event(DEACTIVATED, 1), event('play_video', 2)]
    const dropped = [
      event(DEACTIVATED, 2),
      event(ACTIVATED, 2),
      event(ACTIVATED, 3, { course: 'course-v1:École+D+1' }),
      event(ACTIVATED, 4, { at: Date.parse('2026-03-01T23:59:59Z') }),
      event(ACTIVATED, 5, { at: Date.parse('2026-03-06T00:00:00Z') }),
    ]
    expect(certain([...kept, ...dropped], interval)).toEqual(kept)
  })
})

describe('the settings of a smoke run', () => {
  const context = contextOf(PIPELINE_YML)
  const { pipeline } = context.cluster
  if (!pipeline) throw new Error('the fixture has a pipeline')
  const real = overrideSections(context, pipeline)
  const wanted = scratchSettings(SCRATCH, makeFeed(), true)

  it('replace each place that the real ones name', () => {
    const merged = Object.entries(real).flatMap(([section, options]) =>
      Object.entries({ ...options, ...wanted[section] }).map(
        ([key, value]) => `[${section}] ${key} ${value}`,
      ),
    )
    const places = merged.filter(
      (line) => /hdfs:\/\//.test(line) || /^\[(hive|database-\w+)\] database /.test(line),
    )
    expect(places.length).toBeGreaterThan(6)
    // Only reads the LMS, which no task of the run does.
    const others = places.filter((line) => !/[/ ]run(_reports)?(\/|$|"|\s)/.test(line))
    expect(others).toEqual(['[database-import] database edxapp'])
  })

  it('have no database for exports where there is no result store', () => {
    expect(scratchSettings(SCRATCH, makeFeed(), false)).not.toHaveProperty('database-export')
  })

  it('name each value that differs from the wanted one', () => {
    expect(checkScratch(wanted, wanted)).toEqual([])
    const { hive: _, ...without } = wanted
    expect(checkScratch({ ...without, 'database-export': { database: 'reports' } }, wanted)).toEqual([
      '[hive] database is missing, not run',
      '[hive] warehouse_path is missing, not hdfs://m1:8020/edx-analytics-pipeline/run/warehouse/',
      '[database-export] database is reports, not run_reports',
    ])
  })

  it.skipIf(noPython)('are a file for its owner alone, and what else is in it is not printed', () => {
    const dir = directory()
    const [source, target] = [join(dir, 'override.cfg'), join(dir, 'smoke.cfg')]
    const secret = { 'edx-rest-api': { client_secret: 'rest%%secret' } }
    writeFileSync(source, settingsFile('Tasks', { ...real, ...secret }))
    const run = (...sources: string[]) =>
      spawnSync(
        'python3',
        ['-c', program('scratch_settings.py'), target, JSON.stringify(wanted), ...sources],
        {
          encoding: 'utf8',
        },
      )
    const { stdout, stderr } = run(source)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual(wanted)
    expect(stdout).not.toContain('rest%%secret')
    expect(statSync(target).mode & 0o777).toBe(0o600)
    const text = readFileSync(target, 'utf8')
    expect(text).toContain('client_secret = rest%%secret')
    expect(text).toContain(`task_failed = ${real.retcode?.task_failed}`)
    expect(run(source, join(dir, 'absent.cfg')).stderr).toContain(`cannot read ${join(dir, 'absent.cfg')}`)
  })
})

describe('the launcher', () => {
  const place = (name: string): string => {
    const dir = join(directory(), name)
    mkdirSync(join(dir, 'venv/bin'), { recursive: true })
    writeFileSync(join(dir, 'venv/bin/launch-task'), '#!/bin/sh\n', { mode: 0o755 })
    return dir
  }
  const find = (places: readonly string[], path = '/usr/bin:/bin') =>
    parseSource(
      spawnSync('bash', ['-c', findScript(places)], { encoding: 'utf8', env: { PATH: path } }).stdout,
    )

  it('is that of the environment, with its virtualenv and its checkout if they exist', () => {
    const dir = place('automation')
    expect(find(['/nowhere', dir])).toEqual({ launcher: `${dir}/venv/bin/launch-task` })
    writeFileSync(join(dir, 'venv/bin/activate'), '')
    mkdirSync(join(dir, 'repo'))
    const whole = {
      launcher: `${dir}/venv/bin/launch-task`,
      activate: `${dir}/venv/bin/activate`,
      repo: `${dir}/repo`,
    }
    expect(find([dir])).toEqual(whole)
  })

  it('is otherwise the one on the PATH, with the checkout next to its virtualenv', () => {
    const dir = place('mine')
    expect(find(['/nowhere'])).toBeUndefined()
    const path = `${dir}/venv/bin:/usr/bin:/bin`
    expect(find(['/nowhere'], path)).toEqual({ launcher: `${dir}/venv/bin/launch-task` })
    mkdirSync(join(dir, 'repo'))
    expect(find(['/nowhere'], path)).toEqual({ launcher: `${dir}/venv/bin/launch-task`, repo: `${dir}/repo` })
  })

  it('has a next command where it is missing, which depends on whether cluster.yml names a source', () => {
    for (const [i, brought] of [true, false].entries()) {
      try {
        checkSource(undefined, ['/a', '/b'], 'hadoop', brought)
        expect.unreachable()
      } catch (error) {
        expect((error as Error).message).toContain('no launch-task in /a or /b')
        expect((error as { next: string }).next).toContain(NEXT_STEPS[i])
      }
    }
  })
})

describe('the result of a task', () => {
  const expected = [
    ['2026-03-02', 3],
    ['2026-03-03', 4],
  ] as const

  it('is compared day by day', () => {
    expect(compareTotals(expected, ['2026-03-02\t3', '2026-03-03\t4', '']).mismatches).toEqual([])
    expect(compareTotals(expected, ['2026-03-02\t4', '2026-03-04\t1']).mismatches).toMatchObject([
      { kind: 'wrong', key: '2026-03-02' },
      { kind: 'extra', key: '2026-03-04' },
      { kind: 'missing', key: '2026-03-03' },
    ])
    expect(compareTotals(expected, ['']).mismatches).toHaveLength(2)
    expect(() => compareTotals(expected, ['OK'])).toThrow('not a day and a count: OK')
  })

  it('is a failure with its exit code and its log, and with another text when the time was up', () => {
    expect(checkTask('T', step(0), 9)).toBeUndefined()
    expect(checkTask('T', undefined, 9)).toBe('the script ended before T did')
    expect(checkTask('T', step(30, [], ['Traceback', 'KeyError']), 9)).toBe(
      'T ended with 30\nTraceback\nKeyError',
    )
    expect(checkTask('T', step(124), 9)).toContain(
      'T did not end within 9 s and was stopped; allow more time with --timeout',
    )
  })

  it('is reported once for each state of its job', () => {
    const read = progressReader()
    const lines = [
      'Running job: job_1_2',
      'map 0% reduce 0%',
      'map 0% reduce 0%',
      'map 100% reduce 0%',
      '@@ task 0',
    ]
    expect(lines.map(read)).toEqual([
      'job_1_2 runs',
      'job_1_2: map 0 %, reduce 0 %',
      undefined,
      'job_1_2: map 100 %, reduce 0 %',
      undefined,
    ])
  })
})
