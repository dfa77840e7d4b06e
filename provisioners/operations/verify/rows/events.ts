/** A tracking event, and the line that the LMS writes for it. */

import type { Random } from './random.ts'
import { isoTime } from './time.ts'

export type EventSource = 'server' | 'browser' | 'mobile' | 'task'

export const ACTIVATED = 'edx.course.enrollment.activated'
export const DEACTIVATED = 'edx.course.enrollment.deactivated'

export interface TrackingEvent {
  /** Milliseconds since the epoch, and microseconds within. */
  readonly at: number
  readonly micros: number
  /** `play_video`, `problem_check`, the name of an enrolment event, or a path for an implicit event. */
  readonly type: string
  readonly source: EventSource
  /** Empty when nobody was logged in. */
  readonly username: string
  readonly userId: number
  /** Empty outside of courses. */
  readonly course: string
}

/** JSON in the form of Python's json.dumps: blanks after `,` and `:`, and ASCII only. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (value !== null && typeof value === 'object') {
    const pairs = Object.entries(value).map(([key, item]) => `${pythonJson(key)}: ${pythonJson(item)}`)
    return `{${pairs.join(', ')}}`
  }
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** `edX` of `course-v1:edX+DemoX+T1` and of `edX/DemoX/T1`. */
export const orgOf = (course: string): string => course.replace(/^course-v1:/, '').split(/[+/]/)[0] ?? ''

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36',
  'edX/org.edx.mobile (2.26; Android "14")',
] as const

function enrolmentPayload(event: TrackingEvent, random: Random): unknown {
  const payload = { course_id: event.course, user_id: event.userId, mode: 'honor' }
  // Some versions of the LMS wrote the payload as a string that contains JSON.
  return random.chance(0.15) ? pythonJson(payload) : payload
}

function payloadOf(event: TrackingEvent, random: Random): unknown {
  if (event.type.startsWith('edx.course.enrollment.')) return enrolmentPayload(event, random)
  const problem = `block-v1:${event.course}+type@problem+block@${random.hex(8)}`
  if (event.type === 'problem_check') {
    if (event.source === 'browser') return `input_${random.hex(8)}_2_1=choice_${random.int(0, 4)}`
    const grade = random.int(0, 2)
    return {
      problem_id: problem,
      success: grade === 2 ? 'correct' : 'incorrect',
      attempts: random.int(1, 5),
      grade,
      max_grade: 2,
      answers: {
        [`${random.hex(8)}_2_1`]: ['a "quoted" answer', 'back\\slash', 'naïve\n'][random.int(0, 2)],
      },
    }
  }
  if (event.type.endsWith('_video')) {
    return pythonJson({
      id: `i4x-${random.hex(6)}`,
      currentTime: random.int(0, 600) / 4,
      code: random.hex(11),
    })
  }
  if (event.type.startsWith('/')) return '{"GET": {}, "POST": {}}'
  return {}
}

/** The fields of a line, in the order of the LMS. */
export function eventFields(event: TrackingEvent, random: Random): Record<string, unknown> {
  const named = event.type.startsWith('edx.') ? { name: event.type } : {}
  return {
    username: event.username,
    event_type: event.type,
    ip: `203.0.113.${random.int(1, 254)}`,
    agent: random.pick(AGENTS),
    host: 'courses.example.org',
    session: random.hex(32),
    referer: 'https://courses.example.org/dashboard',
    accept_language: 'en-US,en;q=0.5',
    event: payloadOf(event, random),
    event_source: event.source,
    ...named,
    context: {
      user_id: event.userId === 0 ? '' : event.userId,
      org_id: orgOf(event.course),
      course_id: event.course,
      path: event.source === 'browser' ? '/event' : event.type,
    },
    time: isoTime(event.at, event.micros),
    page:
      event.source === 'browser' ? `https://courses.example.org/courses/${event.course}/courseware` : null,
  }
}
