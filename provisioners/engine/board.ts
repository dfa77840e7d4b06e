import type { Ref, Step, StepOutcome } from './types.ts'

/** Which steps wait, run and have ended. It knows the graph, and not the hosts. */
export class Board {
  readonly #waiting = new Map<string, Step[]>()
  readonly #dependants = new Map<Ref, Step[]>()
  readonly #outcomes = new Map<Ref, StepOutcome>()
  readonly #onSettled: (step: Step, outcome: StepOutcome, ms: number) => void
  #wake: () => void = () => {}
  #changed = new Promise<void>((resolve) => {
    this.#wake = resolve
  })

  constructor(steps: readonly Step[], onSettled: (step: Step, outcome: StepOutcome, ms: number) => void) {
    this.#onSettled = onSettled
    for (const step of steps) {
      this.#waiting.set(step.host, [...(this.#waiting.get(step.host) ?? []), step])
      for (const ref of step.after) this.#dependants.set(ref, [...(this.#dependants.get(ref) ?? []), step])
    }
  }

  get targets(): string[] {
    return [...this.#waiting.keys()]
  }

  get outcomes(): Readonly<Record<Ref, StepOutcome>> {
    return Object.fromEntries(this.#outcomes)
  }

  isWaiting(target: string): boolean {
    return (this.#waiting.get(target) ?? []).length > 0
  }

  /** Resolves when a step of any target has ended since the last call. */
  changed(): Promise<void> {
    return this.#changed
  }

  /**
   * Takes the steps of a target that may run now, in order: the steps that they wait for are done or in the same batch.
   * A gated step (its conditions are read right before it runs) is the first of its batch, or goes into a later one.
   */
  take(target: string, isGated: (step: Step) => boolean): Step[] {
    const batch: Step[] = []
    const inBatch = new Set<Ref>()
    const left: Step[] = []
    for (const step of this.#waiting.get(target) ?? []) {
      const mayFollow = step.after.every((ref) => this.#outcomes.get(ref) === 'ok' || inBatch.has(ref))
      if (mayFollow && !(isGated(step) && batch.length > 0)) {
        batch.push(step)
        inBatch.add(step.ref)
      } else {
        left.push(step)
      }
    }
    this.#waiting.set(target, left)
    return batch
  }

  /** Returns steps that did not run to their old place. */
  giveBack(target: string, steps: readonly Step[]): void {
    this.#waiting.set(target, [...steps, ...(this.#waiting.get(target) ?? [])])
  }

  /** Ends a step. When it is not `ok`, skips every step that depends on it, on all targets. */
  settle(step: Step, outcome: StepOutcome, ms: number): void {
    if (this.#outcomes.has(step.ref)) return
    this.#outcomes.set(step.ref, outcome)
    this.#onSettled(step, outcome, ms)
    if (outcome !== 'ok') this.#skip(this.#dependants.get(step.ref) ?? [])
    const wake = this.#wake
    this.#changed = new Promise((resolve) => {
      this.#wake = resolve
    })
    wake()
  }

  /** Skips every step of a target that still waits. */
  skipTarget(target: string): void {
    this.#skip([...(this.#waiting.get(target) ?? [])])
  }

  #skip(steps: readonly Step[]): void {
    for (const step of steps) {
      const waiting = this.#waiting.get(step.host) ?? []
      this.#waiting.set(
        step.host,
        waiting.filter(({ ref }) => ref !== step.ref),
      )
      this.settle(step, 'skipped', 0)
    }
  }
}
