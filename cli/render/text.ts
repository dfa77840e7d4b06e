import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
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

/** The columns of the terminal that results go to; undefined for a file or a pipe, which have no width. */
export const outputColumns = (): number | undefined =>
  process.stdout.isTTY ? process.stdout.columns : undefined

/** Nothing of a column is shorter than this, so that words stay readable. */
const NARROWEST = 8
const GAP = 2

/** Takes from the widest column until the table fits. */
function fitted(widths: readonly number[], columns: number): number[] {
  const fit = [...widths]
  const total = (): number => fit.reduce((sum, width) => sum + width + GAP, -GAP)
  while (total() > columns && Math.max(...fit) > NARROWEST) {
    const widest = fit.indexOf(Math.max(...fit))
    fit[widest] = (fit[widest] as number) - 1
  }
  return fit
}

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'mid']
    .flatMap((line) => [line, `${line}-mid`, `${line}-left`, `${line}-right`].map((name) => [name, '']))
    .concat([
      ['left', ''],
      ['left-mid', ''],
      ['mid-mid', ''],
      ['right', ''],
      ['right-mid', ''],
      ['middle', ' '.repeat(GAP)],
    ]),
)

/**
 * A table of left-aligned columns (right-aligned when every cell is a number), with a rule under the head. With
 * `columns`, long cells are wrapped, so that the table fits.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  columns: number | undefined = outputColumns(),
): string {
  const cells = rows.map((row) => head.map((_, i) => String(row[i] ?? '')))
  const widths = head.map((title, i) =>
    Math.max(...[title, ...cells.map((row) => row[i] ?? '')].map((text) => stringWidth(text))),
  )
  const fit = columns === undefined ? widths : fitted(widths, columns)
  const numeric = head.map(
    (_, i) => cells.length > 0 && cells.every((row) => /^-?[\d.]+$/.test(row[i] ?? '')),
  )
  const inColumns = (row: readonly string[]): string[] =>
    row.map((cell, i) => wrapAnsi(cell, fit[i] ?? NARROWEST, { hard: true }))
  const made = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: fit,
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
  })
  made.push(
    inColumns(head),
    fit.map((width) => '─'.repeat(width)),
    ...cells.map(inColumns),
  )
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Pads to a width in columns of the terminal: a Chinese character or an emoji has two. */
export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)))

/** Cuts a line to a terminal's width, so that a live view never wraps. */
export function clip(line: string, width: number): string {
  if (stringWidth(line) <= width) return line
  let cut = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    used += stringWidth(segment)
    if (used > width - 1) break
    cut += segment
  }
  return `${cut}…`
}

/** Wraps at words, and indents what continues a line deeper than the line. Longer words, such as paths, stay whole. */
export function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined) return text
  const one = (line: string): string => {
    if (stringWidth(line) <= columns) return line
    const indent = `${/^\s*/.exec(stripVTControlCharacters(line))?.[0] ?? ''}    `
    const room = Math.max(NARROWEST, columns - indent.length)
    const [first = '', ...rest] = wrapAnsi(line, columns, { trim: false }).split('\n')
    const more = wrapAnsi(rest.join('').replace(/^ +/, ''), room).split('\n')
    return [first.trimEnd(), ...more.map((each) => `${indent}${each}`)].join('\n')
  }
  return text.split('\n').map(one).join('\n')
}
