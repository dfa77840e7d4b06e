/** Checks the results of tasks. Pure. */

import { CheckFailure, tail } from '../../verify/checks.ts'
import { compareRows } from '../../verify/rows/compare.ts'
import type { Rows } from '../../verify/rows/expected.ts'
import type { Comparison } from '../../verify/types.ts'
import type { StepResult } from '../script.ts'
import type { Source } from './types.ts'

/** The exit code of `timeout` when the time is up. */
const TIMED_OUT = 124

/** The lines of TotalEventsDailyTask, `day TAB count`, as rows. Throws CheckFailure for other lines. */
export function totalsOf(lines: readonly string[]): Rows {
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [, day, count] = /^(\d{4}-\d{2}-\d{2})\t(\d+)$/.exec(line) ?? []
      if (day === undefined)
        throw new CheckFailure(`the output has a line that is not a day and a count: ${line}`)
      return [day, Number(count)]
    })
}

/** Compares the number of events of each day. */
export const compareTotals = (expected: Rows, lines: readonly string[]): Comparison =>
  compareRows('total events', expected, totalsOf(lines), 1)

/** Why a task failed, or undefined when it ended with 0. Without [retcode] it always ends with 0, and only the rows count. */
export function checkTask(
  task: string,
  result: StepResult | undefined,
  timeoutSeconds: number,
): string | undefined {
  if (result === undefined) return `the script ended before ${task} did`
  if (result.exit === 0) return undefined
  const log = tail(result.err.join('\n'), 30)
  if (result.exit === TIMED_OUT) {
    return `${task} did not end within ${timeoutSeconds} s and was stopped; allow more time with --timeout\n${log}`
  }
  return `${task} ended with ${result.exit}\n${log}`
}

/** Describes where the pipeline is. Throws CheckFailure with the places that were searched. */
export function checkSource(
  found: Source | undefined,
  places: readonly string[],
  user: string,
  installed: boolean,
): string {
  if (found) return `${found.launcher}${found.repo ? `, in ${found.repo}` : ''}`
  throw new CheckFailure(
    `there is no launch-task in ${places.join(' or ')}, and none on the PATH of ${user}`,
    installed
      ? 'howdah bootstrap, which makes the virtualenv of pipeline.source'
      : 'howdah explain pipeline.source (howdah bootstrap then installs it); or remote-task --host, and howdah pipeline smoke --environment NAME',
  )
}
