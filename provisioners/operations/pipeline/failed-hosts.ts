import { askFailedTasks, describeFailedTasks, failedTasks } from '../verify/failed-tasks.ts'
import { jobIds } from '../verify/tools.ts'
import { steps } from './script.ts'
import type { PipelineRun } from './types.ts'

/** The hosts on which tasks of the jobs in a tool's output failed, with the reason, a line each. */
export async function failedHosts(run: PipelineRun, output: string): Promise<string[]> {
  const { cluster, signal } = run.input
  const ids = jobIds(output)
  if (ids.length === 0 || signal?.aborted) return []
  const { stdout } = await run.shell(steps(askFailedTasks(cluster, ids)))
  return describeFailedTasks(failedTasks(cluster, stdout, ids, output))
}
