/** Compares all rows of a table with the expected ones. Pure. */

import type { Cell, Comparison, Mismatch } from '../types.ts'
import { byText, type Rows } from './expected.ts'

const keyOf = (row: readonly Cell[], columns: number): string => row.slice(0, columns).join(' | ')

/**
 * The first `keyColumns` columns are the key of a row, the others its values. A second row with the same key is `extra`,
 * even with equal values.
 */
export function compareRows(table: string, expected: Rows, found: Rows, keyColumns: number): Comparison {
  const waiting = new Map(expected.map((row) => [keyOf(row, keyColumns), row]))
  const mismatches: Mismatch[] = []
  for (const row of found) {
    const key = keyOf(row, keyColumns)
    const wanted = waiting.get(key)
    waiting.delete(key)
    if (!wanted) mismatches.push({ kind: 'extra', key, found: row })
    else if (byText(wanted, row) !== 0) mismatches.push({ kind: 'wrong', key, expected: wanted, found: row })
  }
  for (const [key, row] of waiting) mismatches.push({ kind: 'missing', key, expected: row })
  const extra = mismatches.filter(({ kind }) => kind === 'extra').length
  return { table, rows: expected.length + extra, mismatches }
}

/** The first mismatches as text. */
export function describe(comparison: Comparison, most = 8): string {
  const { mismatches, rows, table } = comparison
  const lines = mismatches.slice(0, most).map(({ kind, key, expected, found }) => {
    if (kind === 'wrong') return `wrong   ${key}: ${found?.join(', ')} instead of ${expected?.join(', ')}`
    return `${kind.padEnd(7)} ${key}: ${(expected ?? found)?.join(', ')}`
  })
  const more = mismatches.length > most ? [`and ${mismatches.length - most} more`] : []
  return [`${mismatches.length} of ${rows} rows of ${table} differ`, ...lines, ...more].join('\n')
}
