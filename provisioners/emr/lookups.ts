import { type Path, type Problems, showPath, valueAt } from '../config/index.ts'
import { evaluate, type Outcome } from './expressions.ts'

/** Ansible's `{{ … }}` in a legacy file, which its playbook evaluated before it read the values. */

/** The environment variables of this process, or of a test. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The value of a file after its expressions, and which variables of the environment went into it. */
export interface Resolved {
  readonly value: unknown
  /** Path of a value, as `showPath` writes it → names of the variables in it. */
  readonly variables: ReadonlyMap<string, readonly string[]>
}

const EXPRESSION = /\{\{(.*?)\}\}/gs
/** Statements and comments, and a `{{` that nothing closes. */
const UNREADABLE = /\{[%#].*|\{\{.*/s

/**
 * Evaluates each expression of a file. Every expression that has no value is a problem with its position:
 * LEGACY_ENVIRONMENT for a variable that is not set, LEGACY_EXPRESSION for what is not evaluated here.
 */
export function resolveLookups(problems: Problems, environment: Environment): Resolved {
  const { value: root } = problems.document
  const variables = new Map<string, readonly string[]>()

  const textOf = (text: string, path: Path, seen: readonly string[]): string => {
    const names: string[] = []
    const found = text.replace(EXPRESSION, (whole, expression: string) => {
      const outcome = evaluate(expression, {
        environment: (name) => environment[name],
        key: (name) => keyOf(name, [...seen, name]),
      })
      if (outcome.kind === 'value') {
        names.push(...outcome.variables)
        return outcome.text
      }
      refuse(outcome, whole, path, problems)
      return ''
    })
    const rest = UNREADABLE.exec(text.replace(EXPRESSION, ''))?.[0]
    if (rest !== undefined) refuse({ kind: 'unknown' }, rest, path, problems)
    if (names.length > 0) variables.set(showPath(path), names)
    return found
  }

  /** The text of another top-level key, whose own expressions count; undefined for none, or in a circle. */
  const keyOf = (name: string, seen: readonly string[]): string | undefined => {
    const value = valueAt(root, [name])
    const circular = seen.indexOf(name) !== seen.length - 1
    return typeof value === 'string' && !circular ? textOf(value, [name], seen) : undefined
  }

  const walk = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return /\{[{%#]/.test(value) ? textOf(value, path, pathKey(path)) : value
    if (Array.isArray(value)) return value.map((one, i) => walk(one, [...path, i]))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, [...path, key])]))
  }
  return { value: walk(root, []), variables }
}

/** A value at the top level may not name itself. */
const pathKey = (path: Path): readonly string[] => (path.length === 1 ? [String(path[0])] : [])

function refuse(
  outcome: Exclude<Outcome, { kind: 'value' }>,
  found: string,
  path: Path,
  problems: Problems,
): void {
  if (outcome.kind === 'unset')
    problems.add({
      code: 'LEGACY_ENVIRONMENT',
      path,
      message: `${showPath(path)} takes ${outcome.variable} from the environment, and it is not set`,
      found: found.trim(),
      expected: `a value of ${outcome.variable}`,
      next: `export ${outcome.variable}=VALUE, then run the same command again`,
    })
  else
    problems.add({
      code: 'LEGACY_EXPRESSION',
      path,
      message: `${showPath(path)} has an expression of Ansible that Howdah does not evaluate`,
      found: found.trim(),
      expected:
        "lookup('env', 'NAME'), text, a number or a key of the file, with default, int, string, bool, lower, upper or trim",
      next: 'write the value in place of the expression',
    })
}
