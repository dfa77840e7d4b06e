import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedText, LineSplitter, MarkerGate } from '../../provisioners/transport/output.ts'

const cutUp = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))

describe('hazard 6: chunks, bounds and UTF-8', () => {
  it('decodes characters that are split over chunks, in lines and in the whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 5 }), (text, size) => {
        const lines: string[] = []
        const splitter = new LineSplitter((line) => lines.push(line))
        const whole = new BoundedText()
        for (const chunk of cutUp(Buffer.from(text), size)) {
          splitter.push(chunk)
          whole.push(chunk)
        }
        splitter.end()
        expect(whole.text()).toBe(text)
        const wanted = text.split('\n')
        if (wanted.at(-1) === '') wanted.pop()
        expect(lines).toEqual(wanted)
      }),
    )
  })

  it('keeps head and tail of a long stream, and reports how much is missing', () => {
    for (const size of [1, 7, 1000]) {
      const text = new BoundedText(100)
      for (const chunk of cutUp(Buffer.from(`HEAD${'x'.repeat(992)}TAIL`), size)) text.push(chunk)
      const kept = text.text()
      expect(kept).toMatch(/^HEADx{46}\n\[900 bytes left out by Howdah\]\nx{46}TAIL$/)
    }
  })

  it('does not trim', () => {
    const text = new BoundedText()
    text.push(Buffer.from('  a \n\n'))
    expect(text.text()).toBe('  a \n\n')
  })
})

describe('MarkerGate', () => {
  it('passes only the text after the marker, with any chunk borders', () => {
    for (let size = 1; size < 20; size++) {
      let out = ''
      const gate = new MarkerGate('begin-1', (chunk) => {
        out += chunk.toString()
      })
      for (const chunk of cutUp(Buffer.from('Welcome!\nbegin-1\nfirst\nbegin-1\n'), size)) gate.push(chunk)
      expect(out).toBe('first\nbegin-1\n')
      expect(gate.preamble).toBe('Welcome!\n')
    }
  })

  it('finds a marker after more preamble than it keeps', () => {
    let out = ''
    const gate = new MarkerGate('begin-1', (chunk) => {
      out += chunk.toString()
    })
    gate.push(Buffer.alloc(200_000, 'n'))
    gate.push(Buffer.from('\nbegin'))
    gate.push(Buffer.from('-1\nok'))
    expect(out).toBe('ok')
  })
})
