/**
 * `howdah pipeline check`: checks on the master and the workers, item by item, what a run of edX's pipeline needs. Each
 * item is used in the same way as by a run. Prints nothing and reports `check` events. Removes what it made.
 */

import { HowdahError } from '../../errors.ts'
import { HDFS_CHECKS } from './checks-hdfs.ts'
import { HIVE_CHECKS } from './checks-hive.ts'
import { JOB_CHECKS } from './checks-jobs.ts'
import { scheduleChecks } from './checks-schedule.ts'
import { SHELL_CHECKS } from './checks-shell.ts'
import { SQOOP_CHECKS } from './checks-sqoop.ts'
import { workerChecks } from './checks-workers.ts'
import { openRun, prove } from './run.ts'
import type { PipelineCheck, PipelineCheckOptions, PipelineInput, PipelineReport } from './types.ts'

/** Every check for a cluster, in order. */
export const checksOf = (input: PipelineInput): readonly PipelineCheck[] => [
  ...SHELL_CHECKS,
  ...workerChecks({ input }),
  ...scheduleChecks({ input }),
  ...HDFS_CHECKS,
  ...HIVE_CHECKS,
  ...SQOOP_CHECKS,
  ...JOB_CHECKS,
]

/** Throws PIPELINE_NO_CHECK. */
function chosen(
  all: readonly PipelineCheck[],
  { only, cluster }: PipelineInput & PipelineCheckOptions,
): readonly PipelineCheck[] {
  if (only === undefined) return all
  const fits = (name: string, wish: string): boolean =>
    name === wish || (wish === 'workers' && name.startsWith('worker '))
  const unknown = only.filter((wish) => !all.some(({ name }) => fits(name, wish)))
  if (unknown.length > 0) {
    throw new HowdahError({
      code: 'PIPELINE_NO_CHECK',
      exit: 'configuration',
      message: `there is no check ${unknown.join(', ')}`,
      found: unknown.join(', '),
      expected: `of ${all.map(({ name }) => name).join(', ')}, or workers`,
      where: cluster.file,
      next: 'howdah pipeline check',
    })
  }
  return all.filter(({ name }) => only.some((wish) => fits(name, wish)))
}

/**
 * Runs the checks. When one fails, `ok` is false in the report, and nothing is thrown.
 * Throws PIPELINE_NO_CHECK, and PIPELINE_INTERRUPTED when the signal fired, after it removed everything.
 */
export async function runPipelineCheck(
  input: PipelineInput & PipelineCheckOptions,
  fs: string,
): Promise<PipelineReport> {
  const checks = chosen(checksOf(input), input)
  const run = openRun(input, fs)
  return prove(run, {
    checks,
    title: `Checking ${checks.length} items on ${run.master} and the workers`,
    what: 'the checks of the pipeline',
    next: 'howdah pipeline check',
  })
}
