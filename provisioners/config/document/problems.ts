import { type ErrorCode, HowdahError, HowdahErrors } from '../../errors.ts'
import type { Path, SpecDocument } from './document.ts'

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
  readonly warnings: string[] = []
  readonly #errors: { readonly error: HowdahError; readonly path: Path }[] = []

  constructor(document: SpecDocument) {
    this.document = document
  }

  add(problem: Problem): void {
    const { path, at, ...details } = problem
    const where = this.document.where(path, at)
    // The hosts of a range have the same place, so an error of their entry is added once.
    const said = this.#errors.some(
      ({ error }) => error.details.where === where && error.message === problem.message,
    )
    if (said) return
    this.#errors.push({ path, error: new HowdahError({ ...details, exit: 'configuration', where }) })
  }

  warn(path: Path, text: string): void {
    this.warnings.push(`${this.document.where(path)}: ${text}`)
  }

  /** Adds an error that the reader of the file found. */
  take(error: HowdahError): void {
    this.#errors.push({ path: [], error })
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

  /** In the order of the file. */
  get all(): readonly HowdahError[] {
    return this.#errors.map(({ error }) => error).sort(byPlace)
  }

  throwIfAny(): void {
    const [first, ...rest] = this.all
    if (first !== undefined) throw new HowdahErrors([first, ...rest])
  }
}

const startsWith = (path: Path, start: Path): boolean => start.every((segment, i) => path[i] === segment)

function byPlace(a: HowdahError, b: HowdahError): number {
  const [lineA, columnA] = lineAndColumn(a)
  const [lineB, columnB] = lineAndColumn(b)
  return lineA - lineB || columnA - columnB
}

function lineAndColumn(error: HowdahError): [number, number] {
  const match = /:(\d+):(\d+)$/.exec(error.details.where ?? '')
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)]
}

/** `hosts[2].roles[0]`, `properties.core-site["fs.defaultFS"]`. */
export function showPath(path: Path): string {
  let text = ''
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`
    else if (/^[\w-]+$/.test(segment)) text += text === '' ? segment : `.${segment}`
    else text += `["${segment}"]`
  }
  return text === '' ? 'the file' : text
}
