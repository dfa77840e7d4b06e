/**
 * `howdah pipeline check`: proves that the master and the workers keep edX's contract, item by item, each as a run of
 * the pipeline would use it. Prints nothing; reports `check` events. Takes away what it made.
 */

import pLimit from 'p-limit'
import { HowdahError } from '../../errors.ts'
import { ask } from '../../runtime/ask.ts'
import { hdfsPaths } from '../../services/pipeline/index.ts'
import { sh } from '../../shell.ts'
import type { RunResult } from '../../transport/types.ts'
import { Checks } from '../verify/checks.ts'
import { cleanUp } from '../verify/clean-up.ts'
import { HDFS_CHECKS } from './checks-hdfs.ts'
import { HIVE_CHECKS } from './checks-hive.ts'
import { JOB_CHECKS } from './checks-jobs.ts'
import { scheduleChecks } from './checks-schedule.ts'
import { SHELL_CHECKS } from './checks-shell.ts'
import { SQOOP_CHECKS } from './checks-sqoop.ts'
import { workerChecks } from './checks-workers.ts'
import { asPipeline } from './script.ts'
import type { PipelineCheck, PipelineInput, PipelineReport, PipelineRun } from './types.ts'

/** Scripts that start JVMs at once: a small master has no memory for more. */
const AT_ONCE = 2
const TIMEOUT_MS = 600_000

/** Every check of a cluster, in the order of the contract. */
export const checksOf = (input: PipelineInput): readonly PipelineCheck[] => [
  ...SHELL_CHECKS,
  ...workerChecks({ input }),
  ...scheduleChecks({ input }),
  ...HDFS_CHECKS,
  ...HIVE_CHECKS,
  ...SQOOP_CHECKS,
  ...JOB_CHECKS,
]

/** Letters and digits that no other run has: they go into names of databases. */
const runName = (): string => `howdah_pipeline_${Date.now().toString(36)}`

function openRun(input: PipelineInput, fs: string): PipelineRun {
  const { pipeline, signal } = input
  const name = runName()
  const { master } = pipeline
  const limit = pLimit(AT_ONCE)
  const run = (host: string, script: string, as?: string, always = false): Promise<RunResult> =>
    ask(input.transports, host, {
      title: 'a check of the pipeline',
      script,
      timeoutMs: TIMEOUT_MS,
      ...(as !== undefined && { as }),
      ...(signal && !always && { signal }),
    })
  return {
    input,
    name,
    master,
    fs,
    work: `${fs}${hdfsPaths(pipeline).root}/${name}`,
    undos: [],
    shell: (script, { evenIfStopped = false } = {}) =>
      limit(() => run(master, asPipeline(pipeline.user, script), undefined, evenIfStopped)),
    on: (host, script, as) => run(host, script, as),
  }
}

/** Throws PIPELINE_NO_CHECK. */
function chosen(all: readonly PipelineCheck[], { only, cluster }: PipelineInput): readonly PipelineCheck[] {
  if (only === undefined) return all
  const fits = (name: string, wish: string): boolean =>
    name === wish || (wish === 'workers' && name.startsWith('worker '))
  const unknown = only.filter((wish) => !all.some(({ name }) => fits(name, wish)))
  if (unknown.length > 0) {
    throw new HowdahError({
      code: 'PIPELINE_NO_CHECK',
      exit: 'configuration',
      message: `no check is called ${unknown.join(', ')}`,
      found: unknown.join(', '),
      expected: `of ${all.map(({ name }) => name).join(', ')}, or workers`,
      where: cluster.file,
      next: 'howdah pipeline check',
    })
  }
  return all.filter(({ name }) => only.some((wish) => fits(name, wish)))
}

/** Runs each check as soon as those before it have passed. What is not among the checks counts as passed. */
async function runChecks(run: PipelineRun, checks: Checks, all: readonly PipelineCheck[]): Promise<void> {
  const outcomes = new Map<string, Promise<boolean>>()
  const outcome = (name: string): Promise<boolean> => {
    const check = all.find((each) => each.name === name)
    if (!check) return Promise.resolve(true)
    const known = outcomes.get(name) ?? start(check)
    outcomes.set(name, known)
    return known
  }
  const start = async (check: PipelineCheck): Promise<boolean> => {
    const passed = await Promise.all(check.after.map(outcome))
    const broken = check.after.filter((_, i) => !passed[i])
    if (broken.length > 0) {
      checks.skip(check.name, check.title, `needs: ${broken.join(', ')}`)
      return false
    }
    if (run.input.signal?.aborted) return false
    return tried(run, checks, check)
  }
  await Promise.all(all.map(({ name }) => outcome(name)))
}

async function tried(run: PipelineRun, checks: Checks, check: PipelineCheck): Promise<boolean> {
  const { name, title, host } = check
  if (check.writes) undoWork(run)
  try {
    const why = await check.prepare?.(run)
    if (why === undefined) return checks.run(name, title, () => check.run(run), host)
    checks.skip(name, title, why)
    return true
  } catch (error) {
    return checks.run(name, title, () => Promise.reject(error), host)
  }
}

/** Ends jobs that a check has left on the cluster, so that they do not outlive their directories. */
async function endJobs({ input, name, shell }: PipelineRun): Promise<void> {
  if (input.cluster.generation === 'hadoop1') return
  await shell(
    sh`for id in $(yarn application -list -appTags ${name} 2>/dev/null | grep -o 'application_[0-9_]*' | sort -u); do yarn application -kill "$id"; done`,
    { evenIfStopped: true },
  )
}

/** Registered once, by the first check that writes to HDFS. */
function undoWork(run: PipelineRun): void {
  const what = `${run.work}* in HDFS`
  if (run.undos.some((each) => each.what === what)) return
  run.undos.push({
    what,
    undo: async () => {
      const { stdout } = await run.shell(
        // Hadoop 1 knows neither -f nor a path that is not there.
        sh`hadoop fs -rmr -skipTrash ${`${run.work}*`} >/dev/null 2>&1; hadoop fs -ls ${`${run.work}*`} 2>/dev/null`,
        { evenIfStopped: true },
      )
      if (stdout.includes(run.name)) throw new Error(stdout)
    },
  })
}

/**
 * Checks the contract. What does not hold is told by the report (`ok` false, checks by name), not by a throw.
 * Throws PIPELINE_NO_CHECK, and PIPELINE_INTERRUPTED when the signal fired, after everything was taken away.
 */
export async function runPipelineCheck(input: PipelineInput, fs: string): Promise<PipelineReport> {
  const started = Date.now()
  const checks = new Checks(input.report)
  const all = chosen(checksOf(input), input)
  const run = openRun(input, fs)
  input.report({ type: 'phase', title: `Checking ${all.length} items on ${run.master} and the workers` })
  try {
    await runChecks(run, checks, all)
  } finally {
    const stopped = checks.failed().length > 0 || input.signal?.aborted === true
    const before = async () => (stopped ? endJobs(run) : undefined)
    await cleanUp(checks, 'Take away what the checks made', run.undos, before)
  }
  if (input.signal?.aborted) throw interrupted(input)
  const ok = checks.failed().length === 0
  return {
    formatVersion: '1.0',
    cluster: input.cluster.name,
    ok,
    checks: checks.all,
    ms: Date.now() - started,
  }
}

const interrupted = ({ cluster }: PipelineInput): HowdahError =>
  new HowdahError({
    code: 'PIPELINE_INTERRUPTED',
    exit: 'interrupted',
    message: `the checks of the pipeline of ${cluster.name} were interrupted; what they had made was taken away`,
    next: 'howdah pipeline check',
  })
