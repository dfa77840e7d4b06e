import { keysAt, schemaAt } from '../describe/json-schema.ts'
import { clusterSchema, type SpecInput } from '../schema/cluster.ts'
import { PLAIN_SECRET } from '../schema/fields.ts'
import { type Path, short, showPath } from './paths.ts'
import type { Problems } from './problems.ts'
import { didYouMean } from './suggest.ts'

type Issue = NonNullable<ReturnType<typeof clusterSchema.safeParse>['error']>['issues'][number]

export interface Shape {
  /** What can be checked further: the input without the parts whose form is wrong. */
  readonly input: SpecInput | undefined
  /** Sections (top-level keys) whose form is wrong. Errors that only follow from them are not reported. */
  readonly broken: ReadonlySet<string>
}

/**
 * Checks the form of the file; adds a problem for every field that breaks the schema. Without the
 * section `needed`, nothing more can be checked.
 */
export function checkShape(problems: Problems, needed: 'hosts' | 'aws'): Shape {
  const value = problems.document.value
  const result = clusterSchema.safeParse(value)
  if (result.success) return { input: result.data, broken: new Set() }
  const issues = result.error.issues.flatMap((issue) => meant(issue, value))
  for (const issue of issues) report(issue, value, problems)
  return repaired(value, issues, needed)
}

/** Where the schema allows a word or a map, and the file has a map, only the errors of the map are reported. */
function meant(issue: Issue, root: unknown): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const value = valueAt(root, issue.path as Path)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [issue]
  const inside = issue.errors.filter((branch) =>
    branch.every((one) => one.path.length > 0 || one.code === 'unrecognized_keys'),
  )
  const [only] = inside
  if (only === undefined || inside.length > 1) return [issue]
  return only.flatMap((one) => meant({ ...one, path: [...issue.path, ...one.path] } as Issue, root))
}

/**
 * Removes the wrong parts and checks again, so that one error does not hide others. Removes only the key when it is
 * unknown, else the whole section. When the needed section has the wrong form, nothing more is checked.
 */
function repaired(value: unknown, issues: readonly Issue[], needed: string): Shape {
  const broken = new Set(issues.map((issue) => String(issue.path[0] ?? '')))
  const malformed = issues.filter((issue) => issue.code !== 'unrecognized_keys')
  const sections = new Set(malformed.map((issue) => String(issue.path[0] ?? '')))
  const none = { input: undefined, broken }
  if (sections.has('') || sections.has(needed)) return none
  const copy = structuredClone(value) as Record<string, unknown>
  for (const section of sections) delete copy[section]
  if (sections.has('name')) copy.name = 'unnamed'
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const holder = valueAt(copy, issue.path as Path)
    if (typeof holder === 'object' && holder !== null)
      for (const key of issue.keys) Reflect.deleteProperty(holder, key)
  }
  const again = clusterSchema.safeParse(copy)
  return again.success ? { input: again.data, broken } : none
}

function report(issue: Issue, root: unknown, problems: Problems): void {
  const path = issue.path as Path
  if (problems.isFull) {
    problems.skip()
    return
  }
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) unknownKey([...path, key], problems)
    return
  }
  // A template in place of a value is not also a value of the wrong form.
  if (problems.has(path)) return
  const value = valueAt(root, path)
  if (issue.message === PLAIN_SECRET) {
    plainSecret(path, problems)
    return
  }
  if (value === undefined) {
    missing(path, problems)
    return
  }
  const expected = expectation(issue, path)
  const shown = isSecretPath(path)
    ? undefined
    : show(value, issue.code === 'invalid_type' && issue.expected === 'object')
  const suggestion = typeof value === 'string' ? didYouMean(value, choices(path)) : undefined
  problems.add({
    code: issue.code === 'invalid_type' ? 'SPEC_WRONG_TYPE' : 'SPEC_INVALID_VALUE',
    path,
    message: `${showPath(path)}${shown === undefined ? '' : ` is ${shown}`}; ${shown === undefined ? 'it' : 'that'} should be ${expected}`,
    ...(shown === undefined ? {} : { found: shown }),
    expected,
    ...(suggestion === undefined ? {} : { next: suggestion }),
  })
}

function unknownKey(path: Path, problems: Problems): void {
  if (problems.isFull) {
    problems.skip()
    return
  }
  const key = String(path.at(-1))
  const known = keysAt(path.slice(0, -1))
  const suggestion = didYouMean(key, known) ?? elsewhere(key)
  problems.add({
    code: 'SPEC_UNKNOWN_KEY',
    path,
    at: 'key',
    message: `${showPath(path)} is not a key that Howdah knows`,
    found: short(key),
    expected: known.length === 0 ? 'nothing here' : `one of ${known.join(', ')}`,
    ...(suggestion === undefined ? {} : { next: suggestion }),
  })
}

/** Keys that users often put at the top level, or in another section. */
const SECTIONS = [
  'ssh',
  'versions',
  'java',
  'artifacts',
  'directories',
  'hdfs',
  'metastore',
  'resultStore',
  'lms',
]

function elsewhere(key: string): string | undefined {
  if (keysAt([]).includes(key)) return `${key} belongs at the top level`
  const section = SECTIONS.find((name) => keysAt([name]).includes(key))
  return section === undefined ? undefined : `did you mean ${section}.${key}?`
}

function missing(path: Path, problems: Problems): void {
  const about = schemaAt(path)?.description
  problems.add({
    code: 'SPEC_MISSING_KEY',
    path,
    message: `${showPath(path)} is missing`,
    ...(about === undefined ? {} : { expected: about }),
    next: `add ${String(path.at(-1) ?? 'it')}`,
  })
}

/** The text that was typed is a password, so the message does not repeat it. */
function plainSecret(path: Path, problems: Problems): void {
  const name = String(path.at(-1))
  const mayMakeUp = schemaAt(path)?.properties?.generate !== undefined
  problems.add({
    code: 'SPEC_PLAIN_PASSWORD',
    path,
    message: `${showPath(path)} is plain text: a secret in cluster.yml ends in version control and backups`,
    expected: `where the secret is: {file: path}, {env: NAME}, {stdin: true}${mayMakeUp ? ', {command: [PROGRAM, …]} or {generate: true}' : ' or {command: [PROGRAM, …]}'}`,
    next: `put it into a file of mode 0600, write \`${name}: {file: secrets/${name}}\`, and change the password, since it was written here`,
  })
}

function expectation(issue: Issue, path: Path): string {
  const values = choices(path)
  if (issue.code === 'invalid_value') {
    return values.length > 1 ? `one of ${values.join(', ')}` : issue.values.map(String).join(' or ')
  }
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected
  return issue.message
}

const TYPES: Readonly<Partial<Record<string, string>>> = {
  string: 'text (quote it if it looks like a number)',
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
}

const choices = (path: Path): readonly string[] => (schemaAt(path)?.enum ?? []).map(String)

const isSecretPath = (path: Path): boolean =>
  path.some((segment) => typeof segment === 'string' && /passw|secret/i.test(segment))

/** A single word in place of a map may be a password: `api: hunter2`. The message shows only its type. */
function show(value: unknown, mapExpected: boolean): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (mapExpected) return 'a single value'
  const text = String(value)
  return text.length > 60 ? `${JSON.stringify(text.slice(0, 57))}…` : JSON.stringify(value)
}

export function valueAt(root: unknown, path: Path): unknown {
  let at = root
  for (const segment of path) {
    if (typeof at !== 'object' || at === null) return undefined
    // Text such as `constructor` may be a key of the file, and is not one of every object.
    at = Object.hasOwn(at, segment) ? (at as Record<string | number, unknown>)[segment] : undefined
  }
  return at
}
