import { askFailedTasks, describeFailedTasks, failedTasks } from '../verify/failed-tasks.ts'
import { jobIds } from '../verify/tools.ts'
import { steps } from './script.ts'
import type { PipelineRun } from './types.ts'

/** The hosts on which tasks failed, with the reason, a line each. The jobs are those in the output of a tool. */
export async function failedHosts(run: PipelineRun, output: string): Promise<string[]> {
  const { cluster, signal } = run.input
  const ids = jobIds(output)
  if (ids.length === 0 || signal?.aborted) return []
  const { stdout } = await run.shell(steps(askFailedTasks(cluster, ids)))
  return describeFailedTasks(failedTasks(cluster, stdout, ids, output))
}
