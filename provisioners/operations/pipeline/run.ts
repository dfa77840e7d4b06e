/** Runs checks on the master in the same way as the pipeline runs. Each waits for those that it needs. Removes what they made. */

import pLimit from 'p-limit'
import { HowdahError } from '../../errors.ts'
import { ask } from '../../runtime/ask.ts'
import { hdfsPaths } from '../../services/pipeline/index.ts'
import { sh } from '../../shell.ts'
import type { RunResult } from '../../transport/types.ts'
import { Checks } from '../verify/checks.ts'
import { cleanUp } from '../verify/clean-up.ts'
import { asPipeline } from './script.ts'
import type { PipelineCheck, PipelineInput, PipelineReport, PipelineRun, ShellOptions } from './types.ts'

/** Scripts that may start JVMs in parallel: a small master has no memory for more. */
const AT_ONCE = 2
const TIMEOUT_MS = 600_000

/** A unique name of letters and digits, which is also used for databases. */
const runName = (): string => `howdah_pipeline_${Date.now().toString(36)}`

/** Opens what the checks of one run share. `fs` is the address of HDFS. */
export function openRun(input: PipelineInput, fs: string): PipelineRun {
  const { pipeline, signal } = input
  const name = runName()
  const { master } = pipeline
  const limit = pLimit(AT_ONCE)
  const run = (host: string, script: string, as?: string, options: ShellOptions = {}): Promise<RunResult> => {
    const { evenIfStopped, timeoutMs = TIMEOUT_MS, onLine } = options
    return ask(input.transports, host, {
      title: 'a check of the pipeline',
      script,
      timeoutMs,
      ...(as !== undefined && { as }),
      ...(onLine && { onLine }),
      ...(signal && !evenIfStopped && { signal }),
    })
  }
  return {
    input,
    name,
    master,
    fs,
    work: `${fs}${hdfsPaths(pipeline).root}/${name}`,
    undos: [],
    shell: (script, options) =>
      limit(() => run(master, asPipeline(pipeline.user, script), undefined, options)),
    on: (host, script, as) => run(host, script, as),
  }
}

/** Runs each check as soon as those that it needs have passed. A check that is not selected counts as passed. */
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

/** Kills jobs that a check has left on the cluster, before their directories are removed. */
export async function endJobs({ input, name, shell }: PipelineRun): Promise<void> {
  if (input.cluster.generation === 'hadoop1') return
  await shell(
    sh`for id in $(yarn application -list -appTags ${name} 2>/dev/null | grep -o 'application_[0-9_]*' | sort -u); do yarn application -kill "$id"; done`,
    { evenIfStopped: true },
  )
}

/** Registers, once, the removal of what the run writes to HDFS. */
export function undoWork(run: PipelineRun): void {
  const what = `${run.work}* in HDFS`
  if (run.undos.some((each) => each.what === what)) return
  run.undos.push({
    what,
    undo: async () => {
      const { stdout } = await run.shell(
        // Hadoop 1 has no -f, and fails for a missing path.
        sh`hadoop fs -rmr -skipTrash ${`${run.work}*`} >/dev/null 2>&1; hadoop fs -ls ${`${run.work}*`} 2>/dev/null`,
        { evenIfStopped: true },
      )
      if (stdout.includes(run.name)) throw new Error(stdout)
    },
  })
}

/** The checks to run, and their names in reports and errors. */
export interface Proof {
  readonly checks: readonly PipelineCheck[]
  /** `Checking 5 items on m1` */
  readonly title: string
  /** The subject of messages: `the checks of the pipeline`. */
  readonly what: string
  /** The command that runs them again. */
  readonly next: string
  /** Stops what may still run on the master after a failure, before the jobs on the cluster are killed. */
  readonly stop?: (run: PipelineRun) => Promise<unknown>
}

/**
 * Runs the checks of a proof. When one fails, `ok` is false in the report, and nothing is thrown.
 * Throws PIPELINE_INTERRUPTED when the signal fired, after it removed everything.
 */
export async function prove(run: PipelineRun, proof: Proof): Promise<PipelineReport> {
  const started = Date.now()
  const { input } = run
  const checks = new Checks(input.report)
  input.report({ type: 'phase', title: proof.title })
  try {
    await runChecks(run, checks, proof.checks)
  } finally {
    const stopped = checks.failed().length > 0 || input.signal?.aborted === true
    const before = async () => {
      if (!stopped) return
      await proof.stop?.(run).catch(() => {})
      await endJobs(run)
    }
    await cleanUp(checks, 'Remove what the checks made', run.undos, before)
  }
  if (input.signal?.aborted) throw interrupted(input, proof)
  return {
    formatVersion: '1.0',
    cluster: input.cluster.name,
    ok: checks.failed().length === 0,
    checks: checks.all,
    ms: Date.now() - started,
  }
}

const interrupted = ({ cluster }: PipelineInput, { what, next }: Proof): HowdahError =>
  new HowdahError({
    code: 'PIPELINE_INTERRUPTED',
    exit: 'interrupted',
    message: `${what} of ${cluster.name} were interrupted; what they had made was removed`,
    next,
  })
