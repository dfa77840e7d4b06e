import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Fact, File, Resource } from '../../../provisioners/engine/types.ts'
import { desire } from '../../../provisioners/services/index.ts'
import { everyMinutes } from '../../../provisioners/services/tracking-logs/index.ts'
import { incomingOf } from '../../../provisioners/services/tracking-logs/places.ts'
import { rotationRule } from '../../../provisioners/services/tracking-logs/rotation.ts'
import { type TimedJob, timedJobType } from '../../../provisioners/services/tracking-logs/timed-job.ts'
import { clusterOf, contextOf, FIVE, ONE } from '../a-context.ts'
import { runSh } from '../run-sh.ts'

const LOGS = `
trackingLogs: {sources: [{host: lms}, {host: lms, directory: /edx/studio, name: studio}], keep: 400}
`
const on = (host: string, text: string): readonly Resource[] =>
  (desire(contextOf(text))[host] ?? []).filter(({ component }) => component === 'tracking-logs')
const file = (resources: readonly Resource[], path: string): File =>
  resources.find(({ id }) => id === `file:${path}`) as File

describe('tracking logs', () => {
  it('are not copied if cluster.yml has no section for them', () => {
    for (const host of ['m1', 'w1', 'lms']) expect(on(host, FIVE)).toEqual([])
  })

  it("have a sender on the host of the LMS, a keeper on the NameNode's host, and nothing elsewhere", () => {
    const text = `${FIVE}${LOGS}`
    expect(on('w1', text)).toEqual([])
    const lms = on('lms', text).map(({ id }) => id)
    expect(lms).toContain('timer:howdah-tracking-ship')
    expect(lms).not.toContain('timer:howdah-tracking-expire')
    const m1 = on('m1', text).map(({ id }) => id)
    expect(m1.filter((id) => id.startsWith('hdfs-directory:'))).toEqual([
      'hdfs-directory:/data',
      'hdfs-directory:/data/tracking',
      'hdfs-directory:/data/.tracking-incoming',
    ])
    expect(m1).not.toContain('timer:howdah-tracking-ship')
  })

  it('have the port of cluster.yml and every source in their settings', () => {
    const text = `${FIVE}${LOGS}properties: {hdfs-site: {dfs.namenode.http-address: "0.0.0.0:50070"}}\n`
    const conf = file(on('lms', text), '/etc/howdah/tracking-logs/ship.conf')
    const read = runSh(
      `${conf.content}\nprintf '%s\\n' "namenodes=$namenodes" "keep=$keep" "incoming=$incoming" "$sources"`,
    )
    expect(read.values).toEqual({
      namenodes: 'http://m1:50070',
      keep: '400',
      incoming: '/data/.tracking-incoming/lms',
    })
    expect(read.stdout).toContain('lms /edx/var/log/tracking tracking.log\nstudio /edx/studio tracking.log\n')
  })

  it('on one host: the keeper has all sources, the sender its own, and nothing is declared twice', () => {
    const all = on('one', `${ONE}trackingLogs: {sources: [{host: one}], to: /data}\n`)
    const ids = all.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(
      expect.arrayContaining(['timer:howdah-tracking-ship', 'timer:howdah-tracking-expire']),
    )
    expect(incomingOf('/data')).toBe('/.data-incoming')
  })

  it('the timer of the sender comes after the directories of HDFS on another host', () => {
    const timer = on('lms', `${FIVE}${LOGS}`).find(({ id }) => id === 'timer:howdah-tracking-ship')
    expect(timer?.after).toContain('m1!hdfs-directory:/data/tracking')
  })

  it.each([
    [15, '*:0/15'],
    [90, '0/2:00'],
    [1440, 'daily'],
  ])('every %i minutes is %s', (minutes, calendar) => expect(everyMinutes(minutes)).toBe(calendar))
})

describe('the rule of logrotate', () => {
  const { sources, rotate } = clusterOf(`${FIVE}${LOGS}`).trackingLogs as never as {
    sources: never
    rotate: { manage: true; keep: number }
  }

  it('has dates in names, and compresses one rotation later', () => {
    const rule = rotationRule(sources, rotate)
    for (const word of [
      'daily',
      'dateext',
      'dateformat -%Y%m%d-%s',
      'compress',
      'delaycompress',
      'rotate 16000',
      'create',
    ])
      expect(rule).toMatch(new RegExp(`^ +${word.replace(/[%]/g, '\\$&')}$`, 'm'))
    expect(rule).not.toContain('su ')
    const sized = rotationRule(sources, { ...rotate, size: '500M', su: 'syslog adm', reopen: 'kill -HUP 1' })
    expect(sized).toMatch(/^ +size 500M$/m)
    expect(sized).toMatch(/^ +su syslog adm$/m)
    expect(sized).toMatch(/postrotate\n +kill -HUP 1\n +endscript/)
    expect(sized).not.toContain('daily')
  })

  it('is refused if another rule has the same file', () => {
    const fact = on('lms', `${FIVE}${LOGS}`).find(({ id }) => id === 'fact:tracking-rotation') as Fact
    const said = (there: string) =>
      runSh(
        `grep() { case $* in *-vxF*) command grep "$@" ;; *) printf '%s' '${there}' ;; esac; }\n${fact.script}`,
      ).values
    expect(said('').other).toBe('none')
    expect(said('/etc/logrotate.d/howdah-tracking\n').other).toBe('none')
    expect(said('/etc/logrotate.d/edx\n').other).toContain('/etc/logrotate.d/edx')
    expect(fact.must).toMatchObject([{ key: 'other', oneOf: ['none'] }])
  })
})

describe('a timed job', () => {
  const job: TimedJob = { type: 'x-timed-job', id: 'timer:a', component: 'c', name: 'a' }
  const well = {
    'timer.LoadState': 'loaded',
    ...{ 'timer.UnitFileState': 'enabled', 'timer.ActiveState': 'active', 'timer.NeedDaemonReload': 'no' },
    ...{ 'service.NeedDaemonReload': 'no', 'timer-file': 't', 'service-file': 's' },
  }
  const world = { fileSha256: (path: string) => (path.endsWith('.timer') ? 't' : 's') }

  it.each([
    [{}, undefined],
    [{ 'timer.LoadState': 'not-found' }, 'not there'],
    [{ 'timer.UnitFileState': 'disabled' }, 'not enabled at boot'],
    [{ 'timer.ActiveState': 'inactive' }, 'not waiting (inactive)'],
    [{ 'service.NeedDaemonReload': 'yes' }, 'systemd has not read its files'],
    [{ 'service-file': 'old' }, 'its files change'],
  ])('%j', (more, reason) => expect(timedJobType.diff(job, { ...well, ...more }, world)?.reason).toBe(reason))

  it('is POSIX sh', () => {
    for (const text of [timedJobType.probe(job), timedJobType.apply(job, { action: 'create', reason: '' })])
      expect(() => execFileSync('sh', ['-n'], { input: text })).not.toThrow()
  })
})
