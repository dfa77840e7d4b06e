/** The rows that a cluster must compute, from the events and not from the logs. Pure. */

import type { Cell } from '../types.ts'
import { ACTIVATED, DEACTIVATED, type TrackingEvent } from './events.ts'
import type { Dataset, Interval } from './generator.ts'
import type { LmsValue } from './lms-rows.ts'
import { columnKind, LMS_TABLES, type LmsTable } from './lms-tables.ts'
import { addDays, dayOf, mondayOf } from './time.ts'

export type Rows = readonly (readonly Cell[])[]

const within = (day: string, interval: Interval): boolean => day >= interval.from && day < interval.to

/** Days of an interval, in order. */
export function daysOf(interval: Interval): string[] {
  const days: string[] = []
  for (let day = interval.from; day < interval.to; day = addDays(day, 1)) days.push(day)
  return days
}

/** For each learner and course: the state at the end of each day with an event. */
function endStates(events: readonly TrackingEvent[], interval: Interval): Map<string, Map<string, boolean>> {
  const states = new Map<string, Map<string, boolean>>()
  for (const event of events) {
    const day = dayOf(event.at)
    if (!within(day, interval) || (event.type !== ACTIVATED && event.type !== DEACTIVATED)) continue
    const key = `${event.course}\t${event.userId}`
    const known = states.get(key)
    // A learner whose first event is a deactivation was enrolled before the interval, and is not counted.
    if (!known && event.type === DEACTIVATED) continue
    const days = known ?? new Map<string, boolean>()
    days.set(day, event.type === ACTIVATED)
    states.set(key, days)
  }
  return states
}

/**
 * `course_enrollment_daily` (course_id, date, count, cumulative_count), edX's definition: for each course and each
 * day from its first enrolment to the end of the interval, the learners enrolled at the end of that day, and the learners
 * who were enrolled at any time until then.
 */
export function courseEnrollmentDaily(events: readonly TrackingEvent[], interval: Interval): Rows {
  const days = daysOf(interval)
  const totals = new Map<string, { count: number; ever: number }>()
  for (const [key, touched] of endStates(events, interval)) {
    const course = key.slice(0, key.indexOf('\t'))
    let state: boolean | undefined
    for (const day of days) {
      state = touched.get(day) ?? state
      if (state === undefined) continue
      const cell = `${course}\t${day}`
      const total = totals.get(cell) ?? { count: 0, ever: 0 }
      totals.set(cell, { count: total.count + (state ? 1 : 0), ever: total.ever + 1 })
    }
  }
  return [...totals].map(([cell, { count, ever }]) => [...cell.split('\t'), count, ever]).sort(byText)
}

/** edX's labels for an event; none for enrolments and background tasks. */
function labelsOf(event: TrackingEvent): string[] {
  if (event.source === 'task' || event.type.startsWith('edx.course.enrollment.')) return []
  const labels = ['ACTIVE']
  if (event.source === 'server' && event.type === 'problem_check') labels.push('ATTEMPTED_PROBLEM')
  if (event.source !== 'server' && event.type === 'play_video') labels.push('PLAYED_VIDEO')
  return labels
}

/** `course_activity` (course_id, interval_start, interval_end, label, count): distinct learners per week. */
export function courseActivity(events: readonly TrackingEvent[], interval: Interval): Rows {
  const seen = new Map<string, Set<string>>()
  for (const event of events) {
    const day = dayOf(event.at)
    if (!within(day, interval) || event.username === '' || event.course === '') continue
    const monday = mondayOf(day)
    for (const label of labelsOf(event)) {
      const cell = [event.course, `${monday} 00:00:00`, `${addDays(monday, 7)} 00:00:00`, label].join('\t')
      const learners = seen.get(cell) ?? new Set()
      seen.set(cell, learners.add(event.username))
    }
  }
  return [...seen].map(([cell, learners]) => [...cell.split('\t'), learners.size]).sort(byText)
}

/** The order of UTF-8 bytes, which is that of a binary collation. */
export const byText = (a: readonly Cell[], b: readonly Cell[]): number =>
  Buffer.compare(Buffer.from(a.join('\t')), Buffer.from(b.join('\t')))

// Hive's first field separator is a control character, which would be invisible in a regular expression.
const HIVE_DELIMITERS = new RegExp(`[\n\r${String.fromCharCode(1)}]`, 'g')

/** A value as the audit query of Hive returns it after an import. */
export function importedText(value: LmsValue, kind: ReturnType<typeof columnKind>): string {
  if (value === null) return '~'
  if (kind === 'moment') return String(value).slice(0, 19)
  if (kind === 'double') return Number.isInteger(value) ? `${value}.0` : String(value)
  // Sqoop replaces each character that is a delimiter to Hive with a blank.
  return String(value).replaceAll(HIVE_DELIMITERS, ' ')
}

/** Every row of every imported table: the table, the columns joined by `|`, and the count 1. */
export const importAudit = (lms: Dataset['lms'], tables: readonly LmsTable[] = LMS_TABLES): Rows =>
  tables.flatMap((table) =>
    lms[table.name].map((row) => {
      const cells = table.imported.map((name) => importedText(row[name] ?? null, columnKind(table, name)))
      return [table.name, cells.join('|'), 1]
    }),
  )

/** The number of rows in the join of enrolments with users that HiveServer2 runs. */
export function joinedRows(lms: Dataset['lms']): number {
  const users = new Set(lms.auth_user.map(({ id }) => id))
  return lms.student_courseenrollment.filter(({ user_id }) => users.has(user_id)).length
}
