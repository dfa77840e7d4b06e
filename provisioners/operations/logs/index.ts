import type { Cluster } from '../../config/types.ts'
import type { TrackingLogs } from '../../config/types-tracking-logs.ts'
import type { Desired } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { alone, bareContext, compare, openHostDrivers, type PlannedRun } from '../../runtime/observe.ts'
import { planAndApply, planPart } from '../../runtime/run.ts'
import type { Session } from '../../runtime/session.ts'
import type { BootstrapReport, OperationOptions, Planned } from '../../runtime/types.ts'
import { trackingLogs } from '../../services/tracking-logs/index.ts'
import type { ComponentContext } from '../../services/types.ts'

/** The section of cluster.yml. Throws LOGS_ABSENT. */
export function trackingLogsOf(cluster: Cluster): TrackingLogs {
  if (cluster.trackingLogs) return cluster.trackingLogs
  throw new HowdahError({
    code: 'LOGS_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml says nothing of tracking logs, so none are carried',
    where: cluster.file,
    expected: 'a section `trackingLogs` with its sources',
    next: 'howdah explain trackingLogs',
  })
}

const wanted = (context: ComponentContext): Desired =>
  alone(
    Object.fromEntries(
      context.cluster.hosts.map((host) => [host.name, trackingLogs.resources(host, context)]),
    ),
  )

/** The tracking logs' part of a cluster: no software is resolved, nothing sized, and no database server asked. */
async function observeLogs(session: Session): Promise<PlannedRun> {
  trackingLogsOf(session.cluster)
  const base = bareContext(session)
  return compare(session, base, {
    drivers: openHostDrivers(session),
    want: wanted,
    sized: () => base,
    components: ['tracking-logs'],
  })
}

/** What would change for the tracking logs, on every host. Changes no host. */
export const planLogs = (options: OperationOptions): Promise<Planned> => planPart(options, observeLogs)

/** Lays the way of the tracking logs, and nothing else. Throws as `bootstrapCluster` does. */
export const applyLogs = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => planAndApply({ verb: 'logs apply', observe: observeLogs }, options, consent)
