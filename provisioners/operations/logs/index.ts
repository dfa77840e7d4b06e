import type { Cluster } from '../../config/types.ts'
import type { TrackingLogs } from '../../config/types-tracking-logs.ts'
import { HowdahError } from '../../errors.ts'
import type { Part } from '../../runtime/part.ts'
import { applyPart, planPart } from '../../runtime/run.ts'
import type { BootstrapReport, OperationOptions, Planned } from '../../runtime/types.ts'

const logsAbsent = ({ file }: Cluster): HowdahError =>
  new HowdahError({
    code: 'LOGS_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml says nothing of tracking logs, so none are carried',
    where: file,
    expected: 'a section `trackingLogs` with its sources',
    next: 'howdah explain trackingLogs',
  })

/** The section of cluster.yml. Throws LOGS_ABSENT. */
export function trackingLogsOf(cluster: Cluster): TrackingLogs {
  if (cluster.trackingLogs) return cluster.trackingLogs
  throw logsAbsent(cluster)
}

/** The tracking logs' part of a cluster: no software is resolved, nothing sized, and no database server asked. */
const LOGS: Part = { only: ['tracking-logs'], rest: 'assumed', absent: logsAbsent }

/** What would change for the tracking logs, on every host that has a part in it. Changes no host. */
export const planLogs = (options: OperationOptions): Promise<Planned> => planPart(options, LOGS)

/** Lays the way of the tracking logs, and nothing else. Throws as `bootstrapCluster` does. */
export const applyLogs = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => applyPart('logs apply', LOGS, options, consent)
