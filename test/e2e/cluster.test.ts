import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BootstrapReport, StatusReport } from '../../provisioners/operations/types.ts'
import type { VerifyReport } from '../../provisioners/operations/verify/types.ts'
import { badInputTests } from './bad-input.ts'
import { expectExit, howdah, noLab, onHost, pids, planOf, ROOT, variant } from './support.ts'

const LAB = 'e2e'
const HOSTS = ['m1', 'w1', 'w2', 'rs1', 'lms1']
const skip = noLab()

/** The whole story of one cluster, told in order on one lab: each test goes on where the one before it ended. */
describe.skipIf(skip)(`a cluster on the lab${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const place = { lab: LAB, file: '' }
  const failedChecks = async (args: readonly string[]): Promise<string[]> => {
    const { out } = await expectExit(17, ['verify', '--json', ...args, place.file])
    const report = JSON.parse(out) as VerifyReport
    return report.checks.filter(({ status }) => status === 'fail').map(({ name }) => name)
  }

  beforeAll(async () => {
    await expectExit(0, ['lab', 'down', '--name', LAB])
    const { out } = await expectExit(0, ['lab', 'up', '--name', LAB, '--json'])
    place.file = (JSON.parse(out) as { clusterYml: string }).clusterYml
  })
  afterAll(async () => {
    await howdah(['lab', 'down', '--name', LAB])
  })

  describe('on bare hosts', () => {
    it('a plan shows everything and changes nothing', async () => {
      const before = await planOf(place.file)
      expect(before.refusals).toEqual([])
      expect(before.steps.map(({ ref }) => ref)).toContain('m1!action:hdfs-format')
      expect(await onHost(LAB, 'm1', 'ls -d /opt/hadoop /etc/hadoop /data 2>/dev/null || :')).toBe('')
      const { code } = await howdah(['plan', '--detailed-exitcode', place.file])
      expect(code).toBe(2)
    })

    it('nothing is done without consent', async () => {
      const { err } = await expectExit(1, ['bootstrap', place.file])
      expect(err).toContain('PLAN_DECLINED')
      expect(await onHost(LAB, 'm1', 'ls -d /opt/hadoop 2>/dev/null || :')).toBe('')
    })

    badInputTests(place)
  })

  describe('raised by the demo', () => {
    it('computes the right rows, all of them, and prints them', async () => {
      const { out } = await expectExit(0, ['lab', 'demo', '--name', LAB])
      expect(out).toContain('course_enrollment_daily')
      expect(out).toMatch(/course_enrollment_daily: all \d+ rows are right/)
      expect(out).toMatch(/course_activity: all \d+ rows are right/)
      expect(out).toContain(':9870/')
    })

    it('a second bootstrap changes nothing and restarts nothing', async () => {
      const before = await Promise.all(HOSTS.map((host) => pids(LAB, host)))
      const { out } = await expectExit(0, ['bootstrap', '--yes', '--json', place.file])
      const report = JSON.parse(out) as BootstrapReport
      expect(report.plan.steps).toEqual([])
      expect(report.plan.unchanged).toBeGreaterThan(100)
      expect(await Promise.all(HOSTS.map((host) => pids(LAB, host)))).toEqual(before)
    })

    it('the commands work for people on the master, also in a shell that is not interactive', async () => {
      const as = (command: string) =>
        execa(join(ROOT, 'bin/howdah'), ['lab', 'ssh', '--name', LAB, 'm1', command])
      expect((await as('hdfs getconf -confKey fs.defaultFS')).stdout).toContain('hdfs://m1:8020')
      expect((await as('yarn version')).stdout).toContain('Hadoop 3.4.2')
      expect((await as('sqoop version')).stdout).toContain('1.4.7')
      expect((await as("hive -e 'show databases'")).stdout.split('\n')).toContain('default')
    })

    it('every text column of the result store is *_bin, and grants are as narrow as they must be', async () => {
      const { out } = await expectExit(0, ['store', 'audit', '--json', place.file])
      const audit = JSON.parse(out) as { looked: { columns: number }; expectedCollation: string }
      expect(audit.looked.columns).toBeGreaterThan(0)
      expect(audit.expectedCollation).toMatch(/_bin$/)
    })

    it('no secret is in an argument list, an environment, a journal, a log or a file that all can read', async () => {
      const dir = join(dirname(place.file), '.howdah', (await planOf(place.file)).cluster)
      const names = await readdir(join(dir, 'secrets'))
      expect(names.length).toBeGreaterThan(3)
      for (const name of names) {
        const secret = (await readFile(join(dir, 'secrets', name), 'utf8')).trim()
        for (const host of HOSTS) {
          const found = await onHost(
            LAB,
            host,
            `cat > /root/needle <<'EOT'\n${secret}\nEOT
            { grep -alFf /root/needle /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null
              find /etc /opt/hadoop /opt/hive/current/conf /var/lib/howdah /var/cache/howdah /usr/local /run/howdah /tmp -xdev -type f -perm -o=r -exec grep -lFf /root/needle {} + 2>/dev/null
              grep -rlFf /root/needle /var/log /var/lib/howdah 2>/dev/null
              journalctl -q --no-pager | grep -Ff /root/needle; } | grep -v /root/needle; rm /root/needle`,
          ).catch(() => 'could not look')
          expect(found, `${name} on ${host}`).toBe('')
        }
        const journals = await execa('grep', ['-rlF', '-f', '-', join(dir, 'journal')], {
          input: secret,
          reject: false,
        })
        expect(journals.stdout).toBe('')
      }
    })
  })

  describe('in daily life', () => {
    it('a hand edit shows as a diff with the daemon that it would restart, and just that is repaired', async () => {
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
      // The DataNode was started with the edit. The NodeManager never read it: what it needs is the file, no restart.
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
      // The lock of the dead ends by itself.
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

    it('two operators cannot apply at once: the second is told who holds the lock', async () => {
      const changed = await variant(place.file, 'changed', (spec) => {
        spec.properties = { 'hdfs-site': { 'dfs.datanode.handler.count': '13' } }
      })
      const first = execa(
        join(ROOT, 'bin/howdah'),
        ['bootstrap', '--yes', '--verify', 'none', '--output', 'ndjson', changed],
        { reject: false },
      )
      // It has the lock when it reads the hosts, and goes on while we ask.
      await new Promise<void>((resolve) => {
        first.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('Reading') && resolve())
      })
      const { err } = await expectExit(16, ['bootstrap', '--yes', place.file])
      expect(err).toContain('LOCK_HELD')
      expect((await first).exitCode).toBe(0)
      await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', place.file])
    })

    it('daemons start again by themselves after a host went down hard', async () => {
      const { labBoot, labKill } = await import('../../lab/index.ts')
      await labKill(LAB, 'w2')
      expect(await failedStatus(place.file)).not.toEqual([])
      await labBoot(LAB, 'w2')
      await expect.poll(() => failedStatus(place.file), { timeout: 120_000, interval: 2000 }).toEqual([])
    })

    it.each([
      ['w2', 'hdfs-datanode', 'datanode w2'],
      ['w1', 'yarn-nodemanager', 'nodemanager w1'],
      ['m1', 'hive-metastore', 'hive-metastore'],
    ])('verify fails by the right name when %s has no %s', async (host, unit, name) => {
      await onHost(LAB, host, `systemctl stop ${unit}`)
      expect(await failedChecks(['--quick'])).toContain(name)
      await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', place.file])
    })

    it('verify fails by the right name when a grant was widened behind its back', async () => {
      await onHost(LAB, 'rs1', `mariadb -e "GRANT INSERT, CREATE, DROP ON *.* TO 'api'@'%'"`)
      expect((await failedChecks([])).some((name) => name.includes('api'))).toBe(true)
      await expectExit(17, ['store', 'audit', place.file])
      await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', place.file])
      await expectExit(0, ['store', 'audit', place.file])
    })
  })

  describe('at the end', () => {
    it('destroy --data without the name is refused before a host is asked', async () => {
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
          'pgrep -f hdfs-namenode || echo none; ls -d /opt/hadoop/current 2>/dev/null || echo gone',
        ),
      ).toBe('none\ngone')
      const plan = await planOf(place.file)
      expect(plan.refusals).toEqual([])
      expect(plan.steps.map(({ ref }) => ref)).not.toContain('m1!action:hdfs-format')
      await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', place.file])
      expect(await onHost(LAB, 'm1', 'sudo -u hdfs /usr/local/bin/hdfs dfs -cat /tmp/witness')).toBe(
        'still here',
      )
    })
  })
})

async function failedStatus(file: string): Promise<string[]> {
  const { out } = await howdah(['verify', '--quick', '--json', file])
  try {
    const report = JSON.parse(out) as Pick<StatusReport, 'checks'>
    return report.checks.filter(({ status }) => status === 'fail').map(({ name }) => name)
  } catch {
    return ['no answer']
  }
}

/** Starts a bootstrap and kills it hard when its first step on a worker is done. */
async function killedInTheMiddle(file: string): Promise<void> {
  const run = execa(
    join(ROOT, 'bin/howdah'),
    ['bootstrap', '--yes', '--verify', 'none', '--output', 'ndjson', file],
    { reject: false },
  )
  let killed = false
  for await (const line of run) {
    if (!line.includes('"step"') || !line.includes('"ok"')) continue
    killed = run.kill('SIGKILL')
    break
  }
  expect(killed).toBe(true)
  await run
}
