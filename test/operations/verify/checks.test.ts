import { describe, expect, it } from 'vitest'
import { tail } from '../../../provisioners/operations/verify/checks.ts'

describe('the last lines of an output', () => {
  it('contain the cause, however deep its stack is', () => {
    const stack = Array.from({ length: 40 }, (_, i) => `\tat org.apache.sqoop.Sqoop.run(Sqoop.java:${i})`)
    const said = [
      'ERROR manager.SqlManager: Error executing statement: java.sql.SQLException: Access denied',
      ...stack,
      'Caused by: java.io.IOException: no way',
      '\tat a.B.<init>(Native Method)',
      '\t... 12 more',
      '',
    ].join('\n')
    expect(tail(said, 3)).toBe(
      'ERROR manager.SqlManager: Error executing statement: java.sql.SQLException: Access denied\nCaused by: java.io.IOException: no way',
    )
  })

  it('keep lines that only resemble a frame, and no more than were asked for', () => {
    expect(tail('one\n  at noon\nthree\n', 2)).toBe('  at noon\nthree')
  })
})
