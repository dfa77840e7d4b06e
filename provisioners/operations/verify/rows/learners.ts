/** The events of learners: activations and deactivations, sessions, and events that must not be counted. */

import { ACTIVATED, DEACTIVATED, type EventSource, type TrackingEvent } from './events.ts'
import type { Random } from './random.ts'
import { DAY_MS } from './time.ts'

export interface Learner {
  readonly id: number
  readonly username: string
  readonly joined: number
}

export interface Enrolment {
  readonly learner: Learner
  readonly course: string
  readonly created: number
  /** The state at the end. */
  readonly active: boolean
}

export interface Story {
  readonly enrolments: readonly Enrolment[]
  readonly events: readonly TrackingEvent[]
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Courses of the sample. Two differ only in case, which only a binary collation distinguishes; one is not ASCII. */
export const COURSES = [
  'course-v1:edX+DemoX+2026_T1',
  'course-v1:edx+demox+2026_t1',
  'course-v1:ÉcoleX+Données+2026',
  'HowdahU/HD101/2026_Spring',
  'course-v1:HowdahU+HD201+2026',
] as const

export function makeLearners(count: number, from: number, random: Random): Learner[] {
  return Array.from({ length: count }, (_, i) => ({
    id: i + 11,
    username: `learner_${String(i + 1).padStart(4, '0')}`,
    joined: from - random.int(1, 400) * DAY_MS + random.int(0, DAY_MS / 1000) * 1000,
  }))
}

type Make = (at: number, type: string, source: EventSource) => TrackingEvent

const maker =
  (learner: Learner, course: string, random: Random): Make =>
  (at, type, source) => ({
    at,
    micros: random.int(0, 999),
    type,
    source,
    username: learner.username,
    userId: learner.id,
    course,
  })

/** Times of activations and deactivations in turn, rising. The first may be before the interval; then it is not counted. */
function turns(span: Span, random: Random): number[] {
  const days = (span.to - span.from) / DAY_MS
  const moments: number[] = []
  let at = span.from + Math.floor((random.next() * 1.1 - 0.1) * days * DAY_MS)
  while (moments.length < 4 && at < span.to) {
    moments.push(at)
    if (!random.chance(0.35)) break
    // Minutes or days later: several changes on one day must count once.
    at += random.chance(0.3)
      ? random.int(1, 3600) * 1000
      : random.int(1, 6) * DAY_MS + random.int(1, 7200_000)
  }
  return moments
}

const PATHS = ['courseware/week_1/', 'progress', 'discussion/forum', 'info'] as const

function sessionEvent(make: Make, at: number, course: string, random: Random): TrackingEvent {
  const dice = random.int(0, 9)
  if (dice < 2) return make(at, 'play_video', random.pick(['browser', 'browser', 'mobile']))
  if (dice < 3) return make(at, 'pause_video', 'browser')
  if (dice < 4) return make(at, 'problem_check', 'server')
  // The event of the browser for the same click, which does not count as an attempt.
  if (dice < 5) return make(at, 'problem_check', 'browser')
  if (dice < 6) return make(at, 'page_close', 'browser')
  if (dice < 7) return make(at, 'play_video', 'server')
  return make(at, `/courses/${course}/${random.pick(PATHS)}`, 'server')
}

function sessions(make: Make, span: Span, course: string, random: Random): TrackingEvent[] {
  const events: TrackingEvent[] = []
  for (let day = span.from; day < span.to; day += DAY_MS) {
    if (!random.chance(0.3)) continue
    // Some sessions continue after midnight, so one file may have events of two days.
    let at = day + (random.chance(0.1) ? DAY_MS - random.int(1, 20_000) : random.int(0, DAY_MS - 1))
    const length = random.int(1, 4)
    for (let i = 0; i < length; i += 1) {
      events.push(sessionEvent(make, at, course, random))
      at += random.int(500, 90_000)
    }
  }
  return events
}

/** Events that must not be counted: without a user, without a course, of a background task. */
function noise(learner: Learner, span: Span, random: Random): TrackingEvent[] {
  const at = (): number => span.from + random.int(0, span.to - span.from - 1)
  const course = random.pick(COURSES)
  const make = maker(learner, course, random)
  return [
    { ...make(at(), `/courses/${course}/about`, 'server'), username: '', userId: 0 },
    { ...make(at(), '/dashboard', 'server'), course: '' },
    make(at(), 'problem_check', 'task'),
    make(at(), 'edx.course.enrollment.mode_changed', 'server'),
  ]
}

/** All enrolments and events. The events are sorted by time. */
export function makeStory(learners: readonly Learner[], span: Span, random: Random): Story {
  const enrolments: Enrolment[] = []
  const events: TrackingEvent[] = []
  for (const learner of learners) {
    // The database of the LMS ignores the case of courses, so nobody is in both courses of such a pair.
    const open = COURSES.filter((_, i) => i !== learner.id % 2)
    const first = random.int(0, open.length - 1)
    const count = random.int(1, 2)
    for (let i = 0; i < count; i += 1) {
      const course = open[(first + i) % open.length] as string
      const make = maker(learner, course, random)
      const moments = turns(span, random)
      moments.forEach((at, turn) => {
        events.push(make(at, turn % 2 === 0 ? ACTIVATED : DEACTIVATED, 'server'))
      })
      if (moments.length === 0) continue
      events.push(...sessions(make, span, course, random))
      const created = moments[0] as number
      enrolments.push({ learner, course, created, active: moments.length % 2 === 1 })
    }
    if (random.chance(0.4)) events.push(...noise(learner, span, random))
  }
  events.sort((a, b) => a.at - b.at || a.micros - b.micros)
  return { enrolments, events }
}
