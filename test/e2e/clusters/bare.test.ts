import { readdir, readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditReport } from '../../../provisioners/operations/audit/index.ts'
import type { PreflightReport } from '../../../provisioners/operations/preflight/index.ts'
import type { BootstrapReport } from '../../../provisioners/runtime/types.ts'
import { bareLab, SERVED_HOSTS as HOSTS, keepServed, SERVED_LAB as LAB } from '../served.ts'
import { asOps, expectExit, howdah, noLab, onHost, pids, planOf } from '../support.ts'
import { badInputTests } from './bad-input.ts'
import { guardTests } from './guards.ts'

const skip = noLab()

/** Connects from this machine. Rejects with the error of the connection. */
const reaches = (address: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host: address, port, timeout: 10_000 })
    socket.once('connect', () => resolve(void socket.destroy()))
    socket.once('error', reject)
  })

/** Shell that prints `open` when a port of another host can be connected to. */
const connect = (host: string, port: number): string =>
  `timeout 10 bash -c 'exec 3<>/dev/tcp/${host}/${port}' && echo open`

/** The address of a host, as the lab's hosts know it. */
const addressOf = async (host: string): Promise<string | undefined> =>
  (await onHost(LAB, 'm1', `getent ahostsv4 ${host}`)).split(/\s+/)[0]

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

    it('preflight checks every host, finds no error and changes nothing', async () => {
      const { out } = await expectExit(0, ['preflight', '--json', place.file])
      const report = JSON.parse(out) as PreflightReport
      expect(report.hosts).toEqual(expect.arrayContaining([...HOSTS]))
      expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
      expect(await onHost(LAB, 'm1', 'ls -d /opt/hadoop /etc/hadoop /var/lib/howdah 2>/dev/null || :')).toBe(
        '',
      )
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

    it('the daemons are open to the hosts of the cluster, and closed to others', async () => {
      const { hosts } = JSON.parse((await expectExit(0, ['audit', '--json', place.file])).out) as AuditReport
      expect(hosts.map(({ firewall }) => firewall)).toEqual(hosts.map(() => 'in force'))
      const m1 = (await addressOf('m1')) as string
      // The demo's cluster.yml admits this machine as a user, and not as a host of the cluster.
      await expect(reaches(m1, 8033)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      await reaches(m1, 8088)
      expect(await onHost(LAB, 'w1', connect('m1', 8033))).toBe('open')
      // The rules are loaded again at boot by the unit alone, and a flushed table is found.
      await onHost(LAB, 'w1', 'nft flush ruleset')
      const plan = await planOf(place.file)
      expect(plan.steps.map(({ ref }) => ref)).toEqual(['w1!firewall:howdah'])
      await onHost(LAB, 'w1', 'systemctl restart howdah-firewall')
      expect((await planOf(place.file)).steps).toEqual([])
    })

    it('HiveServer2 refuses dfs, and nobody but the metastore reads its password', async () => {
      const beeline = `beeline -u jdbc:hive2://m1:10000/default -n ops -e 'dfs -cat file:///etc/hive/metastore-conf/hive-site.xml;' 2>&1 || :`
      expect(await asOps(LAB, 'm1', beeline)).toContain('Insufficient privileges to execute dfs')
      const read = 'runuser -u hive -- cat /etc/hive/metastore-conf/hive-site.xml 2>&1 || :'
      expect(await onHost(LAB, 'm1', read)).toContain('Permission denied')
      const load = `beeline -u jdbc:hive2://m1:10000/default -n ops -e "CREATE TABLE stolen (line STRING); LOAD DATA LOCAL INPATH '/etc/hive/metastore-conf/hive-site.xml' INTO TABLE stolen;" 2>&1 || :`
      expect(await asOps(LAB, 'm1', load)).not.toContain('Loading data to table default.stolen\nOK')
      expect(
        await asOps(LAB, 'm1', "hive -e 'SELECT count(*) FROM stolen; DROP TABLE stolen' 2>/dev/null"),
      ).toBe('0')
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
