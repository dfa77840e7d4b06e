import { type ErrorCode, HowdahError, HowdahErrors } from '../../errors.ts'
import type { SpecDocument } from './document.ts'
import type { Path } from './paths.ts'

export { showPath } from './paths.ts'

/** Errors that are kept. A file with more is wrong as a whole, and each needs its place in the file. */
const MOST_KEPT = 1000
/** Errors that are shown at once. */
const MOST_SHOWN = 50

export interface Problem {
  readonly code: ErrorCode
  readonly path: Path
  /** Point at the key instead of the value. */
  readonly at?: 'key' | 'value'
  readonly message: string
  readonly found?: string
  readonly expected?: string
  readonly next?: string
}

/** Collects all errors of a cluster.yml, so that they are shown at once. */
export class Problems {
  readonly document: SpecDocument
  readonly #warnings: string[] = []
  #furtherWarnings = 0
  readonly #errors: { readonly error: HowdahError; readonly path: Path }[] = []
  readonly #said = new Set<string>()
  #notKept = 0

  constructor(document: SpecDocument) {
    this.document = document
  }

  add(problem: Problem): void {
    if (this.isFull) {
      this.skip()
      return
    }
    const { path, at, ...details } = problem
    const where = this.document.where(path, at)
    // The hosts of a range have the same place, so an error of their entry is added once.
    const said = `${where} ${problem.message}`
    if (this.#said.has(said)) return
    this.#said.add(said)
    this.#errors.push({ path, error: new HowdahError({ ...details, exit: 'configuration', where }) })
  }

  /** Whether an error of exactly this path is known. */
  has(path: Path): boolean {
    return this.#errors.some(
      (one) => one.path.length === path.length && path.length > 0 && startsWith(one.path, path),
    )
  }

  /** True when no further error is kept, only counted. */
  get isFull(): boolean {
    return this.#errors.length >= MOST_KEPT
  }

  /** Counts an error that is not kept. */
  skip(): void {
    this.#notKept += 1
  }

  warn(path: Path, text: string): void {
    if (this.#warnings.length >= MOST_SHOWN) this.#furtherWarnings += 1
    else this.#warnings.push(`${this.document.where(path)}: ${text}`)
  }

  /** In the order in which they were found; of very many, the first. */
  get warnings(): readonly string[] {
    if (this.#furtherWarnings === 0) return this.#warnings
    return [
      ...this.#warnings,
      `${this.document.file}: ${this.#furtherWarnings} further warnings are not shown`,
    ]
  }

  /** Adds an error that the reader of the file found. */
  take(error: HowdahError): void {
    if (this.isFull) this.skip()
    else this.#errors.push({ path: [], error })
  }

  /** The line and column of a path, to be named inside a message. */
  place(path: Path): string {
    return this.document.where(path)
  }

  get count(): number {
    return this.#errors.length
  }

  /** Removes errors that were added after `count` and only follow from earlier ones, or match `idle`. */
  dropSince(count: number, idle: (path: Path) => boolean): void {
    const before = this.#errors.slice(0, count)
    const follows = (path: Path): boolean =>
      path.length > 1 &&
      before.some((one) => startsWith(one.path, path) || (one.path.length > 1 && startsWith(path, one.path)))
    const kept = this.#errors.slice(count).filter(({ path }) => !idle(path) && !follows(path))
    this.#errors.splice(count, this.#errors.length - count, ...kept)
  }

  /** In the order of the file; of very many, the first. */
  get all(): readonly HowdahError[] {
    const sorted = this.#errors.map(({ error }) => ({ error, place: lineAndColumn(error) })).sort(byPlace)
    const errors = sorted.map(({ error }) => error)
    const more = errors.length - MOST_SHOWN + this.#notKept
    const next = errors[MOST_SHOWN]
    return next === undefined ? errors : [...errors.slice(0, MOST_SHOWN), further(more, next)]
  }

  throwIfAny(): void {
    const [first, ...rest] = this.all
    if (first !== undefined) throw new HowdahErrors([first, ...rest])
  }
}

const startsWith = (path: Path, start: Path): boolean => start.every((segment, i) => path[i] === segment)

function further(more: number, { details }: HowdahError): HowdahError {
  return new HowdahError({
    code: 'SPEC_MORE_ERRORS',
    exit: 'configuration',
    message: `the file has ${more} further ${more === 1 ? 'error' : 'errors'}; the next one is here`,
    ...(details.where === undefined ? {} : { where: details.where }),
    next: 'correct the errors above, then howdah validate',
  })
}

interface Placed {
  readonly place: readonly [line: number, column: number]
}

const byPlace = (a: Placed, b: Placed): number => a.place[0] - b.place[0] || a.place[1] - b.place[1]

function lineAndColumn(error: HowdahError): [number, number] {
  const match = /:(\d+):(\d+)$/.exec(error.details.where ?? '')
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)]
}
