import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { JobRun } from '../../../../provisioners/operations/schedule/run.ts'
import type { ScheduleStatus } from '../../../../provisioners/operations/schedule/status.ts'
import { miniature } from '../../../../provisioners/services/scheduler/verify-job.ts'
import { expectExit, howdah, onHost, planOf, variant } from '../../support.ts'

export interface Place {
  readonly lab: string
  /** cluster.yml of a running deployment with a scheduler, a master and a result store. */
  readonly file: string
}

interface HostEntry {
  readonly name: string
  readonly address: string
  readonly roles: readonly string[]
}

/** The time in some seconds, in the form of OnCalendar. */
const soon = (seconds: number): string =>
  new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ').concat(' UTC')

/** Calls `read` until it returns a value. */
async function until<T>(seconds: number, read: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const found = await read()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`no result within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

/** A schedule on the hosts of a deployment: real timers, real ssh with its own key, real Hive and Sqoop. */
export function scheduleTests({ lab, file }: Place): void {
  describe('the schedule', () => {
    let hook: Server
    const received: { url: string; body: Record<string, unknown> }[] = []
    let scheduler = ''
    let master = ''
    let store = ''
    let path = ''

    const hostWith = (hosts: readonly HostEntry[], role: string): HostEntry => {
      const found = hosts.find(({ roles }) => roles.includes(role))
      if (found === undefined) throw new Error(`no host is ${role}`)
      return found
    }
    const write = (jobs: readonly object[]): Promise<string> =>
      variant(file, 'schedule', (spec) => {
        const onFailure = { webhook: { file: 'schedule.hook' }, mail: 'root@localhost' }
        spec.schedule = { onFailure, timeout: '15min', jobs }
      })
    const status = async (): Promise<ScheduleStatus> =>
      JSON.parse((await expectExit(0, ['schedule', 'status', '--json', path])).out) as ScheduleStatus
    const job = async (name: string) => (await status()).jobs.find((one) => one.name === name)
    /** Runs a command with the key of the scheduler, like its jobs. */
    const bySchedulersKey = (command: string, options = ''): Promise<string> =>
      onHost(
        lab,
        scheduler,
        `setpriv --reuid scheduler --regid scheduler --init-groups -- env -i PATH=/usr/bin:/bin HOME=/var/lib/scheduler \
          timeout 20 ssh -F /etc/howdah/schedule/ssh_config ${options} ${master} ${command} </dev/null 2>&1; echo "exit $?"`,
      )

    beforeAll(async () => {
      const { hosts } = parse(readFileSync(file, 'utf8')) as { hosts: HostEntry[] }
      scheduler = hostWith(hosts, 'scheduler').name
      master = hostWith(hosts, 'master').name
      store = hostWith(hosts, 'result-store').name
      const gateway = hostWith(hosts, 'scheduler').address.replace(/\d+$/, '1')
      hook = createServer((request, response) => {
        let text = ''
        request.on('data', (chunk) => {
          text += chunk
        })
        request.on('end', () => {
          received.push({ url: request.url ?? '', body: JSON.parse(text) as Record<string, unknown> })
          response.end('ok')
        })
      })
      await new Promise<void>((resolve) => hook.listen(0, gateway, resolve))
      const { port } = hook.address() as AddressInfo
      writeFileSync(join(dirname(file), 'schedule.hook'), `http://${gateway}:${port}/t0ken\n`, {
        mode: 0o600,
      })
      // A small mailer of Debian, which delivers local mail.
      await onHost(lab, scheduler, 'DEBIAN_FRONTEND=noninteractive apt-get install -yq dma >/dev/null 2>&1')
      path = await write([
        { name: 'proof', workflow: 'verify', when: '*-01-01 00:00', retry: { times: 0 } },
        { name: 'who', command: 'id -un; uname -n', when: soon(90) },
        { name: 'bad', command: 'echo oops; exit 3', when: 'yearly', retry: { times: 1, delay: '1s' } },
        { name: 'slow', command: 'sleep 30', when: 'yearly' },
        { name: 'late', command: 'sleep 60', when: 'yearly', timeout: '3s', retry: { times: 0 } },
      ])
      await expectExit(0, ['schedule', 'apply', '--yes', path])
    })
    afterAll(async () => {
      await expectExit(0, ['schedule', 'apply', '--yes', file])
      hook.close()
    })

    it('is applied once, by `schedule apply` and `bootstrap` alike', async () => {
      expect((await howdah(['schedule', 'plan', '--detailed-exitcode', path])).code).toBe(0)
      const steps = (await planOf(path)).steps.filter(({ component }) => component === 'scheduler')
      expect(steps).toEqual([])
    })

    it('a timer fires, and the job runs on the master as hadoop', async () => {
      const last = await until(150, async () => (await job('who'))?.last)
      expect(last).toMatchObject({ asked: 'schedule', result: 'succeeded', exit: 0 })
      expect(await onHost(lab, scheduler, `cat ${last.log}`)).toBe(`hadoop\n${master}`)
    })

    it('the miniature flow runs as a job, and its rows are in the result store', async () => {
      const { out } = await expectExit(0, ['schedule', 'run', '--json', 'proof', path])
      const run = JSON.parse(out) as JobRun
      expect(run).toMatchObject({ result: 'succeeded' })
      const rows = await onHost(
        lab,
        store,
        `$(command -v mariadb || command -v mysql) -N -e "SELECT CONCAT_WS('|', 'row', course_id, day, events, learners) FROM reports.howdah_schedule ORDER BY BINARY course_id, day"`,
      )
      expect(`${rows}\n`).toBe(miniature().expected)
    })

    it('a job that fails is tried again, recorded, and reported', async () => {
      const ran = await expectExit(14, ['schedule', 'run', 'bad', path])
      expect(ran.out).toContain('bad failed (exit 3)')
      expect(ran.err).toContain('oops')
      const history = (await job('bad'))?.history ?? []
      expect(history.slice(0, 2).map(({ attempt, result, exit }) => [attempt, result, exit])).toEqual([
        [2, 'failed', 3],
        [1, 'failed', 3],
      ])
      const mine = received.filter(({ body }) => body.job === 'bad')
      expect(mine).toEqual([
        { url: '/t0ken', body: expect.objectContaining({ result: 'failed', exit: 3, attempts: 2 }) },
      ])
      const mail = await until(
        30,
        async () => (await onHost(lab, scheduler, 'cat /var/mail/root 2>/dev/null || :')).trim() || undefined,
      )
      expect(mail).toMatch(/^Subject: \[howdah\] .*: the job bad failed/m)
      expect(mail).toContain('oops')
      // The address is in one file, which only root can read.
      const seen = await onHost(
        lab,
        scheduler,
        'grep -rl t0ken /etc/howdah /etc/systemd/system /var/lib/howdah /var/log 2>/dev/null | xargs stat -c "%a %U"',
      )
      expect(new Set(seen.split('\n'))).toEqual(new Set(['600 root']))
    })

    it('one that takes too long is stopped on the master too', async () => {
      const ran = await expectExit(14, ['schedule', 'run', 'late', path])
      expect(ran.out).toContain('it took longer than 3 s')
      expect(await onHost(lab, master, 'pgrep -cu hadoop sleep || :')).toBe('0')
    })

    it('is not started twice', async () => {
      const first = howdah(['schedule', 'run', '--json', 'slow', path])
      await until(60, async () => ((await job('slow'))?.state === 'running' ? true : undefined))
      const { err } = await expectExit(14, ['schedule', 'run', 'slow', path])
      expect(err).toContain('SCHEDULE_RUNNING')
      // And without the runner, when it is started on the master in another way.
      expect(await bySchedulersKey("'run slow'")).toMatch(/slow still runs here[\s\S]*exit 75/)
      expect((await first).code).toBe(0)
    })

    it('the key of the scheduler opens no subsystem', async () => {
      // sshd passes on no output of a subsystem except its own.
      expect(await bySchedulersKey('-s sftp')).toMatch(/exit 126$/)
    })

    it.each(["'id'", "''", "'run who; id'", "'run nosuch'", "'sudo -Hu hadoop id'"])(
      'the key of the scheduler opens nothing else: %s',
      async (command) => {
        expect(await bySchedulersKey(command)).toMatch(/nothing else[\s\S]*exit 126/)
      },
    )

    it('the key forwards no port, and is accepted only from the scheduler', async () => {
      expect(await bySchedulersKey('', '-W 127.0.0.1:22')).not.toContain('SSH-2.0')
      const keys = await onHost(lab, master, 'cat /var/lib/scheduler/.ssh/authorized_keys')
      expect(keys).toMatch(/\nrestrict,from="[0-9.,a-f:]+",command=/)
    })

    it('another host key than the pinned one is refused', async () => {
      const known = '/etc/howdah/schedule/known_hosts'
      await onHost(
        lab,
        scheduler,
        `cp -p ${known} ${known}.kept; rm -f /tmp/k /tmp/k.pub; ssh-keygen -q -t ed25519 -N '' -f /tmp/k; echo "${master} $(cut -d' ' -f1,2 /tmp/k.pub)" >${known}`,
      )
      try {
        expect(await bySchedulersKey("'run who'")).toMatch(/Host key verification failed[\s\S]*exit 255/)
        // And Howdah repairs it.
        expect((await howdah(['schedule', 'plan', '--detailed-exitcode', path])).code).toBe(2)
      } finally {
        await onHost(lab, scheduler, `mv -f ${known}.kept ${known}; rm -f /tmp/k /tmp/k.pub`)
      }
    })

    it('a job that is removed from cluster.yml is removed from both hosts', async () => {
      path = await write([{ name: 'who', command: 'id -un', when: 'yearly' }])
      await expectExit(0, ['schedule', 'apply', '--yes', path])
      const left = await onHost(
        lab,
        scheduler,
        'cd /etc/systemd/system && ls -d howdah-job-*; ls /etc/howdah/schedule/jobs',
      )
      expect(left.split('\n')).toEqual(['howdah-job-who.service', 'howdah-job-who.timer', 'who.conf'])
      expect(await bySchedulersKey("'run bad'")).toContain('exit 126')
    })

    it('cron runs the same jobs with `by: cron`', async () => {
      path = await variant(file, 'schedule', (spec) => {
        spec.schedule = { by: 'cron', jobs: [{ name: 'minute', command: 'id -un', when: 'minutely' }] }
      })
      await expectExit(0, ['schedule', 'apply', '--yes', path])
      const last = await until(150, async () => (await job('minute'))?.last)
      expect(last).toMatchObject({ asked: 'schedule', result: 'succeeded' })
      expect((await job('minute'))?.next ?? 'none').toMatch(/^\d{4}-\d\d-\d\dT/)
    })
  })
}
