import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labBoot, labKill } from '../../../lab/index.ts'
import type { VerifyReport } from '../../../provisioners/operations/verify/types.ts'
import { HOWDAH } from '../../support/howdah.ts'
import { allServe, failedChecks, SERVED_LAB as LAB, servedLab } from '../served.ts'
import { expectExit, howdah, noLab, onHost, pids, planOf, variant } from '../support.ts'

const skip = noLab()

/** Events in the life of a running cluster, in order on one lab: edits, kills, broken daemons, and destroy. */
describe.skipIf(skip)(`a cluster in daily life${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const place = { lab: LAB, file: '' }
  const failedOf = async (args: readonly string[]): Promise<string[]> => {
    const { out } = await expectExit(17, ['verify', '--json', ...args, place.file])
    const report = JSON.parse(out) as VerifyReport
    return report.checks.filter(({ status }) => status === 'fail').map(({ name }) => name)
  }

  beforeAll(async () => {
    place.file = await servedLab()
  })
  afterAll(async () => {
    await howdah(['lab', 'down', '--name', LAB])
  })

  it('an edit by hand is shown as a diff with the daemon to restart, and only that is repaired', async () => {
    const file = '/etc/hadoop/conf/core-site.xml'
    await onHost(
      LAB,
      'w1',
      `sed -i 's#<value>65536</value>#<value>4096</value>#' ${file}; systemctl restart hdfs-datanode`,
    )
    const plan = await planOf(place.file)
    const edited = plan.steps.find(({ ref }) => ref === `w1!file:${file}`)
    expect(edited?.diff).toMatch(/^-.*4096/m)
    expect(edited?.diff).toMatch(/^\+.*65536/m)
    // The DataNode was started with the edit. The NodeManager never read it, so it needs no restart.
    const restarts = plan.steps.filter(({ action }) => action === 'restart')
    expect(restarts.map(({ ref }) => ref)).toEqual(['w1!unit:hdfs-datanode'])
    expect(restarts[0]?.reason).toContain('core-site.xml')
    const before = await pids(LAB, 'w2')
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', place.file])
    expect((await planOf(place.file)).steps).toEqual([])
    expect(await pids(LAB, 'w2')).toBe(before)
  })

  it('a changed property restarts what reads it, once, and a run that is killed loses no restart', async () => {
    const changed = await variant(place.file, 'changed', (spec) => {
      spec.properties = { 'hdfs-site': { 'dfs.datanode.handler.count': '12' } }
    })
    const restarts = (await planOf(changed)).steps
      .filter(({ action }) => action === 'restart')
      .map(({ ref }) => ref)
    expect(restarts).toContain('w1!unit:hdfs-datanode')
    expect(restarts).toContain('m1!unit:hdfs-namenode')
    await killedInTheMiddle(changed)
    // The lock of the killed run expires.
    await expectExit(0, ['bootstrap', '--yes', '--lock-wait', '90', '--verify', 'quick', changed])
    expect((await planOf(changed)).steps).toEqual([])
    const running = await onHost(
      LAB,
      'w1',
      'curl -s http://127.0.0.1:9864/conf?name=dfs.datanode.handler.count',
    )
    expect(running).toContain('12')
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', place.file])
  })

  it('a saved plan is applied as it is, or refused with what changed since', async () => {
    const saved = join(dirname(place.file), 'today.plan')
    const changed = await variant(place.file, 'saved-plan', (spec) => {
      spec.properties = { 'sqoop-site': { 'sqoop.oracle.escaping.disabled': 'true' } }
    })
    await expectExit(0, ['plan', '--out', saved, changed])
    const file = '/etc/sqoop/conf/sqoop-site.xml'
    await onHost(LAB, 'm1', `cp -p ${file} /root/kept; echo '<!-- by hand -->' >>${file}`)
    const { err } = await expectExit(13, ['bootstrap', '--yes', '--plan', saved, changed])
    expect(err).toMatch(/sqoop-site\.xml is not as it was[\s\S]*PLAN_MOVED/)
    await onHost(LAB, 'm1', `cp -p /root/kept ${file}`)
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', '--plan', saved, changed])
    expect((await planOf(changed)).steps).toEqual([])
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', place.file])
  })

  it('two operators cannot apply at once: the second gets the holder of the lock', async () => {
    // A change that restarts nothing.
    const changed = await variant(place.file, 'two-operators', (spec) => {
      spec.properties = {
        ...(spec.properties as object),
        'sqoop-site': { 'sqoop.oracle.escaping.disabled': 'true' },
      }
    })
    // The first run has the lock when it reads the hosts. Stopped there, it still has the lock when the second one starts.
    const { run: first } = await stoppedWithLock(changed)
    try {
      const { err } = await expectExit(16, ['bootstrap', '--yes', place.file])
      expect(err).toContain('LOCK_HELD')
    } finally {
      first.kill('SIGCONT')
    }
    expect((await first).exitCode).toBe(0)
    expect((await planOf(changed)).steps).toEqual([])
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', place.file])
  })

  it('a run that was frozen and lost its lock changes nothing when it wakes', async () => {
    const changed = await variant(place.file, 'frozen', (spec) => {
      spec.properties = {
        ...(spec.properties as object),
        'sqoop-site': { 'sqoop.oracle.escaping.disabled': 'true' },
      }
    })
    const { run: first } = await stoppedWithLock(changed)
    try {
      await expectExit(0, ['bootstrap', '--yes', '--lock-wait', '120', '--verify', 'none', place.file])
    } finally {
      first.kill('SIGCONT')
    }
    const { exitCode, stderr } = await first
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 16, stderr: expect.stringContaining('LOCK_LOST') })
    // The file of the second run is what the hosts have.
    expect((await planOf(place.file)).steps).toEqual([])
    expect(await onHost(LAB, 'w1', 'ls -d /run/howdah/apply.* /run/howdah/stop.* 2>/dev/null || :')).toBe('')
  })

  it('daemons start again automatically after a host was killed', async () => {
    await labKill(LAB, 'w2')
    expect(await failedChecks(place.file)).not.toEqual([])
    await labBoot(LAB, 'w2')
    await allServe(place.file)
  })

  it.each([
    ['w2', 'hdfs-datanode', 'datanode w2'],
    ['w1', 'yarn-nodemanager', 'nodemanager w1'],
    ['m1', 'hive-metastore', 'hive-metastore'],
  ])('verify names the failed check when %s has no %s', async (host, unit, name) => {
    await onHost(LAB, host, `systemctl stop ${unit}`)
    expect(await failedOf(['--quick'])).toContain(name)
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', place.file])
  })

  it('verify names the failed checks when a grant was widened by hand', async () => {
    await onHost(LAB, 'rs1', `mariadb -e "GRANT INSERT, CREATE, DROP ON *.* TO 'api'@'%'"`)
    const refused = ['api create refused', 'api drop refused', 'api insert refused']
    expect((await failedOf(['--only', refused.join()])).sort()).toEqual(refused)
    await expectExit(17, ['store', 'audit', place.file])
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', place.file])
    await expectExit(0, ['store', 'audit', place.file])
  })

  it('destroy --data without the name is refused before any connection', async () => {
    const { err } = await expectExit(10, ['destroy', '--yes', '--data', '--confirm=other', place.file])
    expect(err).toContain('DESTROY_UNCONFIRMED')
  })

  it('destroy keeps the data, and a bootstrap afterwards finds it again without a format', async () => {
    await onHost(
      LAB,
      'm1',
      'echo still here | sudo -u hdfs HADOOP_CONF_DIR=/etc/hadoop/conf /usr/local/bin/hdfs dfs -put - /tmp/witness',
    )
    await expectExit(0, ['destroy', '--yes', place.file])
    expect(
      await onHost(
        LAB,
        'm1',
        'pgrep -f hdfs-namenode || echo none; ls -d /opt/hadoop/current 2>/dev/null || echo removed',
      ),
    ).toBe('none\nremoved')
    const plan = await planOf(place.file)
    expect(plan.refusals).toEqual([])
    expect(plan.steps.map(({ ref }) => ref)).not.toContain('m1!action:hdfs-format')
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', place.file])
    expect(await onHost(LAB, 'm1', 'sudo -u hdfs /usr/local/bin/hdfs dfs -cat /tmp/witness')).toBe(
      'still here',
    )
  })
})

/** Starts a bootstrap, and sends SIGKILL when its first step is done. */
async function killedInTheMiddle(file: string): Promise<void> {
  const run = execa(HOWDAH, ['bootstrap', '--yes', '--verify', 'none', '--output', 'ndjson', file], {
    reject: false,
  })
  let killed = false
  for await (const line of run) {
    if (!line.includes('"step"') || !line.includes('"ok"')) continue
    killed = run.kill('SIGKILL')
    break
  }
  expect(killed).toBe(true)
  await run
}

/** Starts a bootstrap, and stops it with SIGSTOP when it reads the hosts. */
async function stoppedWithLock(file: string) {
  const run = execa(HOWDAH, ['bootstrap', '--yes', '--verify', 'none', '--output', 'ndjson', file], {
    reject: false,
  })
  const reads = new Promise((resolve) => {
    run.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('Reading') && resolve('reads'))
  })
  expect(await Promise.race([reads, run.then(({ stderr }) => stderr)])).toBe('reads')
  run.kill('SIGSTOP')
  // An async function that returned the run itself would wait for its end.
  return { run }
}
