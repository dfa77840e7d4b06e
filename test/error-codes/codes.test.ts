import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES, ERROR_PARTS } from '../../provisioners/error-codes/index.ts'
import type { ErrorCode, ExitName } from '../../provisioners/errors.ts'
import { expectedTexts, sourcesIn } from './expectations.ts'

const codes = Object.keys(ERROR_CODES)
const CODE = /\b[A-Z]+(?:_[A-Z0-9]+)+\b/g

describe('expectedTexts', () => {
  it('gives what a test can fail by', () => {
    const source = `
      it('throws', () => { expect(error.code).toBe('A_CODE') })
      it.each([['a key', ['B_CODE 1:2']]])('%s', (_, found) => expect(found).toMatchObject({ code: \`C_CODE\` }))
      expect(text).toMatch(/D_CODE/)`
    expect(expectedTexts(source).flatMap((text) => text.match(CODE) ?? [])).toEqual([
      'A_CODE',
      'B_CODE',
      'C_CODE',
      'D_CODE',
    ])
  })

  it('passes over comments, titles and errors that a test makes by hand', () => {
    const source = `
      // Throws A_CODE.
      it('gives B_CODE', () => fail(new HowdahError({ code: 'C_CODE', exit: 'done', message: 'D_CODE' })))
      describe.skipIf(root)('E_CODE', () => {})
      it.each(rows)('F_CODE %s', () => {})`
    expect(expectedTexts(source).flatMap((text) => text.match(CODE) ?? [])).toEqual([])
  })
})

describe('the table of error codes', () => {
  it('has each code once', () => {
    expect(
      Object.values(ERROR_PARTS)
        .flatMap((part) => Object.keys(part))
        .sort(),
    ).toEqual(codes.sort())
  })

  it('gives each a meaning and a remedy, in whole sentences of one line', () => {
    const unfit = Object.entries(ERROR_CODES).filter(([, { meaning, remedy }]) =>
      [meaning, remedy].some((text) => !/^[A-Z`a-z][^\n]{10,}\.$/.test(text)),
    )
    expect(unfit).toEqual([])
  })

  it('gives each code the exit that the code throws it with', () => {
    const root = join(import.meta.dirname, '../..')
    const sources = ['cli', 'lab', 'provisioners', 'stacks'].flatMap((room) => sourcesIn(join(root, room)))
    const thrown = sources.flatMap((source) => [...source.matchAll(/code: '([A-Z_0-9]+)',\s*exit: '(\w+)'/g)])
    const wrong = thrown.filter(
      ([, code, exit]) => ![ERROR_CODES[code as ErrorCode].exit].flat().includes(exit as ExitName),
    )
    expect(thrown.length).toBeGreaterThan(100)
    expect(wrong.map(([text]) => text)).toEqual([])
  })

  it('has no code that no test provokes', () => {
    const missing = new Set<string>(codes)
    for (const source of sourcesIn(join(import.meta.dirname, '..'), 'error-codes')) {
      // Reading a source takes its time: only where a code is in it that no other test expects.
      if (![...missing].some((code) => source.includes(code))) continue
      for (const text of expectedTexts(source))
        for (const code of text.match(CODE) ?? []) missing.delete(code)
    }
    expect([...missing]).toEqual([])
  })
})
