/** The table that `make test.faults` ends with, from the rows of build/faults.ndjson (test/e2e/faults/table.ts). */
import { readFile } from 'node:fs/promises'
import type { FaultRow } from '../test/e2e/faults/table.ts'

/** Empty when no fault struck. */
export async function faultsTable(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FaultRow)
  if (rows.length === 0) return ''
  const lines = rows.map(({ moment, hit, first, steps, second, seconds }) => [
    ...[moment, hit, first, `${steps} steps, exit ${second}, ${seconds} s`],
  ])
  const table = [['moment', 'what was hit', 'first run', 'second run'], ...lines]
  const widths = [0, 1, 2].map((i) => Math.max(...table.map((line) => (line[i] ?? '').length)))
  const shown = table.map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
  return [...shown, `${rows.length} faults`].join('\n')
}
