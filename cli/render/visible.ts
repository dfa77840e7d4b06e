/**
 * The renderers' door. Hosts and files may contain sequences that move the cursor, set the title of a window or reverse the
 * direction of text. Everything that reaches a terminal or a log goes through `visible`, which shows such characters as
 * text. Our own colours are put in by `painted` as a mark that nobody else can know, and become sequences at the door.
 */
import { randomInt } from 'node:crypto'
import pc from 'picocolors'

/** A character for private use, another one in each process, instead of the escape of our own colours. */
const MARK = String.fromCodePoint(0xf0000 + randomInt(0xfffd))

// C0 without tab and line feed, DEL, C1, the controls of direction, and characters that are never shown.
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it finds them.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

const hex = (char: string, digits: number): string =>
  (char.codePointAt(0) ?? 0).toString(16).padStart(digits, '0')

function name(char: string): string {
  const code = char.codePointAt(0) ?? 0
  if (code > 0xffff) return `\\u{${hex(char, 0)}}`
  return code < 0x100 ? `\\x${hex(char, 2)}` : `\\u${hex(char, 4)}`
}

const COLOURS = new RegExp(`${MARK}\\[(\\d{1,2})m`, 'gu')

/** Text for a terminal or a log: hidden characters as `\x1b`, and our own colours as sequences. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, name).replace(COLOURS, '\u001b[$1m').replaceAll(MARK, '')

/** JSON for a terminal or a pipe: the same value, with every hidden character escaped. */
export const visibleJson = (json: string): string =>
  json.replace(HIDDEN, (char) =>
    [...Array(char.length).keys()]
      .map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  )

/** A value beside its label: further lines of it are indented, so that none looks like a line of Howdah. */
export const beside = (text: string): string => text.replaceAll('\n', '\n            ')

/** Colours whose sequences pass the door. */
export function painted(enabled: boolean): ReturnType<typeof pc.createColors> {
  const plain = pc.createColors(enabled)
  if (!enabled) return plain
  const formatters = Object.entries(plain).map(([key, format]) => {
    if (typeof format !== 'function') return [key, format]
    // Only the first and the last sequence are ours, but picocolors also repairs those of colours inside, which are marks.
    const [open = '', close = ''] = format('|').split('|')
    const mark = (sequence: string): string => sequence.replaceAll('\u001b', MARK)
    const paint = (text: string | number | null | undefined): string =>
      mark(open) + String(text).replaceAll(mark(close), mark(close) + mark(open)) + mark(close)
    return [key, paint]
  })
  return Object.fromEntries(formatters) as ReturnType<typeof pc.createColors>
}
