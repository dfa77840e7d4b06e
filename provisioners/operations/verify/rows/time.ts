/** Times of the tracking logs: UTC throughout, days as `YYYY-MM-DD`, moments in milliseconds since the epoch. */

export const DAY_MS = 86_400_000

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`)

export const addDays = (day: string, days: number): string => dayOf(startOf(day) + days * DAY_MS)

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  // 1970-01-05 was a Monday.
  const days = Math.floor(startOf(day) / DAY_MS) - 4
  return addDays(day, -(((days % 7) + 7) % 7))
}

/** A time in the form of the LMS: Python's isoformat, which omits a fraction of zero. */
export function isoTime(ms: number, micros = 0): string {
  const whole = new Date(ms).toISOString()
  const fraction = (ms % 1000) * 1000 + micros
  return `${whole.slice(0, 19)}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}+00:00`
}

/** A time in the form of a MySQL DATETIME without fraction. */
export const sqlTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
