/**
 * Times as systemd's OnCalendar writes them: `daily`, `Mon 01:30`, `*-*-* 00/2:15`. Read in the forms that systemd.time(7)
 * lists; what it also takes (`~` for the last days of a month is read, fractions of seconds are not) the host's own
 * `systemd-analyze calendar` checks when a plan is made.
 */

/** One range of a component: 5, 1..5, 0/15, 8..18/2. `to` is absent for an open range. */
export interface Span {
  readonly from: number
  readonly to?: number
  readonly step?: number
}

/** Undefined means any value. */
export type Component = readonly Span[] | undefined

export interface Calendar {
  /** 0 Sunday … 6 Saturday; undefined: any day. */
  readonly weekdays: readonly number[] | undefined
  readonly year: Component
  readonly month: Component
  readonly day: Component
  /** The days are counted from the end of the month. */
  readonly fromEnd: boolean
  readonly hour: Component
  readonly minute: Component
  readonly second: Component
  /** `UTC`, `Europe/Berlin`; '' for that of the host. */
  readonly zone: string
}

export interface CalendarFault {
  readonly why: string
  readonly expected: string
}

export const isCalendarFault = (found: Calendar | CalendarFault): found is CalendarFault => 'why' in found

const EXAMPLE = 'a time such as daily, 05:30, Mon *-*-* 01:30 or *-*-1 04:00 (OnCalendar of systemd.time(7))'

const SHORT: Readonly<Record<string, string>> = {
  minutely: '*-*-* *:*:00',
  hourly: '*-*-* *:00:00',
  daily: '*-*-* 00:00:00',
  monthly: '*-*-01 00:00:00',
  weekly: 'Mon *-*-* 00:00:00',
  yearly: '*-01-01 00:00:00',
  annually: '*-01-01 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  semiannually: '*-01,07-01 00:00:00',
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const LONG = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

class Fault extends Error {}

/** Parses an expression; returns what is wrong with an invalid one. */
export function parseCalendar(text: string): Calendar | CalendarFault {
  try {
    return read(text)
  } catch (error) {
    if (error instanceof Fault) return { why: error.message, expected: EXAMPLE }
    throw error
  }
}

function read(text: string): Calendar {
  if (text.trim() === '') throw new Fault('it is empty')
  const words = text.trim().split(/\s+/)
  const zone = words.length > 1 && isZone(words.at(-1) ?? '') ? (words.pop() as string) : ''
  const short = words.length === 1 ? SHORT[(words[0] ?? '').toLowerCase()] : undefined
  const rest = short === undefined ? words : short.split(' ')
  const weekdays = /^[a-z]/i.test(rest[0] ?? '') ? readWeekdays(rest.shift() as string) : undefined
  const date = /[-~]/.test(rest[0] ?? '') ? readDate(rest.shift() as string) : ANY_DATE
  const time = (rest[0] ?? '').includes(':') ? readTime(rest.shift() as string) : MIDNIGHT
  if (rest.length > 0) throw new Fault(`${JSON.stringify(rest[0])} is neither a date nor a time of day`)
  return { weekdays, ...date, ...time, zone }
}

const isZone = (word: string): boolean => word === 'UTC' || /^[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(word)

function readWeekdays(word: string): number[] {
  const days = word
    .replace(/,$/, '')
    .split(',')
    .flatMap((part) => {
      const [from = '', to] = part.split('..')
      const first = weekday(from)
      if (to === undefined) return [first]
      const last = weekday(to)
      // Monday is the first day of systemd's week.
      const length = (((last + 6) % 7) - ((first + 6) % 7) + 7) % 7
      return Array.from({ length: length + 1 }, (_, i) => (first + i) % 7)
    })
  return [...new Set(days)].sort((a, b) => a - b)
}

function weekday(word: string): number {
  const low = word.toLowerCase()
  const found = DAYS.includes(low) ? DAYS.indexOf(low) : LONG.indexOf(low)
  if (found < 0) throw new Fault(`${JSON.stringify(word)} is neither a day of the week nor a name for a time`)
  return found
}

const ANY_DATE = { year: undefined, month: undefined, day: undefined, fromEnd: false } as const

function readDate(word: string): Pick<Calendar, 'year' | 'month' | 'day' | 'fromEnd'> {
  const fromEnd = word.includes('~')
  const parts = word.split(/[-~]/)
  if (parts.length < 2 || parts.length > 3) {
    throw new Fault(`${JSON.stringify(word)} is not a date: year-month-day, or month-day`)
  }
  const [day = '', month = '', year = '*'] = parts.reverse()
  return {
    year: readComponent(year, 'year', 1970, 2199),
    month: readComponent(month, 'month', 1, 12),
    day: readComponent(day, 'day', 1, 31),
    fromEnd,
  }
}

const MIDNIGHT = { hour: [{ from: 0 }], minute: [{ from: 0 }], second: [{ from: 0 }] } as const

function readTime(word: string): Pick<Calendar, 'hour' | 'minute' | 'second'> {
  const [hour = '', minute = '', second = '0', more] = word.split(':')
  if (more !== undefined) throw new Fault(`${JSON.stringify(word)} is not a time of day`)
  return {
    hour: readComponent(hour, 'hour', 0, 23),
    minute: readComponent(minute, 'minute', 0, 59),
    second: readComponent(second, 'second', 0, 59),
  }
}

function readComponent(text: string, what: string, least: number, most: number): Component {
  return text === '*' ? undefined : text.split(',').map((part) => readSpan(part, what, least, most))
}

function readSpan(part: string, what: string, least: number, most: number): Span {
  const match = /^(\*|\d+)(?:\.\.(\d+))?(?:\/(\d+))?$/.exec(part)
  if (match === null) throw new Fault(`${JSON.stringify(part)} is not a valid ${what}`)
  const from = match[1] === '*' ? least : Number(match[1])
  const to = match[2] === undefined ? from : Number(match[2])
  const outside = [from, to].find((value) => value < least || value > most)
  if (outside !== undefined) throw new Fault(`${what} ${outside} is outside of ${least} to ${most}`)
  if (to < from) throw new Fault(`the ${what}s ${part} end before they begin`)
  if (match[3] !== undefined && Number(match[3]) < 1) throw new Fault(`${part} repeats every 0 ${what}s`)
  return {
    from,
    ...(match[2] === undefined ? {} : { to }),
    ...(match[3] === undefined ? {} : { step: Number(match[3]) }),
  }
}

/** The five fields of cron, or why cron cannot express the time. */
export type CronLine = { readonly fields: string } | { readonly why: string }

/** The same times in the five fields of crontab(5). */
export function cronOf(calendar: Calendar): CronLine {
  const { weekdays, year, month, day, fromEnd, hour, minute, second, zone } = calendar
  if (zone !== '') return { why: `cron knows no time zone, and this one says ${zone}` }
  if (year !== undefined) return { why: 'cron knows no years' }
  if (fromEnd) return { why: 'cron does not count days from the end of a month' }
  if (second?.length !== 1 || second[0]?.from !== 0 || second[0].step !== undefined) {
    return { why: 'cron knows no seconds' }
  }
  // In a crontab a day of the month and a day of the week are joined by "or".
  if (weekdays !== undefined && day !== undefined) {
    return { why: 'cron takes a day of the week and a day of the month for either of the two' }
  }
  const fields = [
    field(minute, 59),
    field(hour, 23),
    field(day, 31),
    field(month, 12),
    weekdays?.join(',') ?? '*',
  ]
  return { fields: fields.join(' ') }
}

const field = (component: Component, most: number): string =>
  component === undefined
    ? '*'
    : component
        .map(({ from, to, step }) => {
          if (step === undefined) return to === undefined ? `${from}` : `${from}-${to}`
          return `${from}-${to ?? most}/${step}`
        })
        .join(',')
