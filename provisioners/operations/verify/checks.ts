/** Named checks, kept and reported as they end. */

import { HowdahError } from '../../errors.ts'
import type { Reporter } from '../../events.ts'
import { blame } from './blame.ts'
import type { VerifyCheck } from './types.ts'

/** Why a check failed: evidence, and what to type next. */
export class CheckFailure extends Error {
  readonly next: string
  constructor(detail: string, next = '') {
    super(detail)
    this.name = 'CheckFailure'
    this.next = next
  }
}

/** A frame of Java's stack, or its count of those left out: forty of them would push the cause out of sight. */
const FRAME = /^\s+(?:at \S+\(.*\)|\.\.\. \d+ more)\s*$/

/** The last words of a tool: enough to see the cause, not the whole log, and no stack. */
export function tail(text: string, lines = 25): string {
  const told = text
    .trimEnd()
    .split('\n')
    .filter((line) => !FRAME.test(line))
  return told.slice(-lines).join('\n').slice(-4000)
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

  /** Runs `work`; what it returns is the evidence. Answers whether it passed, and never throws. */
  async run(name: string, title: string, work: () => Promise<string>, host?: string): Promise<boolean> {
    const started = Date.now()
    const base = { name, title, ...(host && { host }) }
    try {
      const detail = await work()
      this.add({ ...base, status: 'pass', ms: Date.now() - started, detail, next: '' })
      return true
    } catch (error) {
      const { detail, next } = explain(error)
      const culprit = blame(detail)
      this.add({
        ...base,
        status: 'fail',
        ms: Date.now() - started,
        detail,
        next: next || (culprit?.next ?? ''),
      })
      this.#accuse(culprit, name)
      return false
    }
  }

  skip(name: string, title: string, reason: string): void {
    this.add({ name, title, status: 'skip', ms: 0, detail: reason, next: '' })
  }

  /** A step's words may show that something else is broken: that gets a failure under its own name, once. */
  #accuse(culprit: ReturnType<typeof blame>, step: string): void {
    if (!culprit || this.#all.some(({ name, status }) => name === culprit.name && status === 'fail')) return
    const { name, cause, next } = culprit
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
