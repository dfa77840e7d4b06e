import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import type { Server } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { JOB_SETS } from '../../../provisioners/config/schedule/edx-workflows.ts'
import type { File } from '../../../provisioners/engine/types.ts'
import { desire } from '../../../provisioners/services/index.ts'
import { contextOf, FIVE } from '../a-context.ts'
import { greeter, layRoot, type Root } from '../launcher-root.ts'

const noPython = spawnSync('python3', ['-c', 'import json']).status !== 0

const JAR = '/edx-analytics-pipeline/packages/edx-analytics-hadoop-util.jar'
const GEO = '/edx-analytics-pipeline/geo.dat'
const cluster = ({ pipeline = '', jobs = '[]', schedule = '' } = {}): string => `${FIVE}
trackingLogs: {sources: [{host: lms}]}
pipeline: {python: {version: 3}, overrides: {geolocation: {geolocation_data: 'hdfs://m1:8020${GEO}'}}${pipeline}}
schedule: {set: edx-daily, jobs: ${jobs}${schedule}}
`
const NAMES = (JOB_SETS['edx-daily'] ?? []).map(({ name }) => name)

/** The daily jobs, with a launcher that reads the rendered settings and makes the calls of a workflow. */
describe.skipIf(noPython)('the jobs of the daily set, run as they are rendered', () => {
  let port = 0
  let server: Server
  const roots: Root[] = []
  beforeAll(async () => {
    ;({ port, server } = await greeter())
  })
  afterAll(() => {
    server.close()
  })
  afterEach(() => {
    for (const { dir } of roots.splice(0)) rmSync(dir, { recursive: true, force: true })
  })
  /** With a shipped log, and the directory that a run of the shipper leaves beside it. */
  const laid = (text = cluster()): Root => {
    const root = layRoot(text, port)
    roots.push(root)
    root.put('/data/tracking/tracking.log-20260301-1772323200-lms.gz')
    root.put(GEO)
    root.put(JAR)
    root.put('/data/.tracking-incoming/lms/', 0o700)
    return root
  }

  it.each(NAMES)('%s finds everything that it names', async (name) => {
    const { exit, said } = await laid().run(name)
    expect(said).toContain(': done')
    expect(exit, said).toBe(0)
    // The environment of a run has the flags that make clients start fast.
    expect(said).toContain('options of clients: -XX:TieredStopAtLevel=1')
  })

  it('a list of inputs is made only if there is a jar that reads it', async () => {
    const without = await laid().run('answer-distribution')
    expect(without.said).not.toContain('manifest')
    const { exit, said } = await laid(cluster({ pipeline: `, manifestJar: ${JAR}` })).run(
      'answer-distribution',
    )
    expect(said).toMatch(
      /-put - hdfs:\/\/m1:8020\/edx-analytics-pipeline\/answer-distribution\/[0-9TZ]+\/manifest\.txt/,
    )
    expect(said).toContain(`-stat hdfs://m1:8020${JAR}`)
    expect(exit, said).toBe(0)
  })

  it('uses the directories of cluster.yml', async () => {
    const text = cluster({ pipeline: ', logs: /logs/edx, root: /edx-analytics-pipeline/own' })
    const root = laid(text)
    root.put('/logs/edx/tracking.log-20260301-1-lms.gz')
    for (const name of NAMES) {
      const { exit, said } = await root.run(name)
      expect(exit, said).toBe(0)
      expect(said).not.toContain('/data')
    }
  })

  it.each([
    {
      what: 'credentials at another path',
      job: 'video',
      text: cluster({
        jobs: `[{name: video, arguments: [--src, '["{logs}"]', --include, '["*"]', --dest, '{root}/d', --name, n, --output-root, '{root}/o', --marker, '{root}/m', --credentials, /edx/etc/edx-analytics-pipeline/output.json], workflow: AnswerDistributionWorkflow}]`,
      }),
      says: 'credentials /edx/etc/edx-analytics-pipeline/output.json: FileNotFoundError',
    },
    {
      what: 'a closed directory below the logs',
      job: 'video',
      text: cluster({ pipeline: ', logs: /data' }),
      says: 'Permission denied',
    },
    {
      what: 'a calendar that ends before the job',
      job: 'course-activity',
      text: cluster().replace('overrides: {', "overrides: {calendar: {interval: '2012-01-01-2020-01-01'}, "),
      says: 'the calendar has no row',
    },
    {
      what: 'no geolocation data',
      job: 'location',
      text: cluster().replace(/overrides: \{geolocation: \{[^}]*\}\}/, 'overrides: {}'),
      says: '[geolocation] geolocation_data is set nowhere',
    },
    {
      what: 'a jar that does not exist',
      job: 'answer-distribution',
      text: cluster({ pipeline: ', manifestJar: /nowhere.jar' }),
      says: "hdfs://m1:8020/nowhere.jar': No such file",
    },
  ])('fails, and names it: $what', async ({ job, text, says }) => {
    const { exit, said } = await laid(text).run(job)
    expect(said).toContain(says)
    // The exit code of [retcode].
    expect(exit).toBe(30)
  })

  it('fails if no database answers, or if there is no log', async () => {
    const root = layRoot(cluster(), 1)
    roots.push(root)
    root.put(GEO)
    expect((await root.run('video')).said).toContain('no log is where the settings look')
    root.put('/data/tracking/tracking.log-20260301-1-lms.gz')
    const { exit, said } = await root.run('video')
    expect(said).toContain('127.0.0.1:1: ')
    expect(exit).toBe(30)
  })
})

describe('the directory of incoming logs', () => {
  it('is open to the group, so that the directory above the logs can be listed recursively', () => {
    const ship = (desire(contextOf(cluster())).lms ?? []).find(({ id }) =>
      id.endsWith('/ship-tracking-logs'),
    ) as File
    const modes = [...ship.content.matchAll(/MKDIRS&permission=(\d+)/g)].map(([, mode]) => mode)
    expect(modes).toEqual(['750'])
  })
})
