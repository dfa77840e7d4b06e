import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../provisioners/events.ts'
import { Secret } from '../../provisioners/secret.ts'
import { quote } from '../../provisioners/shell.ts'
import { REDACTED, Redactor, redactReporter, secretForms } from '../../provisioners/transport/redact.ts'

const HARD = `p'a"s&s <w>$o\`r\\d+/=%ü`

describe('Redactor', () => {
  it.each([
    ['plain', HARD],
    ['base64', Buffer.from(HARD).toString('base64')],
    ['URL-encoded', encodeURIComponent(HARD)],
    ['form-encoded', new URLSearchParams({ p: HARD }).toString().slice(2)],
    ['shell-quoted', quote(HARD)],
    ['JSON', JSON.stringify({ p: HARD })],
    ['JSON in JSON', JSON.stringify(JSON.stringify(HARD))],
    [
      'XML',
      HARD.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ],
  ])('removes the %s form', (_form, text) => {
    const redacted = new Redactor([HARD]).redact(`before ${text} after`)
    expect(redacted).toContain(REDACTED)
    expect(redacted).toMatch(/^before .* after$/)
    expect(redacted).not.toContain('w>')
    expect(redacted).not.toContain(text)
  })

  it('finds base64 of a longer text at each alignment', () => {
    const redactor = new Redactor(['correct horse'])
    for (const before of ['', 'u', 'us', 'use', 'user:']) {
      const encoded = Buffer.from(`${before}correct horse:tail`).toString('base64')
      const redacted = redactor.redact(encoded)
      const leaked = redacted.split(REDACTED).map((part) => Buffer.from(part, 'base64').toString('latin1'))
      expect(redacted).toContain(REDACTED)
      expect(leaked.join('')).not.toMatch(/orrect hors/)
    }
  })

  it('removes each line of a secret of several lines', () => {
    expect(new Redactor(['first line\nsecond line']).redact('x second line y')).toBe(`x ${REDACTED} y`)
  })

  it('ignores values under four characters', () => {
    expect(new Redactor(['abc', '']).redact('abc')).toBe('abc')
    expect(secretForms('abc')).toEqual([])
  })

  it('prefers the longer of two secrets that begin alike', () => {
    expect(new Redactor(['pass', 'passphrase']).redact('passphrase!')).toBe(`${REDACTED}!`)
  })

  it('accepts a Secret, which need not be revealed first', () => {
    const redactor = new Redactor()
    redactor.add(new Secret('hunter22', 'password of x'))
    expect(redactor.redact('hunter22')).toBe(REDACTED)
  })

  it('finds secrets across all chunk borders, and loses nothing else', () => {
    const secrets = ['abab', 'ababcc', 'hunter22', 'x\ny y']
    const text = fc.array(fc.constantFrom('a', 'b', 'ab', 'c', 'abab', 'ababcc', 'hunter22', 'x\ny y', 'zz '))
    fc.assert(
      fc.property(text, fc.array(fc.nat(12), { minLength: 1 }), (words, cuts) => {
        const whole = words.join('')
        const redactor = new Redactor(secrets)
        let out = ''
        const sink = redactor.stream((piece) => {
          out += piece
        })
        let at = 0
        for (let i = 0; at < whole.length; i++) {
          const size = 1 + (cuts[i % cuts.length] ?? 0)
          sink.write(whole.slice(at, at + size))
          at += size
        }
        sink.end()
        expect(out).toBe(redactor.redact(whole))
      }),
    )
  })

  it('holds back only text that may be a secret', () => {
    let out = ''
    const sink = new Redactor(['hunter22']).stream((piece) => {
      out += piece
    })
    sink.write('a line\nhunt')
    expect(out).toBe('a line\n')
    sink.write('ing')
    expect(out).toBe('a line\nhunting')
  })
})

describe('redactReporter', () => {
  it('redacts every text of an event, and never its vocabulary', () => {
    const seen: RunEvent[] = []
    const report = redactReporter((event) => seen.push(event), new Redactor(['info', 'hunter22']))
    report({ type: 'log', level: 'info', text: 'password hunter22', host: 'h' })
    expect(seen).toEqual([{ type: 'log', level: 'info', text: `password ${REDACTED}`, host: 'h' }])
  })
})
