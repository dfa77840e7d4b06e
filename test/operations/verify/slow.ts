/** A second implementation of the results, from the text of the logs: JSON.parse, and a loop over days and learners. */
import type { Dataset } from '../../../provisioners/operations/verify/rows/generator.ts'

interface Line {
  readonly username: string
  readonly event_type: string
  readonly event_source: string
  readonly time: string
  readonly context: { readonly course_id: string } | null
  readonly event: unknown
}

const isText = (value: unknown): value is string => typeof value === 'string'

function readLine(text: string): Line | undefined {
  let line: Partial<Line> | null
  try {
    line = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!line || typeof line !== 'object' || Array.isArray(line)) return undefined
  const whole = isText(line.username) && isText(line.event_type) && isText(line.time)
  return whole && /^\d{4}-\d\d-\d\dT/.test(line.time as string) ? (line as Line) : undefined
}

export const readLines = (data: Dataset): Line[] =>
  data.files
    .flatMap(({ content }) => content.toString('utf8').split('\n'))
    .map(readLine)
    .filter((line) => line !== undefined)

const allDays = ({ interval }: Dataset): string[] => {
  const days: string[] = []
  const day = new Date(`${interval.from}T12:00:00Z`)
  while (day.toISOString().slice(0, 10) < interval.to) {
    days.push(day.toISOString().slice(0, 10))
    day.setUTCDate(day.getUTCDate() + 1)
  }
  return days
}

export function slowEnrolment(data: Dataset): string[] {
  const days = allDays(data)
  const turns = readLines(data)
    .filter((line) => /^edx\.course\.enrollment\.(de)?activated$/.test(line.event_type))
    .filter((line) => days.includes(line.time.slice(0, 10)))
    .map((line) => {
      const payload = isText(line.event) ? JSON.parse(line.event) : line.event
      return { ...payload, time: line.time, on: line.event_type.endsWith('.activated') }
    })
    .filter((turn) => isText(turn.course_id))
  const rows: string[] = []
  for (const course of new Set(turns.map((turn) => turn.course_id))) {
    for (const day of days) {
      let count = 0
      let ever = 0
      for (const user of new Set(turns.map((turn) => turn.user_id))) {
        const past = turns
          .filter(
            (turn) => turn.course_id === course && turn.user_id === user && turn.time.slice(0, 10) <= day,
          )
          .sort((a, b) => (a.time < b.time ? -1 : 1))
        if (!past.some((turn) => turn.on)) continue
        ever += 1
        if (past.at(-1)?.on) count += 1
      }
      if (ever > 0) rows.push([course, day, count, ever].join('|'))
    }
  }
  return rows.sort()
}

export function slowActivity(data: Dataset): string[] {
  const days = allDays(data)
  const weeks = days.filter((day) => new Date(`${day}T00:00:00Z`).getUTCDay() === 1)
  const lines = readLines(data)
    .filter((line) => days.includes(line.time.slice(0, 10)) && line.username && line.context?.course_id)
    .filter((line) => line.event_source !== 'task' && !line.event_type.startsWith('edx.course.enrollment.'))
  const labels: Record<string, (line: Line) => boolean> = {
    ACTIVE: () => true,
    ATTEMPTED_PROBLEM: (line) => line.event_source === 'server' && line.event_type === 'problem_check',
    PLAYED_VIDEO: (line) =>
      ['browser', 'mobile'].includes(line.event_source) && line.event_type === 'play_video',
  }
  const rows: string[] = []
  for (const course of new Set(lines.map((line) => line.context?.course_id))) {
    weeks.forEach((week, i) => {
      const next = weeks[i + 1] ?? data.interval.to
      for (const [label, fits] of Object.entries(labels)) {
        const users = lines
          .filter((line) => line.context?.course_id === course && fits(line))
          .filter((line) => line.time.slice(0, 10) >= week && line.time.slice(0, 10) < next)
          .map((line) => line.username)
        if (users.length === 0) continue
        rows.push([course, `${week} 00:00:00`, `${next} 00:00:00`, label, new Set(users).size].join('|'))
      }
    })
  }
  return rows.sort()
}
