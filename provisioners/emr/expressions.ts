/**
 * The expressions of Ansible that real extra-vars files have: a variable of the environment, text, a number or a
 * key of the file, then filters, joined by `~`. Everything else is `unknown`, since a guess would be a wrong cluster.
 */

export interface Scope {
  readonly environment: (name: string) => string | undefined
  /** The text of a key of the file; undefined where the file has no such key. */
  readonly key: (name: string) => string | undefined
}

export type Outcome =
  | { readonly kind: 'value'; readonly text: string; readonly variables: readonly string[] }
  /** A variable of the environment that is not set, and has no default. */
  | { readonly kind: 'unset'; readonly variable: string }
  | { readonly kind: 'unknown' }

type Token =
  | { readonly kind: 'text' | 'name'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string }

const TOKEN =
  /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?)(?![\w.])|([A-Za-z_]\w*)|([|(),=~]))/y

function tokens(expression: string): readonly Token[] | undefined {
  const found: Token[] = []
  const text = expression.trim()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (match === null) return undefined
    const [, single, double, number, name, sign] = match
    const quoted = single ?? double
    if (quoted !== undefined) found.push({ kind: 'text', text: quoted.replaceAll(/\\(.)/gs, '$1') })
    else if (number !== undefined) found.push({ kind: 'text', text: number })
    else if (name !== undefined) found.push({ kind: 'name', text: name })
    else found.push({ kind: 'sign', text: sign ?? '' })
  }
  return found
}

/** Undefined text: a variable of the environment that is not set, whose name is the last of `variables`. */
interface Value {
  readonly text: string | undefined
  readonly variables: readonly string[]
}

class Unknown extends Error {}

const FILTERS: Readonly<Record<string, (text: string) => string | undefined>> = {
  int: (text) => (/^\s*-?\d+\s*$/.test(text) ? String(Number(text)) : undefined),
  string: (text) => text,
  bool: (text) => (/^(yes|true|on|1)$/i.test(text) ? 'yes' : 'no'),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
}

/** Reads the tokens of one expression from left to right. */
class Reader {
  readonly #tokens: readonly Token[]
  readonly #scope: Scope
  #at = 0

  constructor(found: readonly Token[], scope: Scope) {
    this.#tokens = found
    this.#scope = scope
  }

  /** `term ~ term …`, and nothing after it. */
  whole(): Value {
    let value = this.#term()
    while (this.#sign('~')) {
      const next = this.#term()
      const variables = [...value.variables, ...next.variables]
      if (value.text === undefined) return value
      value = { text: next.text === undefined ? undefined : value.text + next.text, variables }
    }
    if (this.#at < this.#tokens.length) throw new Unknown()
    return value
  }

  #term(): Value {
    let value = this.#primary()
    while (this.#sign('|')) value = this.#filter(value)
    return value
  }

  #primary(): Value {
    const token = this.#next()
    if (token.kind === 'text') return { text: token.text, variables: [] }
    if (token.kind === 'sign') throw new Unknown()
    if (token.text === 'lookup') return this.#lookup()
    const text = this.#scope.key(token.text)
    if (text === undefined) throw new Unknown()
    return { text, variables: [] }
  }

  /** `('env', 'NAME')`, or with `default='…'`, as newer versions of Ansible take it. */
  #lookup(): Value {
    this.#must('(')
    if (this.#text() !== 'env') throw new Unknown()
    this.#must(',')
    const name = this.#text()
    let text = this.#scope.environment(name)
    if (this.#sign(',')) {
      if (this.#next().text !== 'default') throw new Unknown()
      this.#must('=')
      text ??= this.#text()
    }
    this.#must(')')
    return { text, variables: [name] }
  }

  /** `default(2)` counts for a variable that is not set; `default(2, true)` also for an empty one. */
  #filter(value: Value): Value {
    const token = this.#next()
    if (token.text === 'default' || token.text === 'd') {
      this.#must('(')
      const other = this.#term()
      const empty = this.#sign(',') && /^true$/i.test(this.#next().text)
      this.#must(')')
      return value.text === undefined || (empty && value.text === '') ? other : value
    }
    const filter = token.kind === 'name' ? FILTERS[token.text] : undefined
    if (filter === undefined) throw new Unknown()
    if (value.text === undefined) return value
    const text = filter(value.text)
    if (text === undefined) throw new Unknown()
    return { ...value, text }
  }

  #next(): Token {
    const token = this.#tokens[this.#at++]
    if (token === undefined) throw new Unknown()
    return token
  }

  #text(): string {
    const token = this.#next()
    if (token.kind !== 'text') throw new Unknown()
    return token.text
  }

  /** Whether the next token is this sign, which is then read. */
  #sign(text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sign' || token.text !== text) return false
    this.#at++
    return true
  }

  #must(text: string): void {
    if (!this.#sign(text)) throw new Unknown()
  }
}

/** Evaluates what is between `{{` and `}}`. Throws nothing. */
export function evaluate(expression: string, scope: Scope): Outcome {
  const found = tokens(expression)
  if (found === undefined) return { kind: 'unknown' }
  try {
    const { text, variables } = new Reader(found, scope).whole()
    return text === undefined
      ? { kind: 'unset', variable: variables.at(-1) ?? '' }
      : { kind: 'value', text, variables }
  } catch (error) {
    if (error instanceof Unknown) return { kind: 'unknown' }
    throw error
  }
}
