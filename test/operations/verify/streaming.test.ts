import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { courseEnrollmentDaily, daysOf } from '../../../provisioners/operations/verify/rows/expected.ts'
import { generate } from '../../../provisioners/operations/verify/rows/generator.ts'

const script = (name: string): string =>
  fileURLToPath(new URL(`../../../provisioners/operations/verify/streaming/${name}`, import.meta.url))

function awk(file: string, variable: readonly string[], input: Buffer) {
  const args = [...variable.flatMap((each) => ['-v', each]), '-f', script(file)]
  const env = { LC_ALL: 'C', PATH: process.env.PATH ?? '' }
  const { stdout, stderr, status } = spawnSync('awk', args, { input, env, maxBuffer: 1e9 })
  expect(status, stderr.toString()).toBe(0)
  return { out: stdout, err: stderr.toString() }
}

const map = (input: Buffer, from = '2026-03-02', to = '2026-03-16') =>
  awk('enrolment_map.awk', [`from=${from}`, `to=${to}`], input)

/** Sorted as Hadoop sorts keys: by bytes. */
const shuffle = (lines: Buffer): Buffer =>
  Buffer.from(`${lines.toString('latin1').split('\n').filter(Boolean).sort().join('\n')}\n`, 'latin1')

const counters = (err: string): Record<string, number> =>
  Object.fromEntries(
    [...err.matchAll(/^reporter:counter:Tracking,(\w+),(\d+)$/gm)].map(([, name, n]) => [name, Number(n)]),
  )

describe('the streaming job', () => {
  it.each([1, 2, 3])('computes what is expected, seed %i', (seed) => {
    const data = generate(seed, 'small')
    const mapped = map(
      Buffer.concat(data.files.map(({ content }) => content)),
      data.interval.from,
      data.interval.to,
    )
    expect(counters(mapped.err)).toEqual({ Lines: data.lines.total, Malformed: data.lines.unparsable })
    const reduced = awk(
      'enrolment_reduce.awk',
      [`days=${daysOf(data.interval).join(',')}`],
      shuffle(mapped.out),
    )
    const sums = new Map<string, [number, number]>()
    for (const line of reduced.out.toString().trim().split('\n')) {
      const [day, course, , atEnd] = line.split('\t')
      const [count, ever] = sums.get(`${course}|${day}`) ?? [0, 0]
      sums.set(`${course}|${day}`, [count + Number(atEnd), ever + 1])
    }
    const got = [...sums].map(([key, values]) => [key, ...values].join('|')).sort()
    const rows = courseEnrollmentDaily(data.events, data.interval).map((row) => row.join('|'))
    expect(got).toEqual([...rows].sort())
  })

  const good =
    '{"username": "u", "event_type": "edx.course.enrollment.activated", "time": "2026-03-03T00:00:00+00:00", "event": {"course_id": "a\\u00c9\\ud83d\\udc18/\\"b\\\\", "user_id": 7}}'

  it('decodes escapes to UTF-8, also beyond the first plane', () => {
    expect(map(Buffer.from(`${good}\n`)).out.toString()).toBe('aÉ🐘/"b\\\t7\t2026-03-03T00:00:00+00:00\t1\n')
  })

  it('never counts a prefix of a line as an event', () => {
    for (let cut = 0; cut < good.length; cut += 1) {
      const { out, err } = map(Buffer.from(`${good.slice(0, cut)}\n`))
      expect(out.length, good.slice(0, cut)).toBe(0)
      expect(counters(err)).toEqual({ Lines: 1, Malformed: 1 })
    }
  })

  it.each([
    ['a number for a time', good.replace('"2026-03-03T00:00:00+00:00"', '1772409600')],
    ['no user name', good.replace('"u"', 'null')],
    ['a user id that is not a number', good.replace('7}', '"x"}')],
    ['before the interval', good.replace('03-03', '03-01')],
    ['after the interval', good.replace('03-03', '03-16')],
    ['another event', good.replace('activated', 'mode_changed')],
  ])('skips %s, without counting it as malformed', (_, line) => {
    const { out, err } = map(Buffer.from(`${line}\n`))
    expect(out.toString()).toBe('')
    expect(counters(err).Malformed).toBe(0)
  })
})
