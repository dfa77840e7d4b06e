import { execa } from 'execa'
import type { RunEvent } from '../../../provisioners/events.ts'
import { HOWDAH } from '../../support/howdah.ts'

/** A point in a run: after so many steps are done, so long after its first step began, or inside a step. */
export type Moment = { readonly steps: number } | { readonly ms: number } | { readonly inside: string }

export function momentText(moment: Moment): string {
  if ('steps' in moment) return `after ${moment.steps} steps`
  return 'ms' in moment ? `${moment.ms} ms after the first step began` : `inside ${moment.inside}`
}

export interface Struck {
  /** Exit code, or the name of the signal that ended the run. */
  readonly end: string
  /** False when the run was over before the moment came. */
  readonly struck: boolean
  readonly err: string
}

/** The process of a run. */
export interface Run {
  kill(signal: NodeJS.Signals): boolean
}

/** Runs a bootstrap without verification, and calls `strike` once at the moment, while the run goes on. */
export async function bootstrapWith(
  file: string,
  moment: Moment,
  strike: (run: Run) => Promise<void> | void,
): Promise<Struck> {
  const args = ['bootstrap', '--yes', '--verify', 'none', '--lock-wait', '90', '--output', 'ndjson', file]
  const run = execa(HOWDAH, args, {
    ...{ reject: false as const, buffer: { stdout: false as const }, timeout: 600_000 },
    ...{ input: '', env: { NO_COLOR: '1' } },
  })
  let blow: Promise<void> | undefined
  const now = (): void => {
    blow ??= Promise.resolve(strike(run))
  }
  let done = 0
  let begun = false
  for await (const line of run) {
    // The last line is the report.
    const event = JSON.parse(line) as RunEvent
    if (event.type !== 'step') continue
    if (event.status === 'ok') done += 1
    if ('steps' in moment && done >= moment.steps) now()
    if ('ms' in moment && !begun) setTimeout(now, moment.ms)
    if ('inside' in moment && event.status === 'start' && event.ref === moment.inside) now()
    begun = true
  }
  const { exitCode, signal, stderr } = await run
  await blow
  return { end: signal ?? `exit ${exitCode}`, struck: blow !== undefined, err: stderr }
}
