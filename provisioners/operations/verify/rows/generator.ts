/**
 * Generates sample data of edX from a seed: LMS tables and rotated tracking logs that agree with each other.
 * Pure: the same seed and size give the same bytes.
 */

import type { Size } from '../types.ts'
import { eventFields, pythonJson, type TrackingEvent } from './events.ts'
import { makeLearners, makeStory } from './learners.ts'
import { type LmsRow, lmsRows } from './lms-rows.ts'
import type { LmsTableName } from './lms-tables.ts'
import { badLine } from './malformed.ts'
import { type Random, seededRandom } from './random.ts'
import { addDays, DAY_MS, startOf } from './time.ts'

export interface LogFile {
  /** tracking.log-YYYYMMDD-<epoch>.gz, with the time of its rotation. */
  readonly name: string
  /** Not yet compressed. */
  readonly content: Buffer
}

export interface Interval {
  /** First day. */
  readonly from: string
  /** The day after the last one. */
  readonly to: string
}

export interface Dataset {
  readonly seed: number
  readonly size: Size
  readonly interval: Interval
  readonly lms: Readonly<Record<LmsTableName, readonly LmsRow[]>>
  /** All events, in order, each once. */
  readonly events: readonly TrackingEvent[]
  readonly files: readonly LogFile[]
  readonly lines: { readonly total: number; readonly unparsable: number }
}

const SIZES: Readonly<Record<Size, { learners: number; weeks: number }>> = {
  small: { learners: 60, weeks: 2 },
  demo: { learners: 240, weeks: 4 },
}

/** A Monday, because the weeks of course activity begin on Mondays. */
const FIRST_DAY = '2026-03-02'

const MALFORMED_SHARE = 0.03
const DUPLICATE_SHARE = 0.01

interface Written {
  readonly files: readonly LogFile[]
  readonly total: number
  readonly unparsable: number
}

/** Times at which logrotate ran: a while after each midnight. */
function rotations(interval: Interval, random: Random): number[] {
  const moments: number[] = []
  for (let day = interval.from; day <= interval.to; day = addDays(day, 1)) {
    moments.push(startOf(day) + random.int(20, 900) * 1000)
  }
  // The last one is a day later, for sessions that continue after the last midnight.
  return [...moments, startOf(interval.to) + DAY_MS]
}

/** The name that logrotate gives a tracking log. `rotation` is in milliseconds since the epoch. */
export const fileName = (rotation: number): string => {
  const day = new Date(rotation).toISOString().slice(0, 10).replaceAll('-', '')
  return `tracking.log-${day}-${Math.floor(rotation / 1000)}.gz`
}

/** The event of a learner who does not exist. If a malformed line were counted, they would appear in the result. */
const ghostOf = (event: TrackingEvent, random: Random): TrackingEvent => {
  const userId = random.int(900_000, 999_999)
  return { ...event, userId, username: `ghost_${userId}` }
}

function writeLogs(events: readonly TrackingEvent[], interval: Interval, random: Random): Written {
  const moments = rotations(interval, random)
  const contents: Buffer[][] = moments.map(() => [])
  let unparsable = 0
  let file = 0
  for (const event of events) {
    while (file < moments.length - 1 && event.at >= (moments[file] as number)) file += 1
    const lines = contents[file] as Buffer[]
    const fields = eventFields(event, random)
    const line = Buffer.from(pythonJson(fields))
    lines.push(line)
    if (random.chance(MALFORMED_SHARE)) {
      const bad = badLine(eventFields(ghostOf(event, random), random), random)
      if (bad.unparsable) unparsable += 1
      lines.push(bad.bytes)
    }
    // Written twice by a retry: in the same file, or after the rotation in the next one.
    if (random.chance(DUPLICATE_SHARE)) (contents[random.int(file, file + 1)] ?? lines).push(line)
    // Threads of the LMS write lines out of order.
    if (random.chance(0.05)) lines.unshift(lines.pop() as Buffer)
  }
  const files = moments.map((moment, i) => ({
    name: fileName(moment),
    content: Buffer.concat((contents[i] as Buffer[]).flatMap((line) => [line, Buffer.from('\n')])),
  }))
  const total = contents.reduce((sum, lines) => sum + lines.length, 0)
  return { files, total, unparsable }
}

/** Generates the sample. `seed` is any 32-bit number. */
export function generate(seed: number, size: Size): Dataset {
  const random = seededRandom(seed)
  const { learners: count, weeks } = SIZES[size]
  const interval: Interval = { from: FIRST_DAY, to: addDays(FIRST_DAY, weeks * 7) }
  const span = { from: startOf(interval.from), to: startOf(interval.to) }
  const learners = makeLearners(count, span.from, random)
  const story = makeStory(learners, span, random)
  const lms = lmsRows(learners, story.enrolments, span, random)
  const { files, total, unparsable } = writeLogs(story.events, interval, random)
  return { seed, size, interval, lms, events: story.events, files, lines: { total, unparsable } }
}
