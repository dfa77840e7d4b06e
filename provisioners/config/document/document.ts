import { isAlias, isMap, isNode, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { HowdahError } from '../../errors.ts'
import { type Aliases, findAliases } from './aliases.ts'
import { unfitValues } from './characters.ts'
import { badKeys, child, keyName } from './keys.ts'
import { beyondLimits } from './limits.ts'
import type { Path } from './paths.ts'

export type { Path } from './paths.ts'

/** cluster.yml as read: its plain value, and the place of each part in the file. */
export interface SpecDocument {
  readonly file: string
  readonly value: unknown
  /**
   * `file:line:column` of a value, or of its key. A path that is not in the file
   * gives the position of the nearest part around it.
   */
  where(path: Path, at?: 'key' | 'value'): string
  /** Whether the file has a value at this path. */
  has(path: Path): boolean
  /** Errors of the YAML: syntax, and keys that are written twice. */
  readonly errors: readonly HowdahError[]
}

type Doc = ReturnType<typeof parseDocument>

/**
 * Reads YAML text (JSON is YAML too). Throws nothing: problems are in `errors`. Plain scalars below the top-level
 * keys of `asText` keep the characters that were typed, where YAML would make numbers of them.
 */
export function readDocument(
  text: string,
  file: string,
  asText: readonly string[] = ['properties', 'versions'],
): SpecDocument {
  const beyond = beyondLimits(text, file)
  if (beyond !== undefined) return unread(file, beyond)
  const lines = new LineCounter()
  // Duplicate keys are found below, so that the error names both places. Snippets are left out: they may show a password.
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: true })
  const position = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const place = (node: unknown): string => position(startOf(node) ?? 0)
  const aliases = findAliases(doc, place)
  const keys = badKeys(doc, place)
  const broken = [
    ...syntaxErrors(doc, position),
    ...aliases.errors,
    ...unfitValues(doc, place),
    ...keys.fatal,
  ]
  const errors = [...broken, ...keys.twice]
  for (const section of asText) keepText(isMap(doc.contents) ? doc.get(section, true) : undefined)
  keepTextBelow(doc, 'aws', TEXT_OF_AWS)
  return {
    file,
    errors,
    value: broken.length === 0 ? toValue(doc, errors, file) : undefined,
    where: (path, at = 'value') => position(walk(doc, aliases, path, at).offset),
    has: (path) => walk(doc, aliases, path, 'value').complete,
  }
}

/** A file that is too large to be read at all. */
const unread = (file: string, error: HowdahError): SpecDocument => ({
  file,
  errors: [error],
  value: undefined,
  where: () => `${file}:1:1`,
  has: () => false,
})

/** A merge (`<<`) of what is not a map is found only when the value is made. */
function toValue(doc: Doc, errors: HowdahError[], file: string): unknown {
  try {
    // The aliases were counted before.
    return doc.toJS({ maxAliasCount: -1 })
  } catch (cause) {
    errors.push(
      new HowdahError({
        code: 'SPEC_SYNTAX',
        exit: 'configuration',
        message: `not readable as YAML: ${withoutText(cause instanceof Error ? cause.message : '')}`,
        where: `${file}:1:1`,
      }),
    )
    return undefined
  }
}

/** Errors of the syntax that are listed: each may be only a consequence of the one before. */
const MOST_SYNTAX_ERRORS = 20

function syntaxErrors(doc: Doc, position: (offset: number) => string): HowdahError[] {
  return doc.errors.slice(0, MOST_SYNTAX_ERRORS).map(
    (error) =>
      new HowdahError({
        code: 'SPEC_SYNTAX',
        exit: 'configuration',
        message: `not readable as YAML: ${withoutText(error.message)}`,
        where: position(error.pos[0]),
        next: SYNTAX_HINTS[error.code] ?? 'correct the YAML at this place',
      }),
  )
}

const SYNTAX_HINTS: Readonly<Partial<Record<string, string>>> = {
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'keep one document in the file; write another cluster into a file of its own',
  BAD_INDENT: 'bring the line in step with the ones around it, or close the bracket that is open before it',
  MISSING_CHAR: 'close the bracket or the quote; a value with [ or ] inside { } needs quotes',
}

/** The parser quotes the file in its messages, and that text may be a password. */
const withoutText = (message: string): string =>
  (message.split(/: |\n/, 1)[0] ?? '').replaceAll(/"[^"]{2,}"/g, '…')

/**
 * Hadoop's properties and version numbers are text. As YAML numbers, `022` and `2.10` would lose a zero, so a plain
 * scalar there keeps the characters that were typed.
 */
function keepText(node: unknown): void {
  if (!isNode(node)) return
  visit(node, {
    Scalar(key, scalar) {
      if (key === 'key' || scalar.value === null || typeof scalar.value === 'string') return
      if (scalar.source !== undefined) scalar.value = scalar.source
    },
  })
}

/** Keys below `aws`, at any depth, whose values are text: 0.20 stays 0.20, and an account keeps its zero in front. */
const TEXT_OF_AWS = [
  'account',
  'args',
  'bidPrice',
  'engineVersion',
  'properties',
  'tags',
  'publicSubnetTags',
  'privateSubnetTags',
]

function keepTextBelow(doc: Doc, section: string, keys: readonly string[]): void {
  const node = isMap(doc.contents) ? doc.get(section, true) : undefined
  if (!isNode(node)) return
  visit(node, {
    Pair(_key, pair) {
      if (keys.includes(keyName(pair))) keepText(pair.value)
    },
  })
}

interface Found {
  readonly offset: number
  readonly complete: boolean
}

function walk(doc: Doc, aliases: Aliases, path: Path, at: 'key' | 'value'): Found {
  let node: unknown = doc.contents
  let offset = startOf(node) ?? 0
  for (const [i, segment] of path.entries()) {
    const next = child(isAlias(node) ? aliases.targetOf(node) : node, segment)
    if (next === undefined) return { offset, complete: false }
    const last = i === path.length - 1
    const start =
      (last && at === 'key' ? startOf(next.key) : undefined) ?? startOf(next.value) ?? startOf(next.key)
    offset = start ?? offset
    node = next.value
  }
  return { offset, complete: true }
}

function startOf(node: unknown): number | undefined {
  const range = (node as Node | null | undefined)?.range
  return range?.[0]
}
