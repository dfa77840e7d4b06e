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
    message: 'cluster.yml has no `trackingLogs`, so none are sent',
    where: file,
    expected: 'a section `trackingLogs` with its sources',
    next: 'howdah explain trackingLogs',
  })

/** The section of cluster.yml. Throws LOGS_ABSENT. */
export function trackingLogsOf(cluster: Cluster): TrackingLogs {
  if (cluster.trackingLogs) return cluster.trackingLogs
  throw logsAbsent(cluster)
}

/** The part of a cluster with its tracking logs: needs no software, no sizes and no database server. */
const LOGS: Part = { only: ['tracking-logs'], rest: 'assumed', absent: logsAbsent }

/** Plans the shipping of tracking logs, on every host involved. Changes no host. */
export const planLogs = (options: OperationOptions): Promise<Planned> => planPart(options, LOGS)

/** Installs the shipping of tracking logs, and nothing else. Throws as `bootstrapCluster` does. */
export const applyLogs = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => applyPart('logs apply', LOGS, options, consent)
