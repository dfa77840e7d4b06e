import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandRange } from '../../provisioners/config/document/ranges.ts'

describe('host ranges', () => {
  it.each([
    ['m1', ['m1']],
    ['w[1-3]', ['w1', 'w2', 'w3']],
    ['w[09-11]', ['w09', 'w10', 'w11']],
    ['w[8-11].example.org', ['w8.example.org', 'w9.example.org', 'w10.example.org', 'w11.example.org']],
    ['w[1-2,7]', ['w1', 'w2', 'w7']],
    ['10.0.0.[9-10]', ['10.0.0.9', '10.0.0.10']],
    ['w[0-1]', ['w0', 'w1']],
  ])('%s', (text, expected) => {
    expect(expandRange(text)).toEqual(expected)
  })

  it.each([
    ['w[3-1]', /runs backwards; write 1-3/],
    ['w[1-3', /one range at most/],
    ['r[1-2]w[1-2]', /one range at most/],
    ['w[a-c]', /"a-c" is not a range of numbers/],
    ['w[]', /"" is not a range/],
    ['w[1-99999]', /more than 10000/],
    ['w[01-100]', /differ in width/],
  ])('%s is refused', (text, message) => {
    expect(() => expandRange(text)).toThrow(message)
  })

  it('gives all names of the range once and in order, with any padding', () => {
    const bounds = fc.tuple(fc.nat(5000), fc.nat(300), fc.boolean())
    fc.assert(
      fc.property(
        bounds,
        fc.stringMatching(/^[a-z]{0,4}$/),
        fc.stringMatching(/^[a-z.]{0,4}$/),
        ([first, more, pad], a, b) => {
          const last = first + more
          const width = pad ? String(last).length + 1 : 0
          const write = (n: number): string => String(n).padStart(width, '0')
          const names = expandRange(`${a}[${write(first)}-${write(last)}]${b}`)
          expect(names).toHaveLength(more + 1)
          expect(new Set(names).size).toBe(more + 1)
          expect(names[0]).toBe(`${a}${write(first)}${b}`)
          expect(names.map((name) => Number(name.slice(a.length, name.length - b.length)))).toEqual(
            Array.from({ length: more + 1 }, (_, i) => first + i),
          )
        },
      ),
    )
  })
})
