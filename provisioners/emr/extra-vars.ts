import { type Path, readDocument, type SpecDocument } from '../config/index.ts'
import { HowdahError } from '../errors.ts'
import { LEGACY_KEYS } from './legacy-keys.ts'

/** EXTRA_VARS as ansible takes them: `@file`, a mapping in YAML or JSON, or `key=value key2="value 2"`. */

export type ExtraVars =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'inline'; readonly document: SpecDocument }

/** The place in errors for variables that are not in a file. */
const PLACE = 'EXTRA_VARS'

/** Reads EXTRA_VARS. Throws LEGACY_EXTRA_VARS for a text that has none of ansible's forms. */
export function readExtraVars(words: string): ExtraVars {
  const text = words.trim()
  if (text.startsWith('@') && text.length > 1) return { kind: 'file', file: text.slice(1) }
  if (/^[{[]/.test(text)) {
    const asText = LEGACY_KEYS.map(({ key }) => key)
    return { kind: 'inline', document: readDocument(words, PLACE, asText) }
  }
  return { kind: 'inline', document: pairs(words) }
}

/** `key=value` words, as a document with the column of each. All values are text, as in ansible. */
function pairs(words: string): SpecDocument {
  const value: Record<string, string> = {}
  const columns = new Map<string, { readonly key: number; readonly value: number }>()
  let at = 0
  while (/\S/.test(words.slice(at))) {
    const found = /^(\s*)([^\s=]+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?!["'])\S*)(?=\s|$)/.exec(words.slice(at))
    if (found === null) throw notReadable(words, at + (/^\s*/.exec(words.slice(at))?.[0].length ?? 0))
    const [whole, space = '', key = '', typed = ''] = found
    const start = at + space.length + 1
    columns.set(key, { key: start, value: start + key.length + 1 })
    value[key] = unquoted(typed)
    at += whole.length
  }
  if (columns.size === 0) throw notReadable(words, 0)
  const columnOf = (path: Path, side: 'key' | 'value'): number => columns.get(String(path[0]))?.[side] ?? 1
  return {
    file: PLACE,
    value,
    errors: [],
    has: (path) => path.length === 0 || (path.length === 1 && columns.has(String(path[0]))),
    where: (path, side = 'value') => `${PLACE}:1:${columnOf(path, side)}`,
  }
}

function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1)
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text
}

function notReadable(words: string, offset: number): HowdahError {
  const word = /^\S*/.exec(words.slice(offset))?.[0] ?? ''
  return new HowdahError({
    code: 'LEGACY_EXTRA_VARS',
    exit: 'configuration',
    message: word === '' ? 'EXTRA_VARS is empty' : `${JSON.stringify(word)} in EXTRA_VARS is not key=value`,
    found: word === '' ? 'nothing' : word,
    expected: '@file, {key: value, …} or key=value …',
    where: `${PLACE}:1:${offset + 1}`,
    next: 'EXTRA_VARS="@/tmp/cluster.yml" make provision.emr',
  })
}
