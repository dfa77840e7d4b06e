import type { Cluster } from '../../config/types.ts'
import type { Schedule } from '../../config/types-schedule.ts'
import type { Desired, TargetDriver } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { alone, bareContext, compare, openHostDrivers, type PlannedRun } from '../../runtime/observe.ts'
import { planAndApply, planPart } from '../../runtime/run.ts'
import type { Session } from '../../runtime/session.ts'
import type { BootstrapReport, OperationOptions, Planned } from '../../runtime/types.ts'
import { scheduler } from '../../services/scheduler/index.ts'
import type { ComponentContext } from '../../services/types.ts'

const notSpokenOf = (file: string): HowdahError =>
  new HowdahError({
    code: 'SCHEDULE_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml says nothing of a schedule, and no host has the role scheduler',
    where: file,
    expected: 'a section `schedule`, such as schedule: {set: edx-daily}',
    next: 'howdah explain schedule',
  })

/** The schedule of a cluster. Throws SCHEDULE_ABSENT. */
export function scheduleOf(cluster: Cluster): Schedule {
  if (cluster.schedule === undefined) throw notSpokenOf(cluster.file)
  return cluster.schedule
}

const wanted = (context: ComponentContext): Desired =>
  alone(
    Object.fromEntries(
      context.cluster.hosts.flatMap((host) => {
        const resources = scheduler.resources(host, context)
        return resources.length === 0 ? [] : [[host.name, resources] as const]
      }),
    ),
  )

/** The schedule's part of a cluster: no software is resolved, and only its two hosts are read. */
async function observeSchedule(session: Session): Promise<PlannedRun> {
  const base = bareContext(session)
  const hosts = Object.keys(wanted(base))
  if (hosts.length === 0) throw notSpokenOf(session.cluster.file)
  const drivers = Object.fromEntries(
    Object.entries(openHostDrivers(session)).filter(([host]) => hosts.includes(host)),
  ) as Record<string, TargetDriver>
  return compare(session, base, {
    drivers,
    want: wanted,
    sized: (facts) => ({ ...base, facts }),
    components: ['scheduler'],
  })
}

/** Which jobs would be made, changed or taken away. Changes no host. */
export const planSchedule = (options: OperationOptions): Promise<Planned> =>
  planPart(options, observeSchedule)

/** Makes the schedule what cluster.yml says, and nothing else. Throws as `bootstrapCluster` does. */
export const applySchedule = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> =>
  planAndApply({ verb: 'schedule apply', observe: observeSchedule }, options, consent)
