/** The checks of a run, which are kept and reported as they end. */

import { HowdahError } from '../../errors.ts'
import type { Reporter } from '../../events.ts'
import { type BrokenPart, brokenPart } from './broken-part.ts'
import type { VerifyCheck } from './types.ts'

/** Why a check failed: the evidence and the next command. */
export class CheckFailure extends Error {
  readonly next: string
  constructor(detail: string, next = '') {
    super(detail)
    this.name = 'CheckFailure'
    this.next = next
  }
}

/** A frame of a Java stack trace, or the count of omitted ones. Forty of them would push the cause out of the detail. */
const FRAME = /^\s+(?:at \S+\(.*\)|\.\.\. \d+ more)\s*$/

/** The last lines of an output, without stack frames: enough to see the cause. */
export function tail(text: string, lines = 25): string {
  const kept = text
    .trimEnd()
    .split('\n')
    .filter((line) => !FRAME.test(line))
  return kept.slice(-lines).join('\n').slice(-4000)
}

export class Checks {
  readonly #report: Reporter
  readonly #all: VerifyCheck[] = []
  constructor(report: Reporter) {
    this.#report = report
  }

  get all(): readonly VerifyCheck[] {
    return this.#all
  }

  failed(): readonly VerifyCheck[] {
    return this.#all.filter((check) => check.status === 'fail')
  }

  add(check: VerifyCheck): void {
    this.#all.push(check)
    const { next, ...event } = check
    const detail = check.status === 'fail' && next ? `${check.detail}\nnext: ${next}` : check.detail
    this.#report({ type: 'check', ...event, detail })
  }

  /** Runs `work`, which returns the evidence. Returns whether it passed. Never throws. */
  async run(name: string, title: string, work: () => Promise<string>, host?: string): Promise<boolean> {
    const started = Date.now()
    const base = { name, title, ...(host && { host }) }
    try {
      const detail = await work()
      this.add({ ...base, status: 'pass', ms: Date.now() - started, detail, next: '' })
      return true
    } catch (error) {
      const { detail, next } = explain(error)
      const part = brokenPart(detail)
      this.add({
        ...base,
        status: 'fail',
        ms: Date.now() - started,
        detail,
        next: next || (part?.next ?? ''),
      })
      this.#addBrokenPart(part, name)
      return false
    }
  }

  skip(name: string, title: string, reason: string): void {
    this.add({ name, title, status: 'skip', ms: 0, detail: reason, next: '' })
  }

  /** The output of a step may show that another part is broken. Adds a failed check for that part, once. */
  #addBrokenPart(part: BrokenPart | undefined, step: string): void {
    if (!part || this.#all.some(({ name, status }) => name === part.name && status === 'fail')) return
    const { name, cause, next } = part
    this.add({ name, title: `${cause} (seen in ${step})`, status: 'fail', ms: 0, detail: cause, next })
  }
}

function explain(error: unknown): { detail: string; next: string } {
  if (error instanceof CheckFailure) return { detail: error.message, next: error.next }
  if (error instanceof HowdahError) {
    const { message, detail, next } = error.details
    return { detail: detail ? `${message}\n${tail(detail)}` : message, next: next ?? '' }
  }
  return { detail: error instanceof Error ? error.message : String(error), next: '' }
}
