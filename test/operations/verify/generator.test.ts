import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pythonJson } from '../../../provisioners/operations/verify/rows/events.ts'
import { type Dataset, generate } from '../../../provisioners/operations/verify/rows/generator.ts'
import { LMS_TABLES } from '../../../provisioners/operations/verify/rows/lms-tables.ts'
import { isoTime } from '../../../provisioners/operations/verify/rows/time.ts'
import { readLines } from './slow.ts'

const digest = (data: Dataset): string => {
  const hash = createHash('sha256').update(JSON.stringify(data.lms))
  for (const { name, content } of data.files) hash.update(name).update(content)
  return hash.digest('hex')
}

describe('generate', () => {
  it('gives the same bytes for the same seed, and others for another', () => {
    expect(digest(generate(7, 'small'))).toBe(digest(generate(7, 'small')))
    expect(digest(generate(7, 'small'))).not.toBe(digest(generate(8, 'small')))
  })

  it('gives the same data as before (golden)', () => {
    const data = generate(20_260_302, 'small')
    expect(data.lines).toMatchInlineSnapshot(`
      {
        "total": 1302,
        "unparsable": 19,
      }
    `)
    expect(data.files.slice(0, 2).map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "tracking.log-20260302-1772410230.gz",
        "tracking.log-20260303-1772496432.gz",
      ]
    `)
    expect(digest(data).slice(0, 16)).toMatchInlineSnapshot(`"029bb1a02fcef889"`)
  })

  it('rotates daily, with events after midnight in the file of the day before', () => {
    const data = generate(3, 'demo')
    const names = data.files.map(({ name }) => name)
    expect(names.every((name) => /^tracking\.log-\d{8}-\d{10}\.gz$/.test(name))).toBe(true)
    expect(new Set(names).size).toBe(30)
    for (const { name, content } of data.files) {
      const rotated = Number(name.slice(-13, -3)) * 1000
      const stamp = new Date(rotated).toISOString().slice(0, 10).replaceAll('-', '')
      expect(name).toContain(`-${stamp}-`)
      for (const [, time] of content.toString('latin1').matchAll(/"time": "(20[^"\n]{23,30})"/g)) {
        expect(Date.parse(time as string)).toBeLessThan(rotated)
      }
    }
    const late = data.files.filter(({ name, content }) => {
      const day = `${name.slice(13, 17)}-${name.slice(17, 19)}-${name.slice(19, 21)}`
      return content.includes(`"time": "${day}T00:0`) && content.includes('T23:')
    })
    expect(late.length).toBeGreaterThan(0)
  })

  it('has difficult lines: duplicates, malformed lines, texts in other scripts, payloads of both kinds', () => {
    const data = generate(3, 'demo')
    const lines = data.files.flatMap(({ content }) => content.toString('latin1').split('\n').slice(0, -1))
    expect(lines.length).toBe(data.lines.total)
    expect(new Set(lines).size).toBeLessThan(lines.length - 20)
    expect(data.lines.unparsable / lines.length).toBeGreaterThan(0.01)
    const whole = readLines(data)
    const enrolments = whole.filter((line) => line.event_type.endsWith('.activated'))
    expect(new Set(enrolments.map((line) => typeof line.event))).toEqual(new Set(['string', 'object']))
    expect(whole.some((line) => line.context?.course_id?.includes('É'))).toBe(true)
    const types = new Set(whole.map((line) => line.event_type))
    for (const type of ['play_video', 'problem_check', 'edx.course.enrollment.deactivated']) {
      expect(types).toContain(type)
    }
  })

  it('counts as unparsable exactly the lines that are not JSON objects', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), (seed) => {
        const data = generate(seed, 'small')
        const bad = data.files
          .flatMap(({ content }) => content.toString('utf8').split('\n').slice(0, -1))
          .filter((line) => {
            try {
              const value = JSON.parse(line)
              return typeof value !== 'object' || value === null || Array.isArray(value)
            } catch {
              return true
            }
          })
        expect(bad.length).toBe(data.lines.unparsable)
      }),
      { numRuns: 10 },
    )
  })

  it('keeps the keys of the LMS unique, even if the server ignores case', () => {
    const { lms } = generate(11, 'demo')
    const unique = (rows: readonly unknown[]): void => {
      expect(new Set(rows.map((row) => String(row).toLowerCase())).size).toBe(rows.length)
    }
    unique(lms.auth_user.map((row) => row.username))
    unique(lms.auth_userprofile.map((row) => row.user_id))
    unique(lms.student_courseenrollment.map((row) => [row.user_id, row.course_id]))
    unique(lms.courseware_studentmodule.map((row) => [row.student_id, row.module_id, row.course_id]))
    for (const table of LMS_TABLES) {
      const columns = table.columns.map(({ name }) => name)
      expect(lms[table.name].length).toBeGreaterThan(100)
      expect(Object.keys(lms[table.name][0] ?? {}).sort()).toEqual([...columns].sort())
      expect(table.imported.filter((name) => !columns.includes(name))).toEqual([])
    }
  })
})

it('writes JSON and times as Python does', () => {
  expect(pythonJson({ a: [1, 'é🐘', null], b: { c: true } })).toBe(
    '{"a": [1, "\\u00e9\\ud83d\\udc18", null], "b": {"c": true}}',
  )
  expect(isoTime(Date.parse('2026-03-02T00:00:00Z'))).toBe('2026-03-02T00:00:00+00:00')
  expect(isoTime(Date.parse('2026-03-02T00:00:00.012Z'), 3)).toBe('2026-03-02T00:00:00.012003+00:00')
})
