import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFileServer } from '../../../lab/software/file-server.ts'
import type { SmokeReport } from '../../../provisioners/operations/pipeline/smoke/types.ts'
import { HOWDAH } from '../../support/howdah.ts'
import { SERVED_LAB as LAB, servedLab } from '../served.ts'
import { expectExit, howdah, noLab, onHost, variant } from '../support.ts'
import { fetchDebian11 } from './python-mirror.ts'
import { sampleRepository, sampleWheels } from './sample-pipeline.ts'

const PLACE = '/var/lib/analytics-tasks/automation'
const WORKERS = ['w1', 'w2']
const pip = spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0
const skip = noLab() ?? (pip ? undefined : 'needs pip (apt-get install python3-pip)')

/** The sample pipeline of the tests, installed on a cluster by `pipeline.source`, and run there. */
describe.skipIf(skip)(`a smoke run of the pipeline${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-smoke-lab-'))
  let file = ''
  let stopMirror = async () => {}

  beforeAll(async () => {
    file = await servedLab()
  })
  beforeAll(async () => {
    const server = createFileServer(await fetchDebian11(dir))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    stopMirror = async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    }
    const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const wheels = await sampleWheels(dir)
    await sampleRepository(join(dir, 'repository'), ['1.0'])
    file = await variant(file, 'smoke', (spec) => {
      // The lab's mirror has no Python and no pipeline: the hosts get them by SSH.
      spec.artifacts = { provider: 'maven' }
      spec.pipeline = {
        python: { version: 2.7, install: true, mirrors: [mirror] },
        source: { git: join(dir, 'repository'), ref: '1.0', wheels },
      }
    })
    await onHost(
      LAB,
      'm1',
      'export DEBIAN_FRONTEND=noninteractive; apt-get -qq update; apt-get -qq -y install --no-install-recommends gcc libc6-dev >/dev/null',
    )
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', file])
  })
  afterAll(async () => {
    await howdah(['lab', 'down', '--name', LAB])
    await stopMirror()
    rmSync(dir, { recursive: true, force: true })
  })

  /** Everything that a run could leave: on the master, in HDFS, in Hive, on the cluster, in the result store. */
  const leftovers = async (): Promise<string> => {
    const onMaster = await onHost(
      LAB,
      'm1',
      `ls -d /tmp/howdah_pipeline* 2>/dev/null || :
runuser -u hadoop -- hadoop fs -ls /edx-analytics-pipeline 2>/dev/null | grep howdah_ || :
runuser -u hadoop -- hive -e 'show databases' 2>/dev/null | grep howdah_ || :
runuser -u hadoop -- yarn application -list -appStates RUNNING,ACCEPTED 2>/dev/null | grep application_ || :
pgrep -af launch-task || :`,
    )
    const stored = await onHost(LAB, 'rs1', "mariadb -N -e 'show databases' | grep howdah_ || :")
    return `${onMaster}${stored}`
  }

  const smoke = async (code: number, ...more: string[]): Promise<SmokeReport> =>
    JSON.parse((await expectExit(code, ['pipeline', 'smoke', '--json', ...more, file])).out) as SmokeReport

  const failed = ({ checks }: SmokeReport) => checks.filter(({ status }) => status === 'fail')

  it('computes the right rows, all of them, and leaves nothing, not even in the real databases', async () => {
    const real = () =>
      onHost(
        LAB,
        'rs1',
        'mariadb -N -e "select table_schema, table_name, update_time from information_schema.tables where table_schema = \'reports\' order by 1, 2"',
      )
    const before = await real()
    const { ok, checks, compared } = await smoke(0)
    expect(ok).toBe(true)
    expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      ...['source pass', 'settings pass', 'logs pass', 'total-events pass'],
      ...['course_enrollment_daily pass', 'cleanup pass'],
    ])
    expect(compared.map(({ table, mismatches }) => [table, mismatches])).toEqual([
      ['total events', []],
      ['course_enrollment_daily', []],
    ])
    expect(compared[1]?.rows).toBeGreaterThan(10)
    expect(await leftovers()).toBe('')
    expect(await real()).toBe(before)
  })

  it('does not use the databases that an override.cfg in the checkout names', async () => {
    const path = `${PLACE}/repo/override.cfg`
    await onHost(
      LAB,
      'm1',
      `printf '[database-export]\\ndatabase = howdah_trap\\n[hive]\\ndatabase = howdah_trap\\n' >${path} && chmod 0644 ${path}`,
    )
    try {
      expect((await smoke(0)).ok).toBe(true)
      expect(await leftovers()).toBe('')
    } finally {
      await onHost(LAB, 'm1', `rm ${path}`)
    }
  })

  it('names a worker on which a task failed, and removes what it made', async () => {
    const both = (script: string) => Promise.all(WORKERS.map((host) => onHost(LAB, host, script)))
    await both('mv /opt/python/2.7/bin/python2.7 /opt/python/2.7/bin/away')
    try {
      const [first] = failed(await smoke(17))
      expect(first?.name).toBe('total-events')
      expect(first?.detail).toMatch(/a task failed on w[12]/)
      expect(first?.next).not.toBe('')
      expect(await leftovers()).toBe('')
    } finally {
      await both('mv /opt/python/2.7/bin/away /opt/python/2.7/bin/python2.7')
    }
  })

  it('stops its task and its job, and removes everything, on Ctrl-C', async () => {
    const child = execa(HOWDAH, ['pipeline', 'smoke', file], {
      ...{ reject: false, stdin: 'ignore', env: { NO_COLOR: '1' }, timeout: 600_000 },
    })
    let output = ''
    child.stderr.on('data', (chunk: Buffer) => {
      const before = output
      output += chunk.toString()
      if (!/job_\d+_\d+/.test(before) && /job_\d+_\d+/.test(output)) child.kill('SIGINT')
    })
    const { exitCode, stderr } = await child
    expect(stderr).toMatch(/TotalEventsDailyTask, \d+ s: job_/)
    expect(stderr).toContain('PIPELINE_INTERRUPTED')
    expect(exitCode).toBe(130)
    expect(await leftovers()).toBe('')
  })

  it('stops a task that exceeds its time limit', async () => {
    const [first] = failed(await smoke(17, '--timeout', '5'))
    expect(first?.detail).toContain('TotalEventsDailyTask did not end within 5 s')
    expect(await leftovers()).toBe('')
  })

  it('prints the next command where there is no launcher', async () => {
    const report = await smoke(17, '--environment', 'nightly')
    expect(failed(report).map(({ name }) => name)).toEqual(['source'])
    expect(failed(report)[0]?.detail).toContain('/var/lib/analytics-tasks/nightly')
    expect(report.checks.every(({ name, status }) => name === 'source' || status === 'skip')).toBe(true)
  })
})
