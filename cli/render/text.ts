import { painted } from './visible.ts'

/** Colours for a stream: none without a terminal, with NO_COLOR, or with TERM=dumb; FORCE_COLOR wins. */
export function colorsFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env) {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0'
  const refused = Boolean(env.NO_COLOR) || env.TERM === 'dumb'
  return painted(!refused && (forced || stream.isTTY === true))
}

export type Colors = ReturnType<typeof colorsFor>

/** 850 ms, 12.3 s, 4 min 05 s. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** 512 B, 1.4 MB, 2.0 GB; powers of 1000, as download tools print them. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${units[unit]}`
}

/** A table of left-aligned columns (right-aligned when every cell is a number), with a rule under the head. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map(String))
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => (row[i] ?? '').length)))
  const numeric = head.map(
    (_, i) => cells.length > 0 && cells.every((row) => /^-?[\d.]+$/.test(row[i] ?? '')),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)))
      .join('  ')
      .trimEnd()
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(line)].join('\n')
}

/** Cuts a line to a terminal's width, so that a live view never wraps. */
export const clip = (line: string, width: number): string =>
  line.length <= width ? line : `${line.slice(0, width - 1)}…`
