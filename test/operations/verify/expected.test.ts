import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ACTIVATED,
  DEACTIVATED,
  type TrackingEvent,
} from '../../../provisioners/operations/verify/rows/events.ts'
import {
  courseActivity,
  courseEnrollmentDaily,
  importAudit,
  importedText,
} from '../../../provisioners/operations/verify/rows/expected.ts'
import { generate } from '../../../provisioners/operations/verify/rows/generator.ts'
import { mondayOf } from '../../../provisioners/operations/verify/rows/time.ts'
import { slowActivity, slowEnrolment } from './slow.ts'

const event = (
  time: string,
  type: string,
  userId: number,
  course = 'C',
  source = 'server',
): TrackingEvent => ({
  at: Date.parse(time),
  micros: 0,
  type,
  source: source as TrackingEvent['source'],
  username: `u${userId}`,
  userId,
  course,
})

// Four days, Monday 2 March to Thursday 5 March.
const interval = { from: '2026-03-02', to: '2026-03-06' }

describe('course_enrollment_daily, computed by hand', () => {
  it('counts the state at the end of each day, and all learners enrolled until then', () => {
    const events = [
      event('2026-03-01T23:59:59Z', ACTIVATED, 9), // the day before: not of this interval
      event('2026-03-02T10:00:00Z', ACTIVATED, 1),
      event('2026-03-02T11:00:00Z', DEACTIVATED, 9), // left without an activation in the interval
      event('2026-03-03T09:00:00Z', ACTIVATED, 2),
      event('2026-03-03T09:05:00Z', DEACTIVATED, 2),
      event('2026-03-03T09:10:00Z', ACTIVATED, 2), // three turns on one day: enrolled at its end
      event('2026-03-03T23:59:59.999Z', ACTIVATED, 3),
      event('2026-03-04T00:00:00Z', DEACTIVATED, 1), // the first moment belongs to the new day
      event('2026-03-05T12:00:00Z', ACTIVATED, 1, 'c'), // another course, by case
      event('2026-03-06T00:00:00Z', ACTIVATED, 4), // after the interval
    ]
    expect(courseEnrollmentDaily(events, interval)).toEqual([
      ['C', '2026-03-02', 1, 1],
      ['C', '2026-03-03', 3, 3],
      ['C', '2026-03-04', 2, 3],
      ['C', '2026-03-05', 2, 3],
      ['c', '2026-03-05', 1, 1],
    ])
  })

  it('has a row of zero when everybody has left', () => {
    const events = [
      event('2026-03-03T10:00:00Z', ACTIVATED, 1),
      event('2026-03-04T10:00:00Z', DEACTIVATED, 1),
    ]
    expect(courseEnrollmentDaily(events, interval)).toEqual([
      ['C', '2026-03-03', 1, 1],
      ['C', '2026-03-04', 0, 1],
      ['C', '2026-03-05', 0, 1],
    ])
  })
})

it('course_activity, computed by hand: distinct learners a week and label', () => {
  const weeks = { from: '2026-03-02', to: '2026-03-16' }
  const events = [
    event('2026-03-08T23:59:59Z', 'play_video', 1, 'C', 'browser'), // Sunday of the first week
    event('2026-03-08T23:59:59Z', 'play_video', 1, 'C', 'mobile'), // the same learner once more
    event('2026-03-09T00:00:00Z', 'play_video', 2, 'C', 'server'), // Monday; a server's play does not count
    event('2026-03-09T00:00:01Z', 'problem_check', 2),
    event('2026-03-09T00:00:02Z', 'problem_check', 3, 'C', 'browser'), // the browser's event is not an attempt
    event('2026-03-09T00:00:03Z', 'problem_check', 4, 'C', 'task'),
    event('2026-03-09T00:00:04Z', ACTIVATED, 5),
    { ...event('2026-03-09T00:00:05Z', '/courses/C/', 0), username: '' },
    event('2026-03-09T00:00:06Z', '/dashboard', 6, ''),
  ]
  const first = ['2026-03-02 00:00:00', '2026-03-09 00:00:00']
  const second = ['2026-03-09 00:00:00', '2026-03-16 00:00:00']
  expect(courseActivity(events, weeks)).toEqual([
    ['C', ...first, 'ACTIVE', 1],
    ['C', ...first, 'PLAYED_VIDEO', 1],
    ['C', ...second, 'ACTIVE', 2],
    ['C', ...second, 'ATTEMPTED_PROBLEM', 1],
  ])
})

describe('against a slow implementation that reads the logs', () => {
  it('agrees for any seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const data = generate(seed, 'small')
        const fast = courseEnrollmentDaily(data.events, data.interval).map((row) => row.join('|'))
        expect([...fast].sort()).toEqual(slowEnrolment(data))
        const activity = courseActivity(data.events, data.interval).map((row) => row.join('|'))
        expect([...activity].sort()).toEqual(slowActivity(data))
      }),
      { numRuns: 4 },
    )
  }, 60_000)
})

describe('the audit of imports', () => {
  it('writes values as Sqoop and Hive do', () => {
    expect(importedText(null, 'plain')).toBe('~')
    expect(importedText('one\ntwo\r\nthree\u0001', 'plain')).toBe('one two  three ')
    expect(importedText(2, 'double')).toBe('2.0')
    expect(importedText(0.25, 'double')).toBe('0.25')
    expect(importedText('2026-03-02 01:02:03.000000', 'moment')).toBe('2026-03-02 01:02:03')
    expect(importedText(1, 'flag')).toBe('1')
  })

  it('changes with any single value', () => {
    const { lms } = generate(1, 'small')
    const before = importAudit(lms)
    const [first, ...rest] = lms.auth_userprofile
    const changed = { ...lms, auth_userprofile: [{ ...first, city: 'Elsewhere' }, ...rest] }
    const after = importAudit(changed)
    expect(after.filter((row, i) => row[1] !== before[i]?.[1]).map((row) => row[0])).toEqual([
      'auth_userprofile',
    ])
  })

  it('has every row of every table, all different', () => {
    const { lms } = generate(1, 'small')
    const rows = importAudit(lms)
    expect(rows.length).toBe(Object.values(lms).flat().length)
    expect(new Set(rows.map((row) => row.join('\t'))).size).toBe(rows.length)
  })
})

it('a week begins on Monday', () => {
  expect(mondayOf('2026-03-02')).toBe('2026-03-02')
  expect(mondayOf('2026-03-08')).toBe('2026-03-02')
  expect(mondayOf('2026-03-09')).toBe('2026-03-09')
  expect(mondayOf('1969-12-31')).toBe('1969-12-29')
})
