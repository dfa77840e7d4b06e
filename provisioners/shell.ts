/**
 * All POSIX shell text is written with this tag. It quotes every interpolated value, makes several words of an array,
 * and inserts what is marked by `raw()` unchanged.
 */

export class RawShell {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type ShellValue = string | number | RawShell | readonly (string | number)[]

/** Marks text as shell code, which is interpolated without quotes. */
export const raw = (text: string): RawShell => new RawShell(text)

/** Quotes one word for a POSIX shell. Throws on NUL, which no argument can hold. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a shell word cannot hold a NUL byte')
  if (word !== '' && /^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

function render(value: ShellValue): string {
  if (value instanceof RawShell) return value.text
  if (typeof value === 'string' || typeof value === 'number') return quote(String(value))
  return value.map((word) => quote(String(word))).join(' ')
}

/** Tagged template: sh\`chmod ${mode} ${path}\` with every value quoted. */
export function sh(parts: TemplateStringsArray, ...values: readonly ShellValue[]): string {
  return parts.map((part, i) => (i < values.length ? part + render(values[i] as ShellValue) : part)).join('')
}
