import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml'
import { HowdahError } from '../../errors.ts'

export type Path = readonly (string | number)[]

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
  const lines = new LineCounter()
  // Duplicate keys are found below, so that the error names both places. Snippets are left out: they may show a password.
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: true })
  const position = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const broken = [...syntaxErrors(doc, position), ...badAliases(doc, position)]
  const errors = [...broken, ...duplicateKeys(doc, position)]
  for (const section of asText) keepText(isMap(doc.contents) ? doc.get(section, true) : undefined)
  keepTextBelow(doc, 'aws', TEXT_OF_AWS)
  return {
    file,
    errors,
    value: broken.length === 0 ? toValue(doc, errors, file) : undefined,
    where: (path, at = 'value') => position(walk(doc, path, at).offset),
    has: (path) => walk(doc, path, 'value').complete,
  }
}

/** Too many aliases are found only when the value is made. */
function toValue(doc: Doc, errors: HowdahError[], file: string): unknown {
  try {
    return doc.toJS()
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

function syntaxErrors(doc: Doc, position: (offset: number) => string): HowdahError[] {
  return doc.errors.map(
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

/** `password: *abc` is an alias to YAML. Its name is not repeated: it may be a password that was not quoted. */
function badAliases(doc: Doc, position: (offset: number) => string): HowdahError[] {
  const errors: HowdahError[] = []
  visit(doc, {
    Alias(_key, alias, around) {
      const target = alias.resolve(doc)
      const endless = target !== undefined && around.includes(target)
      if (target !== undefined && !endless) return
      errors.push(
        new HowdahError({
          code: 'SPEC_SYNTAX',
          exit: 'configuration',
          message: `not readable as YAML: the alias (*) here ${endless ? 'stands inside its own anchor (&), without end' : 'has no anchor (&) before it'}`,
          where: position(startOf(alias) ?? 0),
          next: endless
            ? 'write out what is meant here'
            : 'quote the value, if it was meant as text that begins with *',
        }),
      )
    },
  })
  return errors
}

function duplicateKeys(doc: Doc, position: (offset: number) => string): HowdahError[] {
  const errors: HowdahError[] = []
  visit(doc, {
    Map(_key, map) {
      const seen = new Map<string, number>()
      for (const pair of map.items) {
        const name = keyName(pair)
        if (name === '<<') continue
        const offset = startOf(pair.key) ?? 0
        const first = seen.get(name)
        if (first === undefined) seen.set(name, offset)
        else errors.push(duplicate(name, position(first), position(offset)))
      }
    },
  })
  return errors
}

const duplicate = (name: string, first: string, second: string): HowdahError =>
  new HowdahError({
    code: 'SPEC_DUPLICATE_KEY',
    exit: 'configuration',
    message: `the key ${name} is written twice; the first is at ${first}`,
    found: name,
    where: second,
    next: 'remove one of the two, or join them',
  })

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

function walk(doc: Doc, path: Path, at: 'key' | 'value'): Found {
  let node: unknown = doc.contents
  let offset = startOf(node) ?? 0
  for (const [i, segment] of path.entries()) {
    const next = child(resolve(doc, node), segment)
    if (next === undefined) return { offset, complete: false }
    const last = i === path.length - 1
    const start =
      (last && at === 'key' ? startOf(next.key) : undefined) ?? startOf(next.value) ?? startOf(next.key)
    offset = start ?? offset
    node = next.value
  }
  return { offset, complete: true }
}

const resolve = (doc: Doc, node: unknown): unknown => (isAlias(node) ? node.resolve(doc) : node)

function child(node: unknown, segment: string | number): { key?: unknown; value: unknown } | undefined {
  if (isSeq(node))
    return typeof segment === 'number' && segment in node.items ? { value: node.items[segment] } : undefined
  if (!isMap(node)) return undefined
  return node.items.find((pair) => keyName(pair) === String(segment))
}

const keyName = (pair: Pair<unknown, unknown>): string =>
  String(isScalar(pair.key) ? pair.key.value : pair.key)

function startOf(node: unknown): number | undefined {
  const range = (node as Node | null | undefined)?.range
  return range?.[0]
}
