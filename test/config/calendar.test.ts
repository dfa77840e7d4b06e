import { describe, expect, it } from 'vitest'
import { cronOf, isCalendarFault, parseCalendar } from '../../provisioners/config/schedule/calendar.ts'

function cron(text: string): string {
  const calendar = parseCalendar(text)
  if (isCalendarFault(calendar)) return `fault: ${calendar.why}`
  const line = cronOf(calendar)
  return 'fields' in line ? line.fields : `no: ${line.why}`
}

describe('a time', () => {
  it.each([
    ['daily', '0 0 * * *'],
    ['hourly', '0 * * * *'],
    ['weekly', '0 0 * * 1'],
    ['quarterly', '0 0 1 1,4,7,10 *'],
    ['05:30', '30 5 * * *'],
    ['*-*-* 00:30:00', '30 0 * * *'],
    ['Mon *-*-* 01:30', '30 1 * * 1'],
    ['Mon..Fri 01:30', '30 1 * * 1,2,3,4,5'],
    ['Sat..Mon 01:30', '30 1 * * 0,1,6'],
    ['Sat,Wednesday 12:00', '0 12 * * 3,6'],
    ['*-*-1 04:00', '0 4 1 * *'],
    ['*-2,8-1..7/2 04:00', '0 4 1-7/2 2,8 *'],
    ['*:0/15', '0-59/15 * * * *'],
    ['*-*-* 8..18/2:00', '0 8-18/2 * * *'],
    ['mon', '0 0 * * 1'],
  ])('%s is %s in a crontab', (text, fields) => expect(cron(text)).toBe(fields))

  it.each([
    ['05:30 UTC', 'cron knows no time zone'],
    ['05:30 Europe/Berlin', 'cron knows no time zone'],
    ['2027-03-01 05:30', 'cron knows no years'],
    ['*-*~1 05:30', 'cron does not count days from the end'],
    ['05:30:30', 'cron knows no seconds'],
    ['*:*:*', 'cron knows no seconds'],
    ['Mon *-*-1 05:30', 'for either of the two'],
  ])('%s works only with timers', (text, why) => {
    expect(cron(text)).toMatch(/^no: /)
    expect(cron(text)).toContain(why)
  })

  it.each([
    ['', 'it is empty'],
    ['dayly', '"dayly" is neither a day of the week'],
    ['25:00', 'hour 25 is outside of 0 to 23'],
    ['05:60', 'minute 60 is outside of 0 to 59'],
    ['*-13-1 00:00', 'month 13 is outside of 1 to 12'],
    ['*-*-32', 'day 32 is outside of 1 to 31'],
    ['5', '"5" is neither a date nor a time'],
    ['0 5 * * *', '"0" is neither a date nor a time'],
    ['05:30 daily', '"daily" is neither a date nor a time'],
    ['10:x', '"x" is not a valid minute'],
    ['9..5:00', 'end before they begin'],
    ['*:0/0', 'repeats every 0'],
    ['1:2:3:4', 'is not a time of day'],
    ['1-2-3-4', 'is not a date'],
  ])('%j is refused: %s', (text, why) => {
    const found = parseCalendar(text)
    expect(isCalendarFault(found) && found.why).toContain(why)
  })
})
