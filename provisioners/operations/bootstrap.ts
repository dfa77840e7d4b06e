import { setMaxListeners } from 'node:events'
import { hostname, userInfo } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { symptoms } from '../components/index.ts'
import { acquireLock, applyPlan, type Lock, openJournal } from '../engine/index.ts'
import type { ApplyResult, Plan, Refusal } from '../engine/types.ts'
import { HowdahError, HowdahErrors } from '../errors.ts'
import type { Cluster } from '../spec/types.ts'
import type { Transport } from '../transport/types.ts'
import { peopleReport } from './people-report.ts'
import { journalDir, openSession, type Session } from './session.ts'
import { type OpenSurvey, registry, survey } from './survey.ts'
import type { BootstrapReport, OperationOptions, Survey } from './types.ts'

/** Surveys and says what would change. Changes nothing on any host. Throws what the survey throws. */
export async function planPart(options: OperationOptions, look: Undertaking['survey']): Promise<OpenSurvey> {
  const session = await openSession(options)
  try {
    return await look(session)
  } finally {
    await session.close()
  }
}

/** Reads the hosts and says what would change. Changes nothing on any host. */
export const planCluster = (options: OperationOptions): Promise<Survey> => planPart(options, survey)

/** The host that holds the lock: the NameNode's, since nothing works without it. */
export const lockHost = (cluster: Cluster): string =>
  (cluster.hosts.find((host) => host.daemons.includes('namenode')) ?? cluster.hosts[0])?.name ?? ''

/** Between two looks at a lock that another operator holds. */
const LOCK_POLL_MS = 1000

/** Takes the lock, waiting for its holder as long as the session says. */
async function takeLock(session: Session, transport: Transport, reason: string): Promise<Lock> {
  const { cluster, report, signal } = session
  const holder = `${userInfo().username}@${hostname()}`
  const until = Date.now() + session.lockWaitSeconds * 1000
  for (let told = false; ; told = true) {
    try {
      return await acquireLock(transport, { cluster: cluster.name, holder, reason })
    } catch (error) {
      const held = error instanceof HowdahError && error.code === 'LOCK_HELD'
      if (!held || Date.now() >= until || signal?.aborted) throw error
      if (!told) report({ type: 'phase', title: `Waiting: ${error.message}` })
      await delay(LOCK_POLL_MS)
    }
  }
}

/** Runs `work` while no other operator can apply to this cluster. Throws LOCK_HELD with the holder's name. */
export async function withLock<T>(
  session: Session,
  reason: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const transport = session.transports[lockHost(session.cluster)]
  if (!transport) throw new Error('no transport to the host of the lock')
  const lock = await takeLock(session, transport, reason)
  try {
    // A lock that is lost is no lock: what runs is let finish, nothing new begins.
    const signal = session.signal ? AbortSignal.any([session.signal, lock.lost]) : lock.lost
    // Every step that runs listens to it, and there may be hundreds at once.
    setMaxListeners(0, signal)
    return await work(signal)
  } finally {
    await lock.release()
  }
}

/** A refused plan as errors, one each, so that all are seen at once. */
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

/** Why a plan may not be applied, or nothing. */
function refuse(plan: Plan): void {
  if (plan.refusals.length > 0) throw refusalErrors(plan.refusals)
}

/** Does what a survey found, with a journal of its own. Never throws for a step: the result tells. */
export async function applySurvey(
  session: Session,
  verb: string,
  found: OpenSurvey,
  signal: AbortSignal,
): Promise<ApplyResult> {
  const { cluster, report } = session
  const journal = openJournal(journalDir(cluster), { cluster: cluster.name, verb })
  report({ type: 'phase', title: `Applying ${found.plan.steps.length} changes` })
  try {
    return await applyPlan({
      plan: found.plan,
      desired: found.desired,
      observed: found.observed,
      drivers: found.drivers,
      registry,
      report,
      journal,
      symptoms,
      signal,
    })
  } finally {
    journal.close()
  }
}

/** What is surveyed and then made so, and the name under which the lock and the journal know it. */
export interface Undertaking {
  /** As it is typed: `bootstrap`, `users update`. */
  readonly verb: string
  readonly survey: (session: Session) => Promise<OpenSurvey>
}

/**
 * Makes the cluster what cluster.yml says. `consent` sees the plan first; without it nothing changes.
 * Throws PLAN_REFUSED (exit 13), PLAN_DECLINED, APPLY_FAILED (exit 14, or 15 when only some hosts are left behind).
 */
export const bootstrapCluster = (
  options: OperationOptions,
  consent: (found: Survey) => Promise<boolean>,
): Promise<BootstrapReport> => undertake({ verb: 'bootstrap', survey }, options, consent)

/** Surveys under the lock, asks for consent, applies. Throws as `bootstrapCluster` does. */
export async function undertake(
  { verb, survey: look }: Undertaking,
  options: OperationOptions,
  consent: (found: Survey) => Promise<boolean>,
): Promise<BootstrapReport> {
  const started = Date.now()
  const session = await openSession(options)
  try {
    return await withLock(session, verb, async (signal) => {
      const found = await look(session)
      const surveyMs = Date.now() - started
      refuse(found.plan)
      const people = peopleReport(found)
      const report = {
        formatVersion: '1.0',
        cluster: found.cluster.name,
        plan: found.plan,
        ...(people && { people }),
      } as const
      if (found.plan.steps.length === 0) {
        return { ...report, timings: { surveyMs, applyMs: 0, totalMs: Date.now() - started } }
      }
      if (!(await consent(found))) throw declined(verb)
      const applied = await applySurvey(session, verb, found, signal)
      return { ...report, applied, timings: { surveyMs, applyMs: applied.ms, totalMs: Date.now() - started } }
    })
  } finally {
    await session.close()
  }
}

const declined = (verb: string): HowdahError =>
  new HowdahError({
    code: 'PLAN_DECLINED',
    exit: 'unexpected',
    message: 'nothing was changed: the plan was not confirmed',
    next: `howdah ${verb} --yes`,
  })
