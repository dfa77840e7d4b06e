import type { Cluster } from '../../config/types.ts'
import { makePlan, showScripts } from '../../engine/index.ts'
import type { ApplyResult, Failure, Observed, Plan } from '../../engine/types.ts'
import { HowdahError, HowdahErrors } from '../../errors.ts'
import { appPlaces } from '../../runtime/app-files.ts'
import { identify } from '../../runtime/identity.ts'
import { withLock } from '../../runtime/lock.ts'
import { markFact, withMarks } from '../../runtime/mark.ts'
import { baseContext, openHostDrivers, type PlannedRun, registry } from '../../runtime/observe.ts'
import { applyPlanned, refuse } from '../../runtime/run.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { desire } from '../../services/index.ts'
import { destroyPlan } from './plan.ts'

export { destroyPlan } from './plan.ts'

/** One thing that is removed from a host, in order. */
export interface Removal {
  readonly host: string
  readonly title: string
}

export interface DestroyOptions {
  readonly data: boolean
  /** Must equal the cluster's name when `data` is set. */
  readonly confirm?: string
}

export interface DestroyReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly removed: readonly Removal[]
  readonly kept: readonly (Removal & { readonly reason: string })[]
}

function check(cluster: Cluster, options: DestroyOptions): void {
  if (!options.data || options.confirm === cluster.name) return
  throw new HowdahError({
    code: 'DESTROY_UNCONFIRMED',
    exit: 'configuration',
    message: `--data removes every block and the NameNode's metadata of ${cluster.name}; it was not confirmed`,
    found: options.confirm === undefined ? 'no --confirm' : `--confirm=${options.confirm}`,
    expected: `--confirm=${cluster.name}`,
    next: `howdah destroy --data --confirm=${cluster.name}`,
  })
}

/** Reads the record of every host, and plans the empty cluster. */
async function observeDestroy(session: Session, data: boolean): Promise<PlannedRun> {
  const { cluster, signal } = session
  const identity = await identify(session)
  const context = { ...(await baseContext(session)), ...appPlaces(cluster), identity }
  const drivers = openHostDrivers(session)
  session.report({ type: 'phase', title: `Reading ${Object.keys(drivers).length} hosts` })
  const marks = Object.fromEntries(
    Object.keys(drivers).map((host) => [host, [markFact(host, cluster, identity, [])]]),
  )
  const read = Object.entries(drivers).map(async ([host, driver]) => [
    host,
    await driver.probe(marks[host] ?? [], signal),
  ])
  const found = Object.fromEntries(await Promise.all(read)) as Observed
  // What another cluster made on a host is not removed.
  refuse(makePlan({ cluster: cluster.name, desired: marks, observed: found, registry }))
  const declared = withMarks(desire(context), cluster, identity)
  const planned = destroyPlan({ cluster, declared, observed: found, registry, data })
  const scripts = () => showScripts(planned.plan, planned.desired, planned.observed, registry)
  return { cluster, context, drivers, sizing: context.sizing, scripts, ...planned }
}

const removalsOf = ({ steps }: Plan): Removal[] =>
  steps.filter(({ action }) => action === 'remove').map(({ host, title }) => ({ host, title }))

const failed = (where: string, detail: string): HowdahError =>
  new HowdahError({
    code: 'DESTROY_FAILED',
    exit: 'stepFailed',
    message: `not everything could be removed from ${where}`,
    detail: detail.slice(-2000),
    where,
    next: 'repair the cause and type the same command again: it skips what is removed already',
  })

/** Throws DESTROY_FAILED for each host on which a step failed, with the output of the first failure there. */
function throwFailures({ outcomes, failures }: ApplyResult): void {
  const byHost = new Map<string, Failure>()
  for (const failure of failures) if (!byHost.has(failure.host)) byHost.set(failure.host, failure)
  const [first, ...rest] = [...byHost.values()].map(({ host, title, output }) =>
    failed(host, `${title}\n${output}`),
  )
  if (first) throw rest.length === 0 ? first : new HowdahErrors([first, ...rest])
  const undone = Object.entries(outcomes).find(([, outcome]) => outcome !== 'ok')
  if (undone) throw failed(undone[0].slice(0, undone[0].indexOf('!')), 'the run was interrupted')
}

/**
 * Removes what Howdah made. Data stays unless `data` is set and `confirm` names the cluster.
 * Throws DESTROY_UNCONFIRMED and PLAN_REFUSED before it changes a host, DESTROY_DECLINED, DESTROY_FAILED.
 */
export async function destroyCluster(
  options: OperationOptions,
  destroy: DestroyOptions,
  consent: (removals: readonly Removal[], cluster: Cluster) => Promise<boolean>,
): Promise<DestroyReport> {
  const session = await openSession(options, { before: (cluster) => check(cluster, destroy) })
  try {
    const { cluster } = session
    return await withLock(session, 'destroy', async (signal) => {
      const found = await observeDestroy(session, destroy.data)
      const removed = removalsOf(found.plan)
      if (!(await consent(removed, cluster))) {
        throw new HowdahError({
          code: 'DESTROY_DECLINED',
          exit: 'declined',
          message: 'nothing was removed',
        })
      }
      throwFailures(await applyPlanned(session, 'destroy', found, signal))
      const kept = (found.plan.left ?? []).map(({ host, title, reason }) => ({ host, title, reason }))
      return { formatVersion: '1.0', cluster: cluster.name, removed, kept }
    })
  } finally {
    await session.close()
  }
}
