import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PipelineReport } from '../../../provisioners/operations/pipeline/types.ts'
import type { VerifyReport } from '../../../provisioners/operations/verify/types.ts'
import type { BootstrapReport } from '../../../provisioners/runtime/types.ts'
import { asOps, expectExit, howdah, noLab, onHost, pids, planOf, variant } from '../support.ts'

const LAB = 'seed'
const HOSTS = ['m1', 'w1', 'w2', 'rs1', 'lms1']
const skip = noLab()

interface Bootstrapped extends BootstrapReport {
  readonly verified: VerifyReport
}

/** The oldest generation that Howdah supports, on real hosts: a JobTracker, Hive 0.11, Sqoop 1.4.5. */
describe.skipIf(skip)(`a cluster of the profile seed${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let file = ''
  beforeAll(async () => {
    await expectExit(0, ['lab', 'down', '--name', LAB])
    const { out } = await expectExit(0, ['lab', 'up', '--name', LAB, '--profile', 'seed', '--json'])
    file = (JSON.parse(out) as { clusterYml: string }).clusterYml
  })
  afterAll(async () => {
    await howdah(['lab', 'down', '--name', LAB])
  })

  it('is bootstrapped and verified from end to end: every row, every job on the TaskTrackers', async () => {
    const { out } = await expectExit(0, ['bootstrap', '--yes', '--json', file])
    const { verified } = JSON.parse(out) as Bootstrapped
    const names = verified.checks.filter(({ status }) => status === 'pass').map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'rows course_enrollment_daily',
        'rows course_activity',
        'jobs on workers',
        'hiveserver2 query',
        'configuration jobtracker',
        'configuration tasktracker w1',
      ]),
    )
    expect(verified.checks.filter(({ status }) => status !== 'pass')).toEqual([])
    for (const { rows, mismatches } of verified.compared) {
      expect(rows).toBeGreaterThan(0)
      expect(mismatches).toEqual([])
    }
  })

  it('a second bootstrap changes nothing and restarts nothing', async () => {
    const before = await Promise.all(HOSTS.map((host) => pids(LAB, host)))
    const { out } = await expectExit(0, ['bootstrap', '--yes', '--json', file])
    expect((JSON.parse(out) as BootstrapReport).plan.steps).toEqual([])
    expect(await Promise.all(HOSTS.map((host) => pids(LAB, host)))).toEqual(before)
  })

  it('the commands work for users on the master', async () => {
    const outputs = await Promise.all(
      ['hadoop version', 'hadoop fs -ls /', 'sqoop version', "hive -e 'show databases'"].map((command) =>
        asOps(LAB, 'm1', command),
      ),
    )
    expect(outputs[0]).toContain('Hadoop 1.2.1')
    expect(outputs[1]).toContain('/user')
    expect(outputs[2]).toContain('1.4.5')
    expect(outputs[3]?.split('\n')).toContain('default')
  })

  it('a changed property takes effect when a bootstrap restarts its daemons', async () => {
    const changed = await variant(file, 'changed', (spec) => {
      spec.properties = { 'hdfs-site': { 'dfs.datanode.handler.count': '7' } }
      spec.pipeline = { python: { version: 3 } }
    })
    const restarts = (await planOf(changed)).steps.filter(({ action }) => action === 'restart')
    expect(restarts.map(({ ref }) => ref)).toContain('w1!unit:hdfs-datanode')
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', changed])
    expect((await planOf(changed)).steps).toEqual([])
    expect(await onHost(LAB, 'w1', 'curl -s http://w1:50075/conf')).toContain(
      '<name>dfs.datanode.handler.count</name><value>7</value>',
    )
  })

  it("runs what edX's pipeline uses: streaming in Python, Hive, Sqoop, a job that is killed", async () => {
    const { out } = await expectExit(0, ['pipeline', 'check', '--json', join(dirname(file), 'changed.yml')])
    const { checks } = JSON.parse(out) as PipelineReport
    const names = checks.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['streaming', 'kill', 'hive', 'sqoop']))
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([])
  })
})
