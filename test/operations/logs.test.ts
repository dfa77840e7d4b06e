import { describe, expect, it } from 'vitest'
import { shipExit } from '../../cli/verbs/logs-run.ts'
import type { TrackingLogs } from '../../provisioners/config/types-tracking-logs.ts'
import type { RunEvent } from '../../provisioners/events.ts'
import {
  dayOf,
  missingDays,
  ranges,
  readHostState,
  sourceOf,
} from '../../provisioners/operations/logs/ledger.ts'
import { isHealthy, oldestKept, sourceReport } from '../../provisioners/operations/logs/report.ts'
import { listener, reportOf, type ShipReport, shippingOf } from '../../provisioners/operations/logs/run.ts'
import { desire } from '../../provisioners/services/index.ts'
import { clusterOf, contextOf, FIVE } from '../services/a-context.ts'
import { destroyed } from './destroyed.ts'

const cluster = clusterOf(`${FIVE}
trackingLogs: {sources: [{host: lms}, {host: lms, directory: /edx/b, name: b-lms}], keep: 60}
`)
const logs = cluster.trackingLogs as TrackingLogs
const [LMS, B] = logs.sources as [TrackingLogs['sources'][0], TrackingLogs['sources'][0]]

const line = (...parts: (string | number)[]): string => parts.join('\t')
const entry = (state: string, name: string, more: { size?: number; sum?: string; detail?: string } = {}) =>
  line(
    ...['ledger', '2026-11-27T00:00:00Z', state, 'lms', name, more.size ?? 10, '1.5', 7],
    ...[more.sum ?? 'aa', name.replace(/\.gz$/, '-lms.gz'), more.detail ?? '-'],
  )
const found = (name: string, size = 10, source = 'lms') =>
  line('found', source, '/edx/var/log/tracking', 'tracking.log', name, size, '1.5', 7)
const hdfs = (name: string, size = 10) => line('hdfs', name, size, 'FILE')
const report = (...lines: string[]) => sourceReport(LMS, readHostState(lines.join('\n')), logs, '2026-11-28')
const day = (d: string) => `tracking.log-202611${d}.gz`

describe('days in names', () => {
  it.each([
    ['tracking.log-20261127', '2026-11-27'],
    ['tracking.log-20261127-1764288000', '2026-11-27'],
    ['tracking.log-20261127.1', '2026-11-27'],
    ['tracking.log-20260229', undefined],
    ['tracking.log-20261327', undefined],
    ['tracking.log-202611271', undefined],
    ['tracking.log', undefined],
    ['tracking.log2-20261127', undefined],
    ['other.log-20261127', undefined],
  ])('%s is of %s', (name, wanted) => expect(dayOf(name, 'tracking.log')).toBe(wanted))

  it('gaps are days between two others, also over the end of a month and a leap day', () => {
    expect(missingDays(['2028-02-27', '2028-03-02', '2028-02-28', '2028-02-27'])).toEqual([
      '2028-02-29',
      '2028-03-01',
    ])
    expect(missingDays(['2026-11-27'])).toEqual([])
    expect(missingDays([])).toEqual([])
  })

  it('gaps are shown as ranges', () => {
    expect(ranges(['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-05'])).toBe(
      '2026-10-30 to 2026-11-01, 2026-11-05',
    )
  })

  it('a file in HDFS belongs to the source whose name ends its name, the longest first', () => {
    expect(sourceOf('tracking.log-20261127-lms.gz', logs)).toBe(LMS)
    expect(sourceOf('tracking.log-20261127-b-lms.gz', logs)).toBe(B)
    expect(sourceOf('tracking.log-20261127-c.gz', logs)).toBeUndefined()
  })
})

describe('the ledger', () => {
  it('the last line about a file counts, and an incomplete one does not', () => {
    const { entries } = readHostState(
      [
        entry('changed', day('01')),
        entry('shipped', day('01')),
        'ledger\t2026-11-27\tconflict\tlms\ttrack',
      ].join('\n'),
    )
    expect(entries).toMatchObject([{ state: 'shipped', name: day('01'), stamp: '1.5 7', detail: '' }])
  })

  it('an HDFS that does not answer is an error, and no file is reported as lost', () => {
    const status = report(entry('shipped', day('01')), 'unlisted\tno route')
    expect(status).toMatchObject({ lost: [], errors: ['HDFS does not answer: no route'] })
    expect(isHealthy(status)).toBe(false)
  })
})

describe('the report on a source', () => {
  it('counts as waiting what the ledger has not in this state, without files that are still written', () => {
    const status = report(
      entry('shipped', day('20')),
      entry('shipped', day('21'), { size: 9 }),
      entry('changed', day('22')),
      entry('forgotten', day('23')),
      ...['20', '21', '22', '23', '24', '25'].map((d) => found(day(d))),
      found('tracking.log-20261125'),
      found('tracking.log-20260901.gz'),
      found(day('26'), 10, 'b-lms'),
      hdfs('tracking.log-20261120-lms.gz'),
      hdfs('tracking.log-20261121-lms.gz'),
    )
    expect(status.waiting).toEqual({ files: 4, bytes: 40 })
    expect(status.uncompressed).toBe(1)
  })

  it('conflicts, damaged and changed files, and days without a log need attention; duplicates do not', () => {
    const whole = [entry('shipped', day('20')), hdfs('tracking.log-20261120-lms.gz')]
    expect(isHealthy(report(...whole))).toBe(true)
    expect(isHealthy(report(...whole, entry('duplicate', day('21'), { detail: 'same content as x' })))).toBe(
      true,
    )
    for (const state of ['conflict', 'damaged', 'changed']) {
      expect(isHealthy(report(...whole, entry(state, day('21')))), state).toBe(false)
    }
    const gap = report(...whole, hdfs('tracking.log-20261123-lms.gz'))
    expect(gap.gaps).toEqual(['2026-11-21', '2026-11-22'])
    expect(isHealthy(gap)).toBe(false)
    // A day with a waiting file or a duplicate is not a gap.
    expect(
      report(...whole, hdfs('tracking.log-20261123-lms.gz'), found(day('21')), entry('duplicate', day('22')))
        .gaps,
    ).toEqual([])
  })

  it('lost are files that were sent, are missing, and are within the retention', () => {
    const status = report(entry('shipped', day('20')), entry('shipped', 'tracking.log-20260801.gz'))
    expect(status.lost).toEqual([
      { name: day('20'), detail: 'tracking.log-20261120-lms.gz was shipped, and is not in HDFS' },
    ])
    expect(oldestKept(60, '2026-11-28')).toBe('2026-09-29')
  })

  it('a run that stopped early needs attention, and shows its reason', () => {
    const last = (outcome: string) => line('last', 'a', 'b', outcome, 3, 30, 0, 'no NameNode answers')
    expect(report(last('1'))).toMatchObject({
      lastRun: { outcome: '1', shipped: 3, reason: 'no NameNode answers' },
    })
    expect(isHealthy(report(last('1')))).toBe(false)
    expect(isHealthy(report(last('0')))).toBe(true)
  })

  it('files that do not belong to any source are named', () => {
    const tale = readHostState([hdfs('notes.txt'), hdfs('tracking.log-20261120-lms.gz')].join('\n'))
    expect(reportOf(cluster, logs, new Map([['lms', tale]]), '2026-11-28').foreign).toEqual(['notes.txt'])
  })
})

describe('a run', () => {
  it('reports its progress, and warns about files that need attention', () => {
    const events: RunEvent[] = []
    const hear = listener('lms', (event) => events.push(event))
    for (const line of [
      'plan\t2\t20',
      `shipped\tlms\t${day('01')}\t10\t-`,
      `conflict\tlms\t${day('02')}\t10\tother content`,
    ])
      hear(line)
    expect(events).toEqual([
      expect.objectContaining({ type: 'progress', done: 1, total: 2, unit: 'items', host: 'lms' }),
      { type: 'log', level: 'warn', text: `conflict ${day('02')}: other content`, host: 'lms' },
    ])
  })

  it.each([
    [0, 'end\t0\t5\t50\t0\t-', { outcome: 'done', shipped: 5, bytes: 50, reason: '' }],
    [3, 'end\t3\t5\t50\t1\t-', { outcome: 'partly', shipped: 5, reason: 'said' }],
    [
      1,
      'end\t1\t2\t20\t0\tnothing went through',
      { outcome: 'failed', shipped: 2, reason: 'nothing went through' },
    ],
    [75, '', { outcome: 'busy', shipped: 0, reason: 'said' }],
    [137, '', { outcome: 'failed', shipped: 0, reason: 'said' }],
  ])('that ends with %i', (exit, stdout, wanted) => {
    expect(
      shippingOf('lms', { exit, stdout: `plan\t1\t1\n${stdout}\n`, stderr: 'said\n', ms: 1 }),
    ).toMatchObject(wanted)
  })

  it.each([
    [['done', 'done'], 0],
    [['done', 'failed'], 15],
    [['partly'], 15],
    [['failed', 'failed'], 14],
    [['busy'], 16],
  ])('of hosts that are %j exits with %i', (outcomes, code) => {
    const hosts = outcomes.map((outcome) => ({ host: 'x', outcome, shipped: 0, bytes: 0, reason: '' }))
    expect(shipExit({ hosts } as unknown as ShipReport)).toBe(code)
  })
})

it('destroy stops the timers before their files go, and leaves the ledger without --data', () => {
  const text = `${FIVE}trackingLogs: {sources: [{host: lms}]}\n`
  const plan = destroyed(clusterOf(text), desire(contextOf(text)))
  const all = plan.steps.filter(({ host }) => host === 'lms')
  const titles = all.map(({ title }) => title)
  const timer = titles.indexOf('timer howdah-tracking-ship.timer')
  expect(timer).toBeGreaterThanOrEqual(0)
  expect(titles.indexOf('/etc/systemd/system/howdah-tracking-ship.timer')).toBeGreaterThan(timer)
  expect(all.filter(({ script }) => script.includes('/var/lib/howdah'))).toEqual([])
  expect(plan.left).toContain('lms data in /var/lib/howdah/logs')
})
