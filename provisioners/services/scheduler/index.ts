import type { Cluster, SecretRef } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { has } from '../support/hosts.ts'
import type { Service } from '../types.ts'
import { KEY_SECRET } from './key-pair.ts'
import { onScheduler, timersOf } from './on-scheduler.ts'
import { onTarget } from './on-target.ts'
import { ownedFilesType } from './owned-files.ts'
import { schedulerSymptoms } from './symptoms.ts'
import { timersType, withoutJobs } from './timers.ts'

export { LOGS, STATE, unitOf } from './names.ts'
export { withoutJobs }

/** Secrets of the schedule: its key, if it needs one, and the URLs of its webhooks. */
export function scheduleSecrets({ schedule }: Cluster): SecretRef[] {
  if (schedule === undefined) return []
  const webhooks = schedule.jobs.flatMap(({ onFailure }) => onFailure.webhook ?? [])
  return [...(schedule.host === schedule.target ? [] : [KEY_SECRET]), ...webhooks]
}

export const schedulerTypes = [timersType, ownedFilesType] as const

/** The schedule: on the host where timers fire, and on the host where the jobs run. It can be the same host. */
export const scheduler: Service = {
  name: 'scheduler',
  needs: ['facts'],
  resources(host, context): readonly Resource[] {
    const { schedule } = context.cluster
    // A host that only has the role has no jobs: jobs from an earlier cluster.yml are removed.
    if (schedule === undefined) return has(host, 'scheduler') ? [timersOf([], '', [])] : []
    const fires = host.name === schedule.host
    return [
      ...(fires ? onScheduler(schedule, context) : []),
      ...(host.name === schedule.target ? onTarget(schedule, context, fires) : []),
    ]
  },
  symptoms: schedulerSymptoms,
  types: schedulerTypes,
}
