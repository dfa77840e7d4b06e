import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { durationSeconds } from '../../../cli/program/parts.ts'
import { doctorExit, doctorText } from '../../../cli/verbs/doctor.ts'
import { findingsIn, hostTime, timeOf } from '../../../provisioners/operations/doctor/findings.ts'
import { diagnoseCluster, unitsOf } from '../../../provisioners/operations/doctor/index.ts'
import { readingOf } from '../../../provisioners/operations/doctor/reading.ts'
import { doctorScript } from '../../../provisioners/operations/doctor/script.ts'
import { symptomsOf } from '../../../provisioners/services/index.ts'
import { clusterOf, FIVE, SEED } from '../../services/a-context.ts'
import { scratch } from '../../support/scratch.ts'
import { operation, playedHosts } from '../played.ts'

vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

const world = vi.hoisted(() => ({
  dead: [] as string[],
  answers: {} as Record<string, string>,
  asked: [] as string[],
}))
vi.mock('../../../provisioners/transport/index.ts', async (original) => ({
  ...(await original<typeof import('../../../provisioners/transport/index.ts')>()),
  openTransport: async (at: { host: string }) => {
    const { HowdahError } = await import('../../../provisioners/errors.ts')
    if (world.dead.includes(at.host)) {
      const message = `${at.host} does not answer`
      throw new HowdahError({
        code: 'SSH_UNREACHABLE',
        exit: 'connection',
        message,
        next: `ssh ${at.host} true`,
      })
    }
    return playedHosts((host) => {
      world.asked.push(host)
      return { stdout: world.answers[host] ?? answer() }
    })(at)
  },
}))
beforeEach(() => Object.assign(world, { dead: [], answers: {}, asked: [] }))

/** 2026-12-01T13:00:00Z, on a host whose time is one hour ahead. */
const NOW = Date.UTC(2026, 11, 1, 13) / 1000

interface Parts {
  readonly unit?: string
  readonly active?: string
  readonly enabled?: string
  /** Seconds that its process runs. */
  readonly ran?: number
  readonly log?: string
  readonly journal?: string
  readonly kernel?: string
  readonly disks?: string
}

function answer(parts: Parts = {}): string {
  const { unit = 'hdfs-namenode', active = 'active', enabled = 'enabled', ran = 3600 } = parts
  return [
    ...['', '@doctor clock', `${NOW} +0100`, '100000.00 1.0'],
    ...[
      `@doctor unit ${unit}`,
      'LoadState=loaded',
      `ActiveState=${active}`,
      'Result=exit-code',
      `UnitFileState=${enabled}`,
    ],
    `ExecMainStartTimestampMonotonic=${(100_000 - ran) * 1e6}`,
    ...[
      `@doctor journal ${unit}`,
      parts.journal ?? '',
      `@doctor log ${unit} /var/log/x.log`,
      parts.log ?? '',
    ],
    ...[
      '@doctor kernel',
      parts.kernel ?? '',
      '@doctor disks',
      parts.disks ?? '/dev/vda1 100 50 50 50% /',
      '@doctor end',
      '',
    ],
  ].join('\n')
}

const find = (parts: Parts, since = 86_400) =>
  findingsIn([readingOf('m1', answer(parts))], since, symptomsOf('hadoop3')).map(({ symptom, places }) => [
    symptom,
    ...places.map(({ daemon, at, count }) => `${daemon} ${at ?? '-'} ${count}`),
  ])

const FULL =
  '2026-12-01 13:59:00,101 ERROR org.apache.hadoop.Edit: flush failed\njava.io.IOException: No space left on device'

describe('what the logs of a host show', () => {
  it('a cause has the time of the line above it, with the offset of the host', () => {
    expect(find({ log: FULL })).toEqual([['no-space-left', 'hdfs-namenode 2026-12-01T13:59:00+01:00 1']])
  })

  it.each([
    ['before the process that runs', FULL.replace('13:59', '12:59'), 86_400],
    ['before --since', FULL.replace('13:59', '13:01'), 600],
    [
      'that has passed',
      '2026-12-01 13:59:00,101 INFO x: The reported blocks 0 needs additional 5 blocks\n2026-12-01 13:59:30,101 INFO x: STATE* Safe mode is OFF',
      86_400,
    ],
    [
      'that passes alone, long ago',
      '2026-12-01 13:30:00,101 INFO x: Retrying connect to server: m1/10.0.0.1:8020. Already tried 0 time(s)',
      86_400,
    ],
  ])('nothing %s', (_, log, since) => {
    expect(find({ log }, since)).toEqual([])
  })

  it('a daemon that does not run: that, why, and what its log says from before', () => {
    expect(find({ active: 'failed', log: FULL.replace('13:59', '12:00') })).toEqual([
      ['no-space-left', 'hdfs-namenode 2026-12-01T12:00:00+01:00 1'],
      ['unit-stopped', 'hdfs-namenode - 1'],
    ])
  })

  it('a daemon that still tries, a unit that is not enabled, memory and disks', () => {
    const log =
      '2026-12-01 13:59:00,101 INFO x: Retrying connect to server: m1/10.0.0.1:8020. Already tried 0 time(s)'
    const kernel =
      '2026-12-01T13:59:00+0100 m1 kernel: Out of memory: Killed process 4711 (java) total-vm:1kB'
    const disks = 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 100 97 3 97% /data/1'
    expect(find({ enabled: 'disabled', log: `${log}\n${log}`, kernel, disks }).sort()).toEqual([
      ['file-system-full', 'disk - 1'],
      ['killed-for-memory', 'kernel 2026-12-01T13:59:00+01:00 1'],
      ['namenode-unreachable', 'hdfs-namenode 2026-12-01T13:59:00+01:00 2'],
      ['unit-disabled', 'hdfs-namenode - 1'],
    ])
  })

  it('times of all formats', () => {
    for (const line of [
      '2026-12-01 14:00:00,101 INFO x',
      '2026-12-01T14:00:00,101  INFO [main] x',
      '2026-12-01T13:00:00+0000 m1 systemd[1]: x',
      '2026-12-01T13:00:00.123456Z 0 [ERROR] x',
      '2026/12/01 14:00:00 [emerg] x',
    ])
      expect([line, timeOf(line, 60)]).toEqual([line, NOW])
    expect(timeOf('\tat x', 60)).toBeUndefined()
    expect(hostTime(NOW, -210)).toBe('2026-12-01T09:30:00-03:30')
  })
})

describe('howdah doctor', () => {
  const c = pc.createColors(false)

  it('asks each host once, and says that nothing known is wrong, and what it read', async () => {
    const report = await diagnoseCluster(operation(FIVE))
    expect(world.asked.sort()).toEqual(['lms', 'm1', 'rs', 'w1', 'w2'])
    expect(doctorExit(report)).toBe(0)
    const text = doctorText(report, c)
    expect(text).toContain('nothing known is wrong')
    expect(text).toContain('read: m1 (hdfs-namenode)')
  })

  it('groups a cause over its hosts, and exits with 17', async () => {
    Object.assign(world, { answers: { w1: answer({ log: FULL }), w2: answer({ log: FULL }) } })
    const report = await diagnoseCluster(operation(FIVE))
    expect(report).toMatchObject({ formatVersion: '1.0', sinceSeconds: 86_400 })
    expect(report.findings).toMatchObject([
      {
        symptom: 'no-space-left',
        next: expect.stringContaining('df -h'),
        places: [{ host: 'w1' }, { host: 'w2' }],
      },
    ])
    expect(doctorExit(report)).toBe(17)
    const text = doctorText(report, c)
    expect(text).toContain('a disk of this host is full no-space-left')
    expect(text).toContain('w2 hdfs-namenode, 2026-12-01T13:59:00+01:00')
    expect(text).toContain('│ java.io.IOException: No space left on device')
    expect(text).toContain('next  on that host: df -h')
    expect(text).toContain('1 known cause found')
  })

  it('shows a host that does not answer, and one whose answer breaks off, and exits with 15', async () => {
    Object.assign(world, { dead: ['w2'], answers: { w1: '@doctor clock\n1 +0000\n' } })
    const report = await diagnoseCluster(operation(FIVE))
    expect(report.unreachable.map(({ host, next }) => [host, next])).toEqual([
      ['w2', 'ssh w2 true'],
      ['w1', 'howdah status'],
    ])
    expect(report.read.map(({ host }) => host)).toEqual(['m1', 'lms', 'rs'])
    expect(doctorExit(report)).toBe(15)
    expect(doctorText(report, c)).toContain('✗ w2 was not asked: w2 does not answer\n    next  ssh w2 true')
  })

  it('a note explains, and changes no exit code', async () => {
    const log =
      '2026-12-01 13:59:00,101 WARN x: Unable to load native-hadoop library for your platform... using'
    Object.assign(world, { answers: { m1: answer({ log }) } })
    const report = await diagnoseCluster(operation(FIVE))
    expect([report.notes.length, report.findings.length, doctorExit(report)]).toEqual([1, 0, 0])
  })

  it('reads the units of every generation, with their logs', () => {
    const { m1 = [], rs = [] } = unitsOf(clusterOf(FIVE))
    expect(m1).toContainEqual({ name: 'hive-metastore', log: '/var/log/hive/metastore.log' })
    expect(m1.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['hdfs-namenode', 'yarn-resourcemanager']),
    )
    expect(rs.map(({ name }) => name)).toContain('mariadb')
    expect((unitsOf(clusterOf(SEED)).w1 ?? []).map(({ name }) => name)).toContain('mapred-tasktracker')
  })

  it.each([
    ['30m', 1800],
    ['2d', 172_800],
  ])('--since %s', (text, seconds) => expect(durationSeconds(text)).toBe(seconds))

  it.each(['', '0m', '5', '1y', '-1h'])('--since %j is refused', (text) => {
    expect(() => durationSeconds(text)).toThrow('such as 30m')
  })
})

describe('the script', () => {
  it('gives an answer that can be read, and takes no line of a log for its own', () => {
    const dir = scratch('howdah-doctor-')
    const fake = (name: string, text: string) => {
      writeFileSync(join(dir, name), `#!/bin/sh\n${text}\n`)
      chmodSync(join(dir, name), 0o755)
    }
    fake(
      'systemctl',
      'echo LoadState=loaded; echo ActiveState=active; echo ExecMainStartTimestampMonotonic=1000000',
    )
    fake(
      'journalctl',
      'case $* in *-k*) echo "2026-12-01T13:59:00+0100 m1 kernel: Out of memory: Killed process 7 (java)" ;; *) echo from the journal ;; esac',
    )
    const log = join(dir, 'nn.log')
    writeFileSync(log, `${'x'.repeat(70_000)}\n@doctor end\nlast line without an end`)
    const out = execFileSync('dash', ['-eu'], {
      input: doctorScript(
        [
          { name: 'nn', log },
          { name: 'other', log: join(dir, 'no such') },
        ],
        60,
      ),
      encoding: 'utf8',
      env: { ...process.env, PATH: `${dir}:${process.env.PATH}` },
    })
    const reading = readingOf('m1', out)
    expect(reading).toMatchObject({ whole: true, kernel: [expect.stringContaining('Killed process 7')] })
    expect(Math.abs(reading.now - Date.now() / 1000)).toBeLessThan(60)
    const [nn, other] = reading.units
    expect(nn?.log?.lines.slice(-2)).toEqual([' @doctor end', 'last line without an end'])
    expect(nn?.journal).toEqual(['from the journal'])
    expect(nn?.startedAt).toBeDefined()
    expect(other?.log).toBeUndefined()
    expect(reading.disks.length).toBeGreaterThan(0)
  })
})
