/**
 * `howdah pipeline smoke`: runs two tasks of the pipeline on generated events, and compares their rows with the expected
 * ones. Prints nothing. Uses databases and directories of its own, and removes them.
 */

import { openRun, prove } from '../run.ts'
import type { PipelineInput, PipelineRun, SmokeOptions } from '../types.ts'
import { makeFeed } from './feed.ts'
import { stopScript } from './scripts.ts'
import { smokeSteps } from './steps.ts'
import type { Smoke, SmokeReport } from './types.ts'

/** The directory in which remote-task keeps its environments. */
const ENVIRONMENTS = '/var/lib/analytics-tasks'
const TIMEOUT_SECONDS = 1800

/** Where the pipeline may be on the master, from the caller or from cluster.yml. */
function environmentsOf({ cluster, pipeline }: PipelineInput, wanted: string | undefined): string[] {
  if (wanted !== undefined) return [wanted.startsWith('/') ? wanted : `${ENVIRONMENTS}/${wanted}`]
  const { source } = pipeline
  if (source) return [`${source.directory}/${source.name}`]
  return [`${ENVIRONMENTS}/${cluster.schedule?.remoteName ?? 'automation'}`]
}

/** The data and the unique names of a smoke run. */
export function smokeOf(
  { name, work }: Pick<PipelineRun, 'name' | 'work'>,
  input: PipelineInput,
  options: SmokeOptions,
): Smoke {
  const scratch = {
    local: `/tmp/${name}`,
    hdfs: work,
    hiveDatabase: name,
    reportsDatabase: `${name}_reports`,
    tag: name,
  }
  return {
    feed: makeFeed(),
    scratch,
    environments: environmentsOf(input, options.environment),
    timeoutSeconds: options.timeoutSeconds ?? TIMEOUT_SECONDS,
    compared: [],
  }
}

/** Throws PIPELINE_INTERRUPTED when the signal fired, after it removed everything. `fs` is the address of HDFS. */
export async function runPipelineSmoke(
  input: PipelineInput,
  fs: string,
  options: SmokeOptions = {},
): Promise<SmokeReport> {
  const run = openRun(input, fs)
  const smoke = smokeOf(run, input, options)
  const report = await prove(run, {
    checks: smokeSteps(smoke),
    title: `Running two tasks of the pipeline on ${run.master}`,
    what: 'the tasks of the pipeline',
    next: 'howdah pipeline smoke',
    stop: ({ shell }) => shell(stopScript(smoke), { evenIfStopped: true }),
  })
  return { ...report, compared: smoke.compared }
}
