import { textOf, type Value } from '../values.ts'

/** A problem when a known text has not the form that AWS takes. */
export function form(what: string, value: Value, pattern: RegExp, rule: string): readonly string[] {
  const text = textOf(value)
  return text === undefined || pattern.test(text) ? [] : [`${what} "${text}" is refused: ${rule}`]
}

/** A problem when a known text is too long. */
export function longest(what: string, value: Value, max: number): readonly string[] {
  const text = textOf(value)
  return text === undefined || text.length <= max
    ? []
    : [`${what} "${text}" has ${text.length} characters, at most ${max} are allowed`]
}

export const when = (wrong: boolean, problem: string): readonly string[] => (wrong ? [problem] : [])

/** A number that is known, else undefined. */
export const numberOf = (value: Value): number | undefined => (typeof value === 'number' ? value : undefined)
