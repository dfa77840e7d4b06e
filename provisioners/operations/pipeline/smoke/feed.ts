/** Tracking logs of a few days, and the rows that the tasks of the pipeline must compute from them. Pure. */

import {
  ACTIVATED,
  DEACTIVATED,
  eventFields,
  pythonJson,
  type TrackingEvent,
} from '../../verify/rows/events.ts'
import { byText, courseEnrollmentDaily, daysOf, type Rows } from '../../verify/rows/expected.ts'
import { fileName, generate, type Interval, type LogFile } from '../../verify/rows/generator.ts'
import { seededRandom } from '../../verify/rows/random.ts'
import { addDays, dayOf, startOf } from '../../verify/rows/time.ts'

/** Few, since a run creates a file and a Hive partition for each. */
const DAYS = 4
const SEED = 11

/** One of this many lines is written twice, like by a retry of the LMS. */
const TWICE = 40
/** After this many lines comes one that is cut off in the middle. */
const CUT = 30

export interface Feed {
  readonly interval: Interval
  /** Not yet compressed. */
  readonly files: readonly LogFile[]
  readonly lines: number
  /** Rows of `day, count`: the lines with an event of that day. */
  readonly totals: Rows
  /** Rows of `course_enrollment_daily`. */
  readonly enrolments: Rows
}

const isEnrolment = ({ type }: TrackingEvent): boolean => type === ACTIVATED || type === DEACTIVATED

const pair = ({ course, userId }: TrackingEvent): string => `${course}\t${userId}`

/**
 * The events of the interval that every version of the pipeline counts alike. Versions differ for course names that are
 * not ASCII, and for learners whose first event is a deactivation.
 */
export function certain(events: readonly TrackingEvent[], { from, to }: Interval): TrackingEvent[] {
  const first = new Map<string, string>()
  const inside = events.filter(({ at, course }) => {
    const day = dayOf(at)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with them
    return day >= from && day < to && /^[\x00-\x7f]*$/.test(course)
  })
  for (const event of inside) {
    if (isEnrolment(event) && !first.has(pair(event))) first.set(pair(event), event.type)
  }
  return inside.filter((event) => !isEnrolment(event) || first.get(pair(event)) === ACTIVATED)
}

/** The lines of a day. The position of an event in the whole feed decides whether it is written twice or cut off. */
function linesOf(events: readonly TrackingEvent[], written: Map<string, number>, from: number): string[] {
  const random = seededRandom(SEED + from)
  return events.flatMap((event, i) => {
    const line = pythonJson(eventFields(event, random))
    const times = (from + i) % TWICE === 0 ? 2 : 1
    written.set(dayOf(event.at), (written.get(dayOf(event.at)) ?? 0) + times)
    const cut = (from + i) % CUT === 0 ? [line.slice(0, Math.floor(line.length / 2))] : []
    return [...Array.from({ length: times }, () => line), ...cut]
  })
}

/** Creates the logs, with the same bytes each time. */
export function makeFeed(): Feed {
  const { events: all, interval: whole } = generate(SEED, 'small')
  const interval = { from: whole.from, to: addDays(whole.from, DAYS) }
  const events = certain(all, interval)
  const written = new Map<string, number>()
  let lines = 0
  let from = 0
  const files = daysOf(interval).map((day) => {
    const today = events.filter(({ at }) => dayOf(at) === day)
    const text = linesOf(today, written, from)
    from += today.length
    lines += text.length
    // logrotate runs in the first minutes of the next day.
    const name = fileName(startOf(addDays(day, 1)) + 300_000)
    return { name, content: Buffer.from(text.map((line) => `${line}\n`).join('')) }
  })
  const totals = [...written].sort(byText)
  return { interval, files, lines, totals, enrolments: courseEnrollmentDaily(events, interval) }
}
