import { type Document, isCollection, isMap, isScalar, isSeq, type Pair, visit, type YAMLMap } from 'yaml'
import { HowdahError } from '../../errors.ts'
import { short } from './paths.ts'

export const keyName = (pair: Pair<unknown, unknown>): string =>
  String(isScalar(pair.key) ? pair.key.value : pair.key)

/** The pairs of each map by name, made once: a search through a long map for each of its keys would take for ever. */
const byName = new WeakMap<YAMLMap, ReadonlyMap<string, Pair<unknown, unknown>>>()

function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair<unknown, unknown>> {
  const known = byName.get(map)
  if (known !== undefined) return known
  // Of a key that is written twice, the first counts.
  const made = new Map([...map.items].reverse().map((pair) => [keyName(pair), pair]))
  byName.set(map, made)
  return made
}

/** The key and the value at one segment of a path. */
export function child(
  node: unknown,
  segment: string | number,
): { key?: unknown; value: unknown } | undefined {
  if (isSeq(node))
    return typeof segment === 'number' && segment in node.items ? { value: node.items[segment] } : undefined
  return isMap(node) ? pairsOf(node).get(String(segment)) : undefined
}

export interface BadKeys {
  /** Keys that are written twice. */
  readonly twice: readonly HowdahError[]
  /** Keys that no value can be made of. */
  readonly fatal: readonly HowdahError[]
}

/** Keys that are written twice, and the one key that no map can hold. */
export function badKeys(doc: Document, place: (node: unknown) => string): BadKeys {
  const twice: HowdahError[] = []
  const fatal: HowdahError[] = []
  visit(doc, {
    Map(_key, map) {
      const seen = new Map<string, unknown>()
      for (const pair of map.items) {
        if (isCollection(pair.key)) {
          fatal.push(notAName(place(pair.key)))
          continue
        }
        const name = keyName(pair)
        if (name === '<<') continue
        if (name === PROTOTYPE) fatal.push(prototype(place(pair.key)))
        const first = seen.get(name)
        if (first === undefined) seen.set(name, pair.key)
        else twice.push(duplicate(name, place(first), place(pair.key)))
      }
    },
  })
  return { twice, fatal }
}

/** To JavaScript it is not a key of a map, but what the map inherits from. */
const PROTOTYPE = '__proto__'

const prototype = (where: string): HowdahError =>
  new HowdahError({
    code: 'SPEC_UNKNOWN_KEY',
    exit: 'configuration',
    message: `${PROTOTYPE} is not a key that Howdah knows`,
    found: PROTOTYPE,
    where,
    next: 'remove it',
  })

/** `name: {{ x }}` is a map in a map to YAML, the inner one as a key. */
const notAName = (where: string): HowdahError =>
  new HowdahError({
    code: 'SPEC_SYNTAX',
    exit: 'configuration',
    message: 'not readable as a cluster.yml: a list or a map is written where a key should be',
    expected: 'the name of a key',
    where,
    next: 'quote the value, if it was meant as text that begins with { or [; write a secret from the environment as {env: NAME}',
  })

const duplicate = (name: string, first: string, second: string): HowdahError =>
  new HowdahError({
    code: 'SPEC_DUPLICATE_KEY',
    exit: 'configuration',
    message: `the key ${short(name)} is written twice; the first is at ${first}`,
    found: short(name),
    where: second,
    next: 'remove one of the two, or join them',
  })
