import { setMaxListeners } from 'node:events'
import { HowdahError } from '../errors.ts'
import { type Reporter, silent } from '../events.ts'
import { Board } from './board.ts'
import { changesOf, type Difference } from './changes.ts'
import { sha256 } from './hash.ts'
import type { Journal } from './journal.ts'
import type { Registry } from './registry.ts'
import { TargetWorker } from './target-worker.ts'
import type {
  ApplyResult,
  Desired,
  Failure,
  Observed,
  Plan,
  Ref,
  Resource,
  Step,
  StepOutcome,
  Symptom,
  TargetDriver,
} from './types.ts'

export interface ApplyOptions {
  readonly plan: Plan
  readonly desired: Desired
  readonly observed: Observed
  readonly drivers: Readonly<Record<string, TargetDriver>>
  readonly registry: Registry
  readonly report?: Reporter
  readonly journal?: Journal
  /** When aborted, running steps may finish, and no further step starts. */
  readonly signal?: AbortSignal
  readonly symptoms?: readonly Symptom[]
}

/**
 * Applies a plan. A step starts as soon as the steps that it waits for are done, on any host. A failed step stops
 * only the steps that depend on it. Never throws for a failed step: the result has the status of each.
 * Throws PLAN_REFUSED while the plan has refusals, and PLAN_STALE when the plan was not made of these states.
 */
export async function applyPlan(options: ApplyOptions): Promise<ApplyResult> {
  const { plan, desired, observed, registry, journal } = options
  const lockLost = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, lockLost.signal]) : lockLost.signal
  // Every running step adds a listener, and hundreds may run at once.
  setMaxListeners(0, signal)
  const report = options.report ?? silent
  const started = Date.now()
  const differences = checked(plan, changesOf(desired, observed, registry))
  const failures: Failure[] = []
  let lost: HowdahError | undefined
  const board = new Board(plan.steps, (step, outcome, ms) => {
    const difference = differences.get(step.ref) as Difference
    const { ref, action, host, title } = step
    journal?.write({ type: 'step', ref, action, input: inputHash(difference), outcome, ms })
    const detail = failures.find((failure) => failure.ref === ref)?.output
    report({ type: 'step', ref, host, title, status: outcome, ms, ...(detail && { detail }) })
  })
  journal?.write({ type: 'start', cluster: plan.cluster, steps: plan.steps.length })
  const context = {
    ...{ board, desired, observed, differences, drivers: options.drivers, registry },
    signal,
    onStart: ({ ref, host, title }: Step) => report({ type: 'step', ref, host, title, status: 'start' }),
    onFailure: (step: Step, output: string, next?: string) =>
      void failures.push(
        failureOf(step, differences.get(step.ref)?.resource, output, next, registry, options.symptoms ?? []),
      ),
    onLockLost: (error: HowdahError) => {
      lost ??= error
      lockLost.abort()
    },
  }
  await Promise.all(board.targets.map((target) => new TargetWorker(target, context).work()))
  const ms = Date.now() - started
  journal?.write({ type: 'end', outcome: endOf(Object.values(board.outcomes), signal), ms })
  return { outcomes: board.outcomes, failures, ms, ...(lost && { lost }) }
}

function endOf(outcomes: readonly StepOutcome[], signal: AbortSignal) {
  if (outcomes.every((outcome) => outcome === 'ok')) return 'done'
  return signal.aborted ? 'interrupted' : 'failed'
}

/** The differences of the plan's steps. Nothing is done that the plan does not show. */
function checked(plan: Plan, changes: ReadonlyMap<Ref, Difference>): ReadonlyMap<Ref, Difference> {
  const [refusal] = plan.refusals
  if (refusal) {
    const { message, found, next, ref } = refusal
    const where = ref.replace('!', ':')
    throw new HowdahError({
      code: 'PLAN_REFUSED',
      exit: 'preflight',
      message,
      found,
      where,
      ...(next && { next }),
    })
  }
  const stale = plan.steps.filter(({ ref, action }) => changes.get(ref)?.change.action !== action)
  if (stale.length > 0) {
    throw new HowdahError({
      code: 'PLAN_STALE',
      exit: 'preflight',
      message: `the plan does not fit what was read: ${stale.map(({ ref }) => ref).join(', ')}`,
      next: 'howdah plan',
    })
  }
  return changes
}

/** The first symptom that a text shows, in the order of the rule base. */
export const symptomIn = <S extends Symptom>(text: string, symptoms: readonly S[]): S | undefined =>
  symptoms.find(({ pattern }) => text.search(pattern) >= 0)

/** The excerpt is searched first: what explains the failure is in it, and other lines may be about something else. */
function failureOf(
  { ref, host, title }: Step,
  resource: Resource | undefined,
  output: string,
  next: string | undefined,
  registry: Registry,
  symptoms: readonly Symptom[],
): Failure {
  const type = resource && registry.of(resource)
  const excerpt = type?.excerpt?.(output) ?? output
  const symptom = symptomIn(excerpt, symptoms) ?? symptomIn(output, symptoms)
  const hint = next ?? symptom?.next ?? (resource && type?.next?.(resource, host)) ?? 'howdah plan'
  return {
    ...{ ref, host, title, output: excerpt },
    ...(symptom && { symptom: symptom.name, cause: symptom.cause }),
    next: hint,
  }
}

/** The hash leaves out the content of secrets: a short secret could be guessed from it. */
function inputHash({ resource, change }: Difference): string {
  const hidden = 'sensitive' in resource && resource.sensitive === true
  const input: Resource = hidden ? ({ ...resource, content: '[secret]' } as Resource) : resource
  return sha256(JSON.stringify([input, change.action]))
}
