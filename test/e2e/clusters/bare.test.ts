import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BootstrapReport } from '../../../provisioners/runtime/types.ts'
import { bareLab, SERVED_HOSTS as HOSTS, keepServed, SERVED_LAB as LAB } from '../served.ts'
import { asOps, expectExit, howdah, noLab, onHost, pids, planOf } from '../support.ts'
import { badInputTests } from './bad-input.ts'
import { guardTests } from './guards.ts'

const skip = noLab()

/**
 * A cluster from bare hosts to its first verification. The tests run in order on one lab, and each continues where the one
 * before it ended. The last one keeps the cluster, from which other suites start.
 */
describe.skipIf(skip)(`a cluster on bare hosts${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const place = { lab: LAB, file: '' }

  beforeAll(async () => {
    place.file = await bareLab()
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
      const { err } = await expectExit(18, ['bootstrap', place.file])
      expect(err).toContain('PLAN_DECLINED')
      expect(await onHost(LAB, 'm1', 'ls -d /opt/hadoop 2>/dev/null || :')).toBe('')
    })

    badInputTests(place)
  })

  describe('bootstrapped by the demo', () => {
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

    it('the commands work for users on the master, also in a shell that is not interactive', async () => {
      const as = (command: string) => asOps(LAB, 'm1', command)
      const outputs = await Promise.all([
        as('hdfs getconf -confKey fs.defaultFS'),
        as('yarn version'),
        as('sqoop version'),
        as("hive -e 'show databases'"),
      ])
      expect(outputs[0]).toContain('hdfs://m1:8020')
      expect(outputs[1]).toContain('Hadoop 3.4.2')
      expect(outputs[2]).toContain('1.4.7')
      expect(outputs[3].split('\n')).toContain('default')
    })

    it('every text column of the result store is *_bin, and grants are not too wide', async () => {
      const { out } = await expectExit(0, ['store', 'audit', '--json', place.file])
      const audit = JSON.parse(out) as { looked: { columns: number }; expectedCollation: string }
      expect(audit.looked.columns).toBeGreaterThan(0)
      expect(audit.expectedCollation).toMatch(/_bin$/)
    })

    it('no secret is in an argument list, an environment, a journal, a log or a file that all can read', async () => {
      const dir = join(dirname(place.file), '.howdah', (await planOf(place.file)).cluster)
      const names = await readdir(join(dir, 'secrets'))
      expect(names.length).toBeGreaterThan(3)
      const secrets = await Promise.all(
        names.map(async (name) => (await readFile(join(dir, 'secrets', name), 'utf8')).trim()),
      )
      const needles = secrets.join('\n')
      // One search per host for all secrets. The result shows the lines that contain one.
      const found = await Promise.all(
        HOSTS.map((host) =>
          onHost(
            LAB,
            host,
            `cat > /root/needles <<'EOT'\n${needles}\nEOT
            { grep -alFf /root/needles /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null
              find /etc /opt/hadoop /opt/hive/current/conf /var/lib/howdah /var/cache/howdah /usr/local /run/howdah /tmp -xdev -type f -perm -o=r -exec grep -lFf /root/needles {} + 2>/dev/null
              grep -rlFf /root/needles /var/log /var/lib/howdah 2>/dev/null
              journalctl -q --no-pager | grep -Ff /root/needles; } | grep -v /root/needles; rm /root/needles`,
          ).catch(() => 'the search failed'),
        ),
      )
      expect(Object.fromEntries(found.map((text, i) => [HOSTS[i], text]))).toEqual(
        Object.fromEntries(HOSTS.map((host) => [host, ''])),
      )
      const journals = await execa('grep', ['-rlF', '-f', '-', join(dir, 'journal')], {
        ...{ input: needles, reject: false },
      })
      expect(journals.stdout).toBe('')
    })

    guardTests(place)

    it('is kept as a snapshot for other suites', async () => {
      await keepServed()
    })
  })
})
