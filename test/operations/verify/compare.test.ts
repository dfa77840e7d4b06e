import { expect, describe as group, it } from 'vitest'
import { compareRows, describe } from '../../../provisioners/operations/verify/rows/compare.ts'

const expected = [
  ['a', '2026-03-02', 1],
  ['a', '2026-03-03', 2],
  ['b', '2026-03-02', 3],
]

group('compareRows', () => {
  it('finds no difference between equal rows, in any order', () => {
    expect(compareRows('t', expected, expected.toReversed(), 2)).toEqual({
      table: 't',
      rows: 3,
      mismatches: [],
    })
  })

  it('reports a wrong, a missing and an extra row, each', () => {
    const found = [
      ['a', '2026-03-02', 1],
      ['a', '2026-03-03', 5],
      ['A', '2026-03-03', 2],
    ]
    const { mismatches, rows } = compareRows('t', expected, found, 2)
    expect(rows).toBe(4)
    expect(mismatches).toEqual([
      {
        kind: 'wrong',
        key: 'a | 2026-03-03',
        expected: ['a', '2026-03-03', 2],
        found: ['a', '2026-03-03', 5],
      },
      { kind: 'extra', key: 'A | 2026-03-03', found: ['A', '2026-03-03', 2] },
      { kind: 'missing', key: 'b | 2026-03-02', expected: ['b', '2026-03-02', 3] },
    ])
  })

  it('reports a second row of the same key as extra', () => {
    const { mismatches } = compareRows('t', expected, [...expected, ['b', '2026-03-02', 3]], 2)
    expect(mismatches.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['extra b | 2026-03-02'])
  })

  it('shows the number of mismatches, and some of them', () => {
    const text = describe(compareRows('t', expected, [], 2), 2)
    expect(text).toBe(
      '3 of 3 rows of t differ\nmissing a | 2026-03-02: a, 2026-03-02, 1\nmissing a | 2026-03-03: a, 2026-03-03, 2\nand 1 more',
    )
  })
})
