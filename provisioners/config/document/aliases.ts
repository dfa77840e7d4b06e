import { type Alias, type Document, isAlias, isCollection, isPair, isSeq, visit } from 'yaml'
import { HowdahError } from '../../errors.ts'
import { MOST_ALIASES, MOST_ENTRIES, MOST_LEVELS, MOST_VALUES } from './bounds.ts'
import { tooLarge, tooManyLevels } from './limits.ts'

/** What each alias of a document stands for; found in one pass, as a file may have many. */
export interface Aliases {
  readonly targetOf: (alias: Alias) => unknown
  readonly errors: readonly HowdahError[]
}

type Place = (node: unknown) => string

/** Finds the anchor of each alias: the last one of its name before it. */
export function findAliases(doc: Document, place: Place): Aliases {
  const anchors = new Map<string, unknown>()
  const targets = new Map<Alias, unknown>()
  const errors: HowdahError[] = []
  visit(doc, {
    Node(_key, node, around) {
      if (!isAlias(node)) {
        if (node.anchor) anchors.set(node.anchor, node)
        return undefined
      }
      const target = anchors.get(node.source)
      targets.set(node, target)
      const error = refusal(target, around as readonly unknown[], targets.size, place(node))
      if (error !== undefined) errors.push(error)
      return targets.size > MOST_ALIASES ? visit.BREAK : undefined
    },
  })
  const targetOf = (alias: Alias): unknown => targets.get(alias)
  if (errors.length === 0) errors.push(...tooMuch(doc.contents, targetOf, place))
  return { targetOf, errors }
}

function refusal(
  target: unknown,
  around: readonly unknown[],
  count: number,
  where: string,
): HowdahError | undefined {
  if (target === undefined) return unknownAlias(where)
  if (around.includes(target)) return endlessAlias(where)
  if (count <= MOST_ALIASES) return undefined
  return tooLarge(
    where,
    `the file has more than ${MOST_ALIASES} aliases (*)`,
    `at most ${MOST_ALIASES} aliases`,
    'write out what is meant, or write hosts with the same settings as one range',
  )
}

/** `password: *abc` is an alias to YAML. Its name is not repeated: it may be a password that was not quoted. */
const unknownAlias = (where: string): HowdahError =>
  new HowdahError({
    code: 'SPEC_SYNTAX',
    exit: 'configuration',
    message: 'not readable as YAML: the alias (*) here has no anchor (&) before it',
    where,
    next: 'quote the value, if it was meant as text that begins with *',
  })

const endlessAlias = (where: string): HowdahError =>
  new HowdahError({
    code: 'SPEC_SYNTAX',
    exit: 'configuration',
    message: 'not readable as YAML: the alias (*) here stands inside its own anchor (&), without end',
    where,
    next: 'write out what is meant here',
  })

interface Measure {
  /** Values below and including a node. */
  readonly values: number
  /** Levels below and including a node. */
  readonly levels: number
}

/** Aliases of aliases grow by multiplication, so their size is computed before any value is made. */
function tooMuch(
  contents: unknown,
  targetOf: (alias: Alias) => unknown,
  place: Place,
): readonly HowdahError[] {
  const known = new Map<unknown, Measure>()
  let error: HowdahError | undefined
  const measure = (node: unknown): Measure => {
    const before = known.get(node)
    if (before !== undefined) return before
    const parts = partsOf(node, targetOf).map(measure)
    const values = parts.reduce((sum, part) => sum + part.values, isPair(node) ? 0 : 1)
    const levels = parts.reduce((most, part) => Math.max(most, part.levels), 0) + (isCollection(node) ? 1 : 0)
    if (values > MOST_VALUES) error ??= tooManyValues(place(node))
    if (isSeq(node) && node.items.length > MOST_ENTRIES) error ??= tooManyEntries(place(node))
    if (levels > MOST_LEVELS) error ??= tooManyLevels(place(node))
    // After an error the numbers mean nothing, and must not become infinite.
    const made = error === undefined ? { values, levels } : { values: 1, levels: 1 }
    known.set(node, made)
    return made
  }
  measure(contents)
  return error === undefined ? [] : [error]
}

function partsOf(node: unknown, targetOf: (alias: Alias) => unknown): readonly unknown[] {
  if (isAlias(node)) return [targetOf(node)]
  if (isPair(node)) return [node.key, node.value]
  return isCollection(node) ? node.items : []
}

const tooManyValues = (where: string): HowdahError =>
  tooLarge(
    where,
    `the file has more than ${MOST_VALUES} values, with each alias (*) written out`,
    `at most ${MOST_VALUES} values`,
    'write hosts with the same settings as one range, and remove aliases of aliases',
  )

const tooManyEntries = (where: string): HowdahError =>
  tooLarge(
    where,
    `the list here has more than ${MOST_ENTRIES} entries`,
    `at most ${MOST_ENTRIES} entries`,
    'check that it is the right file; write hosts with the same settings as one range',
  )
