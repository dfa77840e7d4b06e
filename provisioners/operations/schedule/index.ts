import type { Cluster } from '../../config/types.ts'
import type { Schedule } from '../../config/types-schedule.ts'
import { HowdahError } from '../../errors.ts'
import type { Part } from '../../runtime/part.ts'
import { applyPart, planPart } from '../../runtime/run.ts'
import type { BootstrapReport, OperationOptions, Planned } from '../../runtime/types.ts'

const scheduleAbsent = ({ file }: Cluster): HowdahError =>
  new HowdahError({
    code: 'SCHEDULE_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml has no `schedule`, and no host has the role scheduler',
    where: file,
    expected: 'a section `schedule`, such as schedule: {set: edx-daily}',
    next: 'howdah explain schedule',
  })

/** The schedule of a cluster. Throws SCHEDULE_ABSENT. */
export function scheduleOf(cluster: Cluster): Schedule {
  if (cluster.schedule === undefined) throw scheduleAbsent(cluster)
  return cluster.schedule
}

/** The part of a cluster with its schedule: needs no software, and only its two hosts are read. */
const SCHEDULE: Part = { only: ['scheduler'], rest: 'assumed', absent: scheduleAbsent }

/** Plans the schedule: which jobs are created, changed or removed. Changes no host. */
export const planSchedule = (options: OperationOptions): Promise<Planned> => planPart(options, SCHEDULE)

/** Applies the schedule of cluster.yml, and nothing else. Throws as `bootstrapCluster` does. */
export const applySchedule = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => applyPart('schedule apply', SCHEDULE, options, consent)
