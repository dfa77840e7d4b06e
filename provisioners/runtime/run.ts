import type { Cluster } from '../config/types.ts'
import { applyPlan, openJournal } from '../engine/index.ts'
import type { ApplyResult, Plan, Refusal } from '../engine/types.ts'
import { HowdahError, HowdahErrors } from '../errors.ts'
import { causesOf } from '../services/index.ts'
import { heldLock, withLock } from './lock.ts'
import { lockLost } from './lock-lost.ts'
import { observe, type PlannedRun, registry } from './observe.ts'
import { observePart } from './observe-part.ts'
import { checkHosts, type Part, resolvePart } from './part.ts'
import { checkSaved, PLAN_KEY, readPlan, savePlan } from './saved-plan.ts'
import { journalDir, openSession, type Reach, type Session } from './session.ts'
import type { BootstrapReport, OperationOptions, Planned } from './types.ts'
import { userReport } from './user-report.ts'

/** The refusals of a plan as errors, one for each, so that all are shown together. */
export function refusalErrors(refusals: readonly Refusal[]): HowdahErrors {
  const errors = refusals.map(
    (refusal) =>
      new HowdahError({
        code: 'PLAN_REFUSED',
        exit: 'preflight',
        message: refusal.message,
        found: refusal.found,
        where: refusal.ref.replace('!', ':'),
        ...(refusal.next && { next: refusal.next }),
      }),
  )
  return new HowdahErrors(errors as [HowdahError, ...HowdahError[]])
}

/** Throws PLAN_REFUSED when a plan has refusals. */
export function refuse(plan: Plan): void {
  if (plan.refusals.length > 0) throw refusalErrors(plan.refusals)
}

/** A journal's file has the verb in its name, and a list of many hosts is too long for a file name. */
export const withoutOptions = (verb: string): string => verb.replace(/ --.*$/s, '')

/**
 * Applies a plan, with a journal of its own. Does not throw when a step fails: the result has the outcomes.
 * Throws LOCK_LOST when the lock was lost before every step was done.
 */
export async function applyPlanned(
  session: Session,
  verb: string,
  found: PlannedRun,
  signal: AbortSignal,
): Promise<ApplyResult> {
  const { cluster, report } = session
  const journal = openJournal(journalDir(cluster), { cluster: cluster.name, verb: withoutOptions(verb) })
  report({ type: 'phase', title: `Applying ${found.plan.steps.length} changes` })
  try {
    const applied = await applyPlan({
      plan: found.plan,
      desired: found.desired,
      observed: found.observed,
      drivers: found.drivers,
      registry,
      report,
      journal,
      symptoms: causesOf(cluster.generation),
      signal,
    })
    const held = heldLock(session)
    const isDone = Object.values(applied.outcomes).every((outcome) => outcome === 'ok')
    const lost = applied.lost !== undefined || (held?.lock.lost.aborted && !session.signal?.aborted)
    if (held && lost && !isDone) throw await lockLost(held, { applied })
    return applied
  } finally {
    journal.close()
  }
}

/** What is observed and then made so, and the name under which the lock and the journal know it. */
export interface PlannedVerb extends Reach {
  /** As it is typed: `bootstrap`, `users update`. */
  readonly verb: string
  readonly observe: (session: Session) => Promise<PlannedRun>
  /** Throws when the plan is not what was agreed to before. */
  readonly check?: (session: Session, found: PlannedRun) => Promise<void>
}

const isWhole = ({ only, hosts }: Part): boolean => only === undefined && hosts === undefined

/** How a part is observed; the whole cluster where the part names neither components nor hosts. */
function observing(part: Part, { adopt }: OperationOptions): Omit<PlannedVerb, 'verb'> {
  const checked = (cluster: Cluster): Cluster => {
    checkHosts(cluster, adopt ?? [])
    return cluster
  }
  return isWhole(part)
    ? { observe, ...(adopt && { reach: (cluster) => checked(cluster).hosts.map(({ name }) => name) }) }
    : {
        observe: (session) => observePart(session, part),
        reach: (cluster) => resolvePart(checked(cluster), part).reach,
      }
}

async function planKey({ secrets }: Session): Promise<string> {
  await secrets.load([PLAN_KEY])
  return secrets.get(PLAN_KEY).reveal()
}

/**
 * Observes a part of the cluster and plans it, and with `out` writes the plan to that file, unless it is refused. Changes nothing on any host.
 * Throws PART_*, PLAN_FILE_UNWRITABLE, and the errors of the observation.
 */
export async function planPart(options: OperationOptions, part: Part, out?: string): Promise<PlannedRun> {
  const how = observing(part, options)
  const session = await openSession(options, { ...how, spares: 'any' })
  try {
    const found = await how.observe(session)
    if (out !== undefined && found.plan.refusals.length === 0) {
      savePlan(out, found, await planKey(session), {
        ...part,
        ...(options.adopt && { adopt: options.adopt }),
      })
    }
    return found
  } finally {
    await session.close()
  }
}

/** Like `planPart`, under the lock; asks for consent and applies. The lock and the journal show `verb`. */
export const applyPart = (
  verb: string,
  part: Part,
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> =>
  planAndApply({ verb, ...observing(part, options), spares: 'workers' }, options, consent)

/**
 * Like `applyPart`, for a plan that `planPart` wrote. Throws PLAN_FILE_UNREADABLE, PLAN_OTHER_CLUSTER, and PLAN_MOVED when the present
 * plan is another one.
 */
export function applySaved(
  verb: string,
  path: string,
  rest: Part['rest'],
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> {
  const saved = readPlan(path)
  const part: Part = {
    ...{ rest, ...(saved.only && { only: saved.only }), ...(saved.hosts && { hosts: saved.hosts }) },
  }
  const check = async (session: Session, found: PlannedRun): Promise<void> =>
    checkSaved(saved, path, found, await planKey(session))
  const adopting = { ...options, ...(saved.adopt && { adopt: saved.adopt }) }
  return planAndApply({ verb, ...observing(part, adopting), spares: 'workers', check }, adopting, consent)
}

/** Observes the hosts under the lock, asks for consent, applies. Throws as `bootstrapCluster` does. */
export async function planAndApply(
  { verb, observe, reach, spares = 'none', check }: PlannedVerb,
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> {
  const started = Date.now()
  const session = await openSession(options, { ...(reach && { reach }), spares })
  try {
    return await withLock(session, verb, async (signal) => {
      const found = await observe(session)
      const planMs = Date.now() - started
      refuse(found.plan)
      await check?.(session, found)
      const users = userReport(found)
      const report = {
        formatVersion: '1.0',
        cluster: found.cluster.name,
        plan: found.plan,
        ...(users && { users }),
      } as const
      if (found.plan.steps.length === 0) {
        return { ...report, timings: { planMs, applyMs: 0, totalMs: Date.now() - started } }
      }
      if (!(await consent(found))) throw declined(verb)
      const applied = await applyPlanned(session, verb, found, signal)
      return { ...report, applied, timings: { planMs, applyMs: applied.ms, totalMs: Date.now() - started } }
    })
  } finally {
    await session.close()
  }
}

const declined = (verb: string): HowdahError =>
  new HowdahError({
    code: 'PLAN_DECLINED',
    exit: 'declined',
    message: 'nothing was changed: the plan was not confirmed',
    next: `howdah ${verb} --yes`,
  })
