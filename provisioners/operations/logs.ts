import { trackingLogs } from '../components/tracking-logs/index.ts'
import type { ComponentContext } from '../components/types.ts'
import type { Desired, Plan, Resource } from '../engine/types.ts'
import { HowdahError } from '../errors.ts'
import type { TrackingLogs } from '../spec/tracking-logs.ts'
import type { Cluster } from '../spec/types.ts'
import { undertake } from './bootstrap.ts'
import { openSession, type Session } from './session.ts'
import { compare, type OpenSurvey, openHostDrivers } from './survey.ts'
import type { BootstrapReport, OperationOptions, Survey } from './types.ts'

export interface LogsPlan {
  readonly plan: Plan
  readonly scripts: Survey['scripts']
}

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

/** What is not declared here is another's matter, and stands already. */
function alone(resources: Record<string, readonly Resource[]>): Desired {
  const here = new Set(
    Object.entries(resources).flatMap(([host, list]) => list.flatMap(({ id }) => [`${host}!${id}`])),
  )
  const known = (host: string, id: string): boolean => here.has(id.includes('!') ? id : `${host}!${id}`)
  return Object.fromEntries(
    Object.entries(resources).map(([host, list]) => [
      host,
      list.map((one): Resource => ({ ...one, after: (one.after ?? []).filter((id) => known(host, id)) })),
    ]),
  )
}

const wanted = (context: ComponentContext): Desired =>
  alone(
    Object.fromEntries(
      context.cluster.hosts.map((host) => [host.name, trackingLogs.resources(host, context)]),
    ),
  )

/** The tracking logs' part of a cluster: no software is resolved, nothing sized, and no database server asked. */
async function surveyLogs(session: Session): Promise<OpenSurvey> {
  const { cluster, secrets } = session
  trackingLogsOf(cluster)
  const base: ComponentContext = {
    cluster,
    facts: {},
    sizing: {},
    artifacts: {},
    jdkArtifacts: {},
    secret: (ref) => secrets.get(ref).reveal(),
  }
  return compare(session, base, { drivers: openHostDrivers(session), want: wanted, sized: () => base })
}

/** What would change for the tracking logs, on every host. Changes no host. */
export async function planLogs(options: OperationOptions): Promise<LogsPlan> {
  const session = await openSession(options)
  try {
    const { plan, scripts } = await surveyLogs(session)
    return { plan, scripts }
  } finally {
    await session.close()
  }
}

/** Lays the way of the tracking logs, and nothing else. Throws as `bootstrapCluster` does. */
export const applyLogs = (
  options: OperationOptions,
  consent: (found: Survey) => Promise<boolean>,
): Promise<BootstrapReport> => undertake({ verb: 'logs apply', survey: surveyLogs }, options, consent)
