/** Whether what a task wrote is what the events give. Pure. */

import { CheckFailure, tail } from '../../verify/checks.ts'
import { compareRows } from '../../verify/rows/compare.ts'
import type { Rows } from '../../verify/rows/expected.ts'
import type { Comparison } from '../../verify/types.ts'
import type { StepResult } from '../script.ts'
import type { Source } from './types.ts'

/** `timeout` ends so when the time is up. */
const TIMED_OUT = 124

/** The lines of TotalEventsDailyTask, `day TAB count`, as rows. Throws CheckFailure on a line that is none. */
export function totalsOf(lines: readonly string[]): Rows {
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [, day, count] = /^(\d{4}-\d{2}-\d{2})\t(\d+)$/.exec(line) ?? []
      if (day === undefined)
        throw new CheckFailure(`the output holds a line that is no day and count: ${line}`)
      return [day, Number(count)]
    })
}

/** Compares the counts of events of each day. */
export const compareTotals = (expected: Rows, lines: readonly string[]): Comparison =>
  compareRows('total events', expected, totalsOf(lines), 1)

/** Why a task failed, or undefined where it ended with 0. Of a task without [retcode] the rows alone tell. */
export function judgeTask(
  task: string,
  result: StepResult | undefined,
  timeoutSeconds: number,
): string | undefined {
  if (result === undefined) return `the script ended before ${task} did`
  if (result.exit === 0) return undefined
  const log = tail(result.err.join('\n'), 30)
  if (result.exit === TIMED_OUT) {
    return `${task} was not done in ${timeoutSeconds} s and was ended; give it more time with --timeout\n${log}`
  }
  return `${task} ended with ${result.exit}\n${log}`
}

/** Where the pipeline is, or where it was looked for. Throws CheckFailure. */
export function judgeSource(
  found: Source | undefined,
  places: readonly string[],
  user: string,
  brought: boolean,
): string {
  if (found) return `${found.launcher}${found.repo ? `, in ${found.repo}` : ''}`
  throw new CheckFailure(
    `there is no launch-task in ${places.join(' or ')}, and none on the PATH of ${user}`,
    brought
      ? 'howdah bootstrap, which makes the virtualenv of pipeline.source'
      : 'howdah explain pipeline.source (howdah bootstrap then brings it); or remote-task --host, and howdah pipeline smoke --environment NAME',
  )
}
