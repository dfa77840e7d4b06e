import { HowdahError } from '../errors.ts'
import type { Board } from './board.ts'
import { changeOf, type Difference } from './changes.ts'
import { passGate, requirementsOf } from './gate.ts'
import type { Registry } from './registry.ts'
import type { Change, Desired, Observed, Ref, Step, StepReport, TargetDriver } from './types.ts'
import { worldOf } from './world.ts'

export interface WorkContext {
  readonly board: Board
  readonly desired: Desired
  readonly observed: Observed
  readonly differences: ReadonlyMap<Ref, Difference>
  readonly drivers: Readonly<Record<string, TargetDriver>>
  readonly registry: Registry
  readonly signal?: AbortSignal
  onStart(step: Step): void
  onFailure(step: Step, output: string, next?: string): void
  /** A host refused the run, since it has seen a newer one. No further step may start anywhere. */
  onLockLost(error: HowdahError): void
}

const LOST = new Set(['LINK_LOST', 'RUN_TIMEOUT', 'RUN_FLOOD'])
const REFUSED = new Set(['LOCK_LOST', 'LOCK_UNREADABLE'])

const words = (error: unknown): string => {
  if (!(error instanceof HowdahError))
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [error.message, error.details.detail].filter(Boolean).join('\n')
}

/** Runs the steps of one target, batch after batch, until none is left. Never throws. */
export class TargetWorker {
  readonly #target: string
  readonly #context: WorkContext
  /** Changes that were computed again after a lost link. */
  readonly #reread = new Map<Ref, Change>()
  /** Number of batches in a row whose link was lost. */
  #losses = 0

  constructor(target: string, context: WorkContext) {
    this.#target = target
    this.#context = context
  }

  async work(): Promise<void> {
    const { board, signal } = this.#context
    const interrupted = aborted(signal)
    while (board.isWaiting(this.#target)) {
      if (signal?.aborted) {
        board.skipTarget(this.#target)
        return
      }
      // Start to wait before reading the board, so that no step that ends in between is missed.
      const changed = board.changed()
      const batch = board.take(this.#target, (step) => this.#isGated(step))
      if (batch.length > 0) await this.#attempt(batch)
      else await Promise.race([changed, interrupted])
    }
  }

  #difference(step: Step): Difference {
    return this.#context.differences.get(step.ref) as Difference
  }

  #isGated(step: Step): boolean {
    return requirementsOf(this.#difference(step).resource).length > 0
  }

  #fail(step: Step, output: string, ms: number, next?: string): void {
    this.#context.onFailure(step, output, next)
    this.#context.board.settle(step, 'failed', ms)
  }

  /** True when the first step's conditions hold, or it has none. */
  async #gate(step: Step): Promise<boolean> {
    if (!this.#isGated(step)) return true
    try {
      const refusal = await passGate(this.#difference(step), this.#context)
      if (!refusal) return true
      this.#fail(step, refusal.output, 0, refusal.next)
    } catch (error) {
      this.#fail(step, `its conditions could not be read: ${words(error)}`, 0)
    }
    return false
  }

  async #attempt(batch: readonly Step[]): Promise<void> {
    const { drivers, signal } = this.#context
    const [first, ...rest] = batch as [Step, ...Step[]]
    const driver = drivers[this.#target]
    if (!driver) {
      this.#breakOff(first, rest, `there is no driver for ${this.#target}`)
      return
    }
    if (!(await this.#gate(first))) {
      this.#return(rest)
      return
    }
    const open = new Map(batch.map((step) => [step.ref, step]))
    const running = { ref: first.ref }
    try {
      await driver.apply(
        batch.map((step) => this.#item(step)),
        this.#listener(open, running),
        signal,
      )
      if (open.size === batch.length && !signal?.aborted) {
        this.#breakOff(first, rest, `${this.#target} reported nothing about its steps`)
        return
      }
      this.#losses = 0
      this.#return([...open.values()])
    } catch (error) {
      await this.#afterError(error, driver, [...open.values()], open.get(running.ref))
    }
  }

  #item(step: Step) {
    const { resource, change } = this.#difference(step)
    return { ref: step.ref, resource, change: this.#reread.get(step.ref) ?? change }
  }

  #listener(open: Map<Ref, Step>, running: { ref: Ref }): (report: StepReport) => void {
    return ({ ref, status, ms, output }) => {
      const step = open.get(ref)
      if (!step) return
      if (status === 'start') {
        running.ref = ref
        this.#context.onStart(step)
        return
      }
      open.delete(ref)
      if (status === 'ok') this.#context.board.settle(step, 'ok', ms)
      else this.#fail(step, output, ms)
    }
  }

  /** Steps of a batch that did not run wait again, except those that a failure has ended meanwhile. */
  #return(steps: readonly Step[]): void {
    const { board } = this.#context
    const outcomes = board.outcomes
    board.giveBack(
      this.#target,
      steps.filter(({ ref }) => outcomes[ref] === undefined),
    )
  }

  async #afterError(
    error: unknown,
    driver: TargetDriver,
    left: readonly Step[],
    running: Step | undefined,
  ): Promise<void> {
    if (error instanceof HowdahError && REFUSED.has(error.code)) {
      this.#context.onLockLost(error)
      this.#return(left)
      this.#context.board.skipTarget(this.#target)
      return
    }
    const suspect = running ?? left[0]
    const rest = left.filter((step) => step !== suspect)
    if (!suspect) return
    if (!(error instanceof HowdahError && LOST.has(error.code))) {
      this.#breakOff(suspect, rest, words(error))
      return
    }
    this.#losses += 1
    const undone = await this.#lookAgain(driver, left)
    if (undone && this.#losses === 1) {
      this.#return(undone)
      return
    }
    const stuck = undone ? undone.filter((step) => step !== suspect) : rest
    if (undone && !undone.includes(suspect)) {
      this.#return(stuck)
      return
    }
    this.#context.onFailure(
      suspect,
      `the link was lost while it ran, so its outcome is unknown: ${words(error)}`,
    )
    this.#return(stuck)
    this.#context.board.settle(suspect, 'unknown', 0)
    this.#context.board.skipTarget(this.#target)
  }

  /** Reads the steps' resources again. Ends the steps that are done, and returns the rest. */
  async #lookAgain(driver: TargetDriver, steps: readonly Step[]): Promise<Step[] | undefined> {
    const { board, desired, observed, registry } = this.#context
    const resources = steps.map((step) => this.#difference(step).resource)
    try {
      await driver.quiet?.()
      const now = await driver.probe(resources)
      const states = { ...observed[this.#target]?.states, ...now.states }
      const world = worldOf(desired[this.#target] ?? [], { states })
      const undone: Step[] = []
      for (const step of steps) {
        const { resource } = this.#difference(step)
        const change =
          changeOf(registry, resource, states[resource.id] ?? {}, world) ?? waitForReady(resource.type)
        if (change) {
          this.#reread.set(step.ref, change)
          undone.push(step)
        } else {
          board.settle(step, 'ok', 0)
        }
      }
      return undone
    } catch {
      return undefined
    }
  }

  /** The whole target has failed: one step gets the message, the others are skipped. */
  #breakOff(suspect: Step, rest: readonly Step[], output: string): void {
    this.#return(rest)
    this.#fail(suspect, output, 0)
    this.#context.board.skipTarget(this.#target)
  }
}

/** A unit that runs may not be ready yet, and other steps wait for that. Another start only waits until it is ready. */
const waitForReady = (type: string): Change | undefined =>
  type === 'unit' ? { action: 'start', reason: 'the link was lost before it was ready' } : undefined

const aborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
