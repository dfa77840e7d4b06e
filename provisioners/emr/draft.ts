import { Document, isCollection, isMap, isPair, isScalar, type Pair, type YAMLMap } from 'yaml'
import { type Path, type SpecDocument, showPath } from '../config/index.ts'
import { type ErrorCode, HowdahError } from '../errors.ts'
import type { Legacy } from './legacy.ts'

/**
 * The result for a line: the `same` value, `translated` into another form, `replaced` by another feature of today,
 * `dropped`, or open until you decide (`needs-you`).
 */
export const KINDS = ['same', 'translated', 'replaced', 'dropped', 'needs-you'] as const
export type Kind = (typeof KINDS)[number]

/** One line of the report of a translation. */
export interface ReportLine {
  /** `line:column` in the legacy file; '' for a default that it does not write. */
  readonly place: string
  /** The legacy key, `instance_groups.core.type`. */
  readonly key: string
  readonly kind: Kind
  /** The key in the new file, `aws.emr.core.type`; undefined without one. */
  readonly became?: string
  readonly value?: string
  /** One sentence. */
  readonly why: string
}

export interface DraftEntry {
  readonly from: Path
  readonly kind: Kind
  readonly why: string
  readonly to?: Path
  readonly value?: unknown
  /** The value is only in the report: the file has it as a part of a larger value. */
  readonly partOf?: true
  /** A comment above the line in the new file. */
  readonly comment?: string
}

/** `<your cluster name here>`: a placeholder of a guide. */
const PLACEHOLDER = /<[^<>]+>/

/** Collects the new cluster.yml and the report of the translation. */
export class Draft {
  readonly #legacy: SpecDocument
  readonly #variables: ReadonlyMap<string, readonly string[]>
  readonly #values: { readonly path: Path; readonly value: unknown; readonly comment: string | undefined }[] =
    []
  readonly lines: ReportLine[] = []
  /** What is missing before the new file can be used, each with its position in the legacy file. */
  readonly open: HowdahError[] = []

  constructor({ document, variables }: Pick<Legacy, 'document' | 'variables'>) {
    this.#legacy = document
    this.#variables = variables
  }

  /** Writes a value into the new file, without a line in the report. */
  put(path: Path, value: unknown, comment?: string): void {
    this.#values.push({ path, value, comment })
  }

  /** Adds a line to the report; with `to` and `value`, also writes the value into the new file. */
  report({ from, kind, why, to, value, partOf, comment }: DraftEntry): void {
    if (to !== undefined && value !== undefined && !partOf) this.put(to, value, comment)
    this.lines.push({
      place: this.place(from),
      key: showPath(from),
      kind,
      ...(to !== undefined && { became: showPath(to) }),
      ...(value !== undefined && { value: showValue(value, to) }),
      why: why + this.#ofEnvironment(from),
    })
  }

  /** `; NAME comes from the environment`, for a value with a variable in it. */
  #ofEnvironment(from: Path): string {
    const at = showPath(from)
    const names = [...this.#variables].flatMap(([path, found]) =>
      path === at || path.startsWith(`${at}.`) || path.startsWith(`${at}[`) ? found : [],
    )
    if (names.length === 0) return ''
    return `; ${[...new Set(names)].join(' and ')} of the environment ${names.length > 1 ? 'are' : 'is'} in it`
  }

  /** Requires a value that only you know: adds a line to the report, and an error that stops the use of the file. */
  require(entry: Omit<DraftEntry, 'kind'> & { readonly code: ErrorCode; readonly next: string }): void {
    this.report({ ...entry, kind: 'needs-you' })
    const error = { code: entry.code, exit: 'configuration' as const, message: entry.why, next: entry.next }
    this.open.push(new HowdahError({ ...error, where: this.#legacy.where(entry.from) }))
  }

  /** `line:column` of a path of the legacy file, or '' for a path that it does not have. */
  place(path: Path): string {
    if (path.length === 0 || !this.#legacy.has(path)) return ''
    return /(\d+:\d+)$/.exec(this.#legacy.where(path))?.[1] ?? ''
  }

  /** Requires a value for every placeholder of the legacy file that is still in the new file. */
  requirePlaceholders(): void {
    const taken = [...textsIn(this.#values.map(({ value }) => value))].map(({ text }) => text).join('\n')
    for (const { path, text } of textsIn(this.#legacy.value)) {
      const found = PLACEHOLDER.exec(text)?.[0]
      if (found === undefined || !taken.includes(found)) continue
      this.require({
        from: path,
        code: 'LEGACY_PLACEHOLDER',
        why: `${showPath(path)} still holds the placeholder ${found}`,
        next: `write the real value in place of ${found}`,
      })
    }
  }

  /** The value at a path, as text. */
  textAt(path: Path): string {
    const found = this.#values.findLast((one) => showPath(one.path) === showPath(path))
    return String(found?.value ?? '')
  }

  /** The text of the new file. `head` is a comment at its top; `order` the order of the keys of `aws.emr`. */
  text(head: string, order: readonly string[]): string {
    const tree: Record<string, unknown> = {}
    const rank = (path: Path): number => (path[1] === 'emr' ? order.indexOf(String(path[2])) : -1)
    const sorted = this.#values.toSorted((a, b) => rank(a.path) - rank(b.path))
    for (const { path, value } of sorted) setAt(tree, path, value)
    const document = new Document(tree)
    document.commentBefore = head
    for (const { path, comment } of this.#values) if (comment !== undefined) annotate(document, path, comment)
    shorten(document)
    return document.toString({ lineWidth: 110, flowCollectionPadding: false })
  }
}

/** Properties such as javax.jdo.option.ConnectionPassword: the new file has their value, a report must not. */
const SECRET = /password|secret|accesskey|access\.key/i

const showValue = (value: unknown, to: Path = []): string =>
  typeof value === 'string'
    ? SECRET.test(String(to.at(-1)))
      ? '(not shown)'
      : value
    : JSON.stringify(value, (name, one: unknown) =>
        typeof one === 'string' && SECRET.test(name) ? '(not shown)' : one,
      )

function* textsIn(value: unknown, path: Path = []): Generator<{ path: Path; text: string }> {
  if (typeof value === 'string') yield { path, text: value }
  else if (Array.isArray(value)) for (const [i, one] of value.entries()) yield* textsIn(one, [...path, i])
  else if (typeof value === 'object' && value !== null)
    for (const [key, one] of Object.entries(value)) yield* textsIn(one, [...path, key])
}

function setAt(tree: Record<string, unknown>, path: Path, value: unknown): void {
  let at: Record<string | number, unknown> = tree
  for (const [i, segment] of path.slice(0, -1).entries()) {
    at[segment] ??= typeof path[i + 1] === 'number' ? [] : {}
    at = at[segment] as Record<string | number, unknown>
  }
  at[path.at(-1) as string | number] = value
}

function annotate(document: Document, path: Path, comment: string): void {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const last = path.at(-1)
  const lines = ` ${comment}`
  if (isMap(parent)) {
    const pair = (parent as YAMLMap).items.find((one: Pair) => isScalar(one.key) && one.key.value === last)
    if (isPair(pair) && isScalar(pair.key)) pair.key.commentBefore = lines
  } else if (isCollection(parent)) {
    const item = parent.get(last, true)
    if (isScalar(item) || isCollection(item)) item.commentBefore = lines
  }
}

/** Writes lists of plain words on one line. */
function shorten(document: Document): void {
  const visit = (node: unknown): void => {
    if (!isCollection(node)) return
    if (!isMap(node) && node.items.every((item) => isScalar(item) && !item.commentBefore)) node.flow = true
    for (const item of node.items) visit(isPair(item) ? item.value : item)
  }
  visit(document.contents)
}
