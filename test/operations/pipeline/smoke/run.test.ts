import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../../../provisioners/events.ts'
import { runPipelineSmoke } from '../../../../provisioners/operations/pipeline/smoke/index.ts'
import { noPython } from '../checks-support.ts'
import { type StandInMaster, standInMaster, withSource } from './stand-in-master.ts'

/** A master and a worker, and no database. */
const NO_STORE = `
name: bare
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master], memory: 4GiB}
  - {name: w1, address: 10.0.0.11, roles: [worker], memory: 4GiB}
ssh: {user: ana}
artifacts: {provider: maven}
java: {hadoop: 17, hive: 8, sqoop: 8, jdks: {17: {package: openjdk-17-jdk-headless}, 8: {path: /opt/jdk/8}}}
metastore: {host: m1}
pipeline: {python: {version: 3}}
`

const FS = 'hdfs://m1:8020'

const outcomes = (checks: readonly { name: string; status: string }[]): string[] =>
  checks.map(({ name, status }) => `${name} ${status}`)

/** What a run leaves in HDFS, Hive, the result store and /tmp. It must be empty. */
function leftovers({ root, left }: StandInMaster): string[] {
  const hive = join(root, 'hdfs/hive-databases')
  const databases = existsSync(hive) ? readFileSync(hive, 'utf8') : ''
  const files = left().filter(
    (path) => path.startsWith('tmp/') || path.startsWith('hdfs/edx-analytics-pipeline/'),
  )
  const stores = left().filter(
    (path) => /_reports\.json$/.test(path) && readFileSync(join(root, path), 'utf8') !== 'dropped',
  )
  return [...(databases ? [databases] : []), ...files, ...stores]
}

describe.skipIf(noPython)('a smoke run on a master of this machine', { timeout: 90_000 }, () => {
  it('runs both tasks in its own databases and directories, finds all rows right, and leaves nothing', async () => {
    const events: RunEvent[] = []
    const master = standInMaster({ report: (event) => events.push(event) })
    withSource(master)
    const { ok, checks, compared } = await runPipelineSmoke(master.input, FS)
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([])
    expect(ok).toBe(true)
    expect(outcomes(checks)).toEqual([
      ...['source pass', 'settings pass', 'logs pass', 'total-events pass'],
      ...['course_enrollment_daily pass', 'cleanup pass'],
    ])
    expect(compared.map(({ table, mismatches }) => [table, mismatches.length])).toEqual([
      ['total events', 0],
      ['course_enrollment_daily', 0],
    ])
    expect(compared[0]?.rows).toBe(4)
    expect(compared[1]?.rows).toBeGreaterThan(10)
    expect(leftovers(master)).toEqual([])
    // The checkout's own override.cfg names the real one.
    expect(master.left().filter((path) => path.endsWith('reports.json'))).toEqual([
      expect.stringMatching(/^hdfs\/howdah_pipeline_[a-z0-9]+_reports\.json$/),
    ])
    const texts = events.flatMap((event) => (event.type === 'log' ? [event.text] : []))
    expect(texts.join('\n')).toMatch(/TotalEventsDailyTask, \d+ s: job_1700000000000_0001 runs/)
  })

  it('names each row that is wrong, and removes what it made', async () => {
    const master = standInMaster({ env: { STAND_IN_LOSES: '2026-03-03T1' } })
    withSource(master)
    const { ok, checks, compared } = await runPipelineSmoke(master.input, FS)
    expect(ok).toBe(false)
    expect(outcomes(checks)).toContain('total-events fail')
    expect(outcomes(checks)).toContain('course_enrollment_daily skip')
    expect(compared[0]?.mismatches).toMatchObject([{ kind: 'wrong', key: '2026-03-03' }])
    expect(checks.find(({ name }) => name === 'total-events')?.detail).toMatch(
      /^1 of 4 rows of total events differ/,
    )
    expect(leftovers(master)).toEqual([])
  })

  it('shows the end of the log of a task that failed, and its exit code', async () => {
    const master = standInMaster({ env: { STAND_IN_FAILS: 'yes' } })
    withSource(master)
    const { checks } = await runPipelineSmoke(master.input, FS)
    const { status, detail } = checks.find(({ name }) => name === 'total-events') ?? {}
    expect(status).toBe('fail')
    expect(detail).toContain('TotalEventsDailyTask ended with 30')
    // The launcher prints its settings: the names of the run, and no secret of override.cfg.
    expect(detail).toMatch(/howdah_pipeline_\w+\/activity/)
    expect(detail).not.toContain('rest-secret')
    expect(detail).toContain('subprocess failed with code 1')
    expect(leftovers(master)).toEqual([])
  })

  it('stops a task that takes too long, and its job', async () => {
    const master = standInMaster({ env: { STAND_IN_SLOW: '300' } })
    withSource(master)
    const { checks } = await runPipelineSmoke(master.input, FS, { timeoutSeconds: 2 })
    const { status, detail } = checks.find(({ name }) => name === 'total-events') ?? {}
    expect(status).toBe('fail')
    expect(detail).toContain('TotalEventsDailyTask did not end within 2 s')
    expect(readFileSync(join(master.root, 'hdfs/yarn'), 'utf8')).toContain(
      '-kill application_1700000000000_0001',
    )
    expect(leftovers(master)).toEqual([])
  })

  it('stops the task and removes everything when it is interrupted', async () => {
    const stop = new AbortController()
    const report = (event: RunEvent) => {
      if (event.type === 'log') stop.abort()
    }
    const master = standInMaster({ env: { STAND_IN_SLOW: '300' }, signal: stop.signal, report })
    withSource(master)
    await expect(runPipelineSmoke(master.input, FS)).rejects.toMatchObject({
      code: 'PIPELINE_INTERRUPTED',
      exitCode: 130,
      details: { next: 'howdah pipeline smoke' },
    })
    expect(readFileSync(join(master.root, 'hdfs/yarn'), 'utf8')).toContain(
      '-kill application_1700000000000_0001',
    )
    expect(leftovers(master)).toEqual([])
  })

  it('uses the environment that the caller names, and without a result store runs only what needs none', async () => {
    const master = standInMaster({ yml: NO_STORE })
    withSource(master, 'nightly')
    const { ok, checks } = await runPipelineSmoke(master.input, FS, { environment: 'nightly' })
    expect(ok).toBe(true)
    expect(checks.find(({ name }) => name === 'source')?.detail).toContain('analytics-tasks/nightly/venv')
    expect(checks.find(({ name }) => name === 'course_enrollment_daily')).toMatchObject({
      status: 'skip',
      detail: 'cluster.yml has no resultStore',
    })
    expect(leftovers(master)).toEqual([])
  })

  it('names the places without a launcher, makes nothing, and gives the next command', async () => {
    const master = standInMaster({ env: { PATH: '/usr/bin:/bin' } })
    const { ok, checks } = await runPipelineSmoke(master.input, FS)
    expect(ok).toBe(false)
    expect(outcomes(checks)).toEqual([
      ...['source fail', 'settings skip', 'logs skip', 'total-events skip', 'course_enrollment_daily skip'],
    ])
    expect(checks[0]?.detail).toBe(
      'there is no launch-task in /var/lib/analytics-tasks/automation, and none on the PATH of hadoop',
    )
    expect(checks[0]?.next).toContain('howdah explain pipeline.source')
    expect(master.left()).toEqual([])
  })
})
