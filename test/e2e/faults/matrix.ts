import { expect } from 'vitest'
import type { BootstrapReport } from '../../../provisioners/runtime/types.ts'
import { SERVED_LAB as LAB } from '../served.ts'
import { expectExit, planOf } from '../support.ts'
import { changedCluster, unchangedCluster } from './change.ts'
import type { Hit } from './hits.ts'
import { bootstrapWith, type Moment, momentText, type Run } from './run.ts'
import { addRow } from './table.ts'
import { type Traces, traces } from './traces.ts'

interface State {
  readonly file: string
  /** What an unbroken run leaves. */
  readonly after: Traces
  /** Number of steps of an unbroken run from the other state to this one. */
  readonly steps: number
}

/**
 * Takes a cluster back and forth between two files. Each time a fault strikes the run, and the next run must leave what an
 * unbroken run leaves.
 */
export class FaultMatrix {
  private readonly states: readonly [State, State]
  /** Index of the state that the cluster must have next. */
  private next: 0 | 1 = 1

  private constructor(states: readonly [State, State]) {
    this.states = states
  }

  /** Makes the two unbroken runs first, to know what they leave. */
  static async of(file: string): Promise<FaultMatrix> {
    const [without, with_] = [await unchangedCluster(file), await changedCluster(file)]
    await expectExit(0, bootstrapArgs(without))
    const changed = await unbroken(with_)
    return new FaultMatrix([await unbroken(without), changed])
  }

  /** Number of steps of the next unbroken run. */
  get steps(): number {
    return this.states[this.next].steps
  }

  /** SIGKILL for the controller. A moment after the end of the run is an error of the test. */
  kill(moment: Moment): Promise<void> {
    return this.strike(moment, 'the controller killed', ['SIGKILL'], (run) => void run.kill('SIGKILL'))
  }

  /** Breaks something else than the controller, and repairs it after the run. */
  async hit(hit: Hit, moment: Moment): Promise<void> {
    if (hit.before) await hit.strike()
    try {
      await this.strike(
        hit.before ? undefined : moment,
        hit.name,
        hit.exits,
        hit.before ? () => {} : hit.strike,
        hit.heal,
      )
    } finally {
      // After a failed expectation the next case finds a repaired host.
      await hit.heal?.().catch(() => {})
    }
  }

  /**
   * The controller is stopped until its lock expires, another run takes the lock and ends its work, and the first one goes
   * on. It must change nothing more.
   */
  async freeze(moment: Moment): Promise<void> {
    const { file, after } = this.states[this.next]
    let steps = 0
    const first = await bootstrapWith(file, moment, async (run) => {
      run.kill('SIGSTOP')
      try {
        steps = (await finish(file)).steps
        expect(await traces(LAB)).toEqual(after)
      } finally {
        run.kill('SIGCONT')
      }
    })
    const hit = 'the controller stopped until its lock expired'
    await addRow({ moment: momentText(moment), hit, first: first.end, steps, second: 0, seconds: 0 })
    this.next = this.next === 0 ? 1 : 0
    expect(await traces(LAB)).toEqual(after)
    expect((await planOf(file)).steps).toEqual([])
    expect(first.end, first.err.slice(-2000)).toBe('exit 16')
  }

  private async strike(
    moment: Moment | undefined,
    hit: string,
    ends: readonly string[],
    strike: (run: Run) => Promise<void> | void,
    heal?: () => Promise<void>,
  ): Promise<void> {
    const state = this.states[this.next]
    const first = await bootstrapWith(state.file, moment ?? { steps: 0 }, strike)
    await heal?.()
    const started = Date.now()
    const { steps } = await finish(state.file)
    const seconds = Math.round((Date.now() - started) / 1000)
    const row = { moment: moment ? momentText(moment) : 'before the run', hit, first: first.end }
    await addRow({ ...row, steps, second: 0, seconds })
    this.next = this.next === 0 ? 1 : 0
    expect(await traces(LAB)).toEqual(state.after)
    expect((await planOf(state.file)).steps).toEqual([])
    expect(moment === undefined || first.struck, 'the run was over before the moment').toBe(true)
    expect(ends, first.err.slice(-2000)).toContain(first.end)
  }
}

const bootstrapArgs = (file: string): string[] => [
  ...['bootstrap', '--yes', '--json', '--verify', 'none', '--lock-wait', '90', file],
]

/** Runs the bootstrap to its end. */
async function finish(file: string): Promise<{ steps: number }> {
  const { out } = await expectExit(0, bootstrapArgs(file))
  return { steps: (JSON.parse(out) as BootstrapReport).plan.steps.length }
}

async function unbroken(file: string): Promise<State> {
  const { steps } = await finish(file)
  return { file, after: await traces(LAB), steps }
}
