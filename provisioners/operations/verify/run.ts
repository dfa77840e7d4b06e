/**
 * `howdah verify`: proves a running cluster by processing known records on all of it and comparing every row of the
 * results. Prints nothing and reports `check` events.
 */

import { nearest } from '../../config/document/suggest.ts'
import { HowdahError } from '../../errors.ts'
import { Checks } from './checks.ts'
import { cleanUp } from './clean-up.ts'
import { Flow, type Step } from './flow.ts'
import { askDaemons } from './health.ts'
import { askMasters } from './members.ts'
import { gatewayOf, placeOf } from './place.ts'
import { type Dataset, generate } from './rows/generator.ts'
import { taskClasses } from './steps/classes.ts'
import { DATA_STEPS } from './steps/data.ts'
import { JOB_STEPS } from './steps/jobs.ts'
import { PROOF_STEPS } from './steps/proof.ts'
import { askConfigurations } from './steps/running.ts'
import { STORE_STEPS } from './steps/store.ts'
import { killScript } from './tools.ts'
import type { VerifyInput, VerifyReport } from './types.ts'

export { generate } from './rows/generator.ts'
export type * from './types.ts'

const DEFAULT_SEED = 20_260_302

export const STEPS: readonly Step[] = [
  taskClasses,
  ...DATA_STEPS,
  ...STORE_STEPS,
  ...JOB_STEPS,
  ...PROOF_STEPS,
]

/**
 * The steps with these names and all that they need, in the order of `steps`. Throws VERIFY_UNKNOWN_CHECK for an unknown
 * name.
 */
export function selectSteps(steps: readonly Step[], only: readonly string[]): readonly Step[] {
  const names = steps.map(({ name }) => name)
  const unknown = only.filter((name) => !names.includes(name))
  if (unknown.length > 0) {
    throw new HowdahError({
      code: 'VERIFY_UNKNOWN_CHECK',
      exit: 'configuration',
      message: `verify has no check "${unknown.join('", "')}"`,
      found: unknown.join(', '),
      expected: names.join(', '),
      next: `howdah verify --only '${nearest(unknown[0] ?? '', names) ?? names[0]}'`,
    })
  }
  const wanted = new Set<string>()
  const add = (name: string): void => {
    if (wanted.has(name)) return
    wanted.add(name)
    for (const needed of steps.find((step) => step.name === name)?.after ?? []) add(needed)
  }
  only.forEach(add)
  return steps.filter(({ name }) => wanted.has(name))
}

/** A unique name of letters and digits, which is also used for databases. */
const runName = (): string => `${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`

/** Runs each step as soon as those that it needs have passed. Skips it when one of them has not. */
export async function runSteps(flow: Flow, checks: Checks, steps: readonly Step[]): Promise<void> {
  const byName = new Map(steps.map((step) => [step.name, step]))
  const outcomes = new Map<string, Promise<boolean>>()
  const outcome = (name: string): Promise<boolean> => {
    const step = byName.get(name)
    if (!step) throw new Error(`no step is called ${name}`)
    const known = outcomes.get(name) ?? start(step)
    outcomes.set(name, known)
    return known
  }
  const start = async (step: Step): Promise<boolean> => {
    const needed = await Promise.all(step.after.map(outcome))
    const broken = step.after.filter((_, i) => !needed[i])
    if (broken.length > 0 || flow.input.signal?.aborted) {
      checks.skip(step.name, step.title, broken.length > 0 ? `needs: ${broken.join(', ')}` : 'interrupted')
      return false
    }
    return checks.run(step.name, step.title, () => step.run(flow))
  }
  await Promise.all(steps.map(({ name }) => outcome(name)))
}

/** Kills jobs that a stopped run left on the cluster, before their directories are removed. */
async function killJobs(flow: Flow): Promise<void> {
  await flow.run(killScript(flow.place), { evenIfStopped: true })
}

async function wholeFlow(
  input: VerifyInput,
  flow: Flow,
  checks: Checks,
  steps: readonly Step[],
): Promise<void> {
  const { report } = input
  const broken = checks.failed().map(({ name }) => name)
  // A daemon that runs with an old configuration fails a check, but the flow runs nevertheless.
  if (!input.only) await askConfigurations(input, checks)
  if (broken.length > 0) {
    for (const { name, title } of steps)
      checks.skip(name, title, `not tried, because of: ${broken.join(', ')}`)
    return
  }
  report({ type: 'phase', title: `Processing ${flow.data.lines.total} log lines on the cluster` })
  try {
    await runSteps(flow, checks, steps)
  } finally {
    const stopped = checks.failed().length > 0 || flow.input.signal?.aborted === true
    const before = async () => (stopped ? killJobs(flow) : undefined)
    await cleanUp(checks, 'Remove what the run made', flow.undos, before)
  }
}

const sample = ({ quick, seed, size }: VerifyInput): Dataset | undefined =>
  quick ? undefined : generate(seed ?? DEFAULT_SEED, size ?? 'small')

/**
 * Verifies a cluster. For a broken cluster `ok` is false in the report, and nothing is thrown.
 * Throws VERIFY_NO_DAEMON and VERIFY_NO_RESULT_STORE when this cluster cannot run the flow, VERIFY_UNKNOWN_CHECK for a
 * name in `only`, and VERIFY_INTERRUPTED when the signal fired, after it removed everything.
 */
export async function runVerify(input: VerifyInput): Promise<VerifyReport> {
  const started = Date.now()
  const steps = input.only ? selectSteps(STEPS, input.only) : STEPS
  const checks = new Checks(input.report)
  const data = sample(input)
  const flow = data && new Flow(input, placeOf(input.cluster, runName(), input.keep ?? false), data)
  input.report({ type: 'phase', title: 'Asking every daemon' })
  await Promise.all([askDaemons(input, checks), askMasters(input, checks, gatewayOf(input.cluster).name)])
  if (flow && !input.signal?.aborted) await wholeFlow(input, flow, checks, steps)
  if (input.signal?.aborted) throw interrupted(input)
  return {
    formatVersion: '1.0',
    cluster: input.cluster.name,
    ok: checks.failed().length === 0,
    checks: checks.all,
    tables: flow?.tables ?? [],
    compared: flow?.compared ?? [],
    ms: Date.now() - started,
  }
}

const interrupted = ({ cluster }: VerifyInput): HowdahError =>
  new HowdahError({
    code: 'VERIFY_INTERRUPTED',
    exit: 'interrupted',
    message: `the verification of ${cluster.name} was interrupted; what it had made was removed`,
    next: 'howdah verify',
  })
