import type { Ref, Step, StepOutcome } from './types.ts'

/** Which steps wait, run and are settled. Knows the graph and nothing of hosts. */
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

  /** Resolves when any step of any target has been settled since the last call. */
  changed(): Promise<void> {
    return this.#changed
  }

  /**
   * Takes the steps of a target that may run now, in order: all that they wait for is done or in the batch itself.
   * A gated step (one whose conditions are read right before it runs) comes first in its batch, or in a later one.
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

  /** Gives back steps that did not run, to their old place. */
  giveBack(target: string, steps: readonly Step[]): void {
    this.#waiting.set(target, [...steps, ...(this.#waiting.get(target) ?? [])])
  }

  /** Ends a step; everything that depends on one that is not `ok` is skipped, on whatever target it is. */
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

  /** Skips all that still waits on a target. */
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
