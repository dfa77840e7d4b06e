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

/** Secrets of the schedule: its key, where it needs one, and the URLs of its webhooks. */
export function scheduleSecrets({ schedule }: Cluster): SecretRef[] {
  if (schedule === undefined) return []
  const webhooks = schedule.jobs.flatMap(({ onFailure }) => onFailure.webhook ?? [])
  return [...(schedule.host === schedule.target ? [] : [KEY_SECRET]), ...webhooks]
}

export const schedulerTypes = [timersType, ownedFilesType] as const

/** The schedule: on the host where timers fire, and on the host where the jobs run. They may be one. */
export const scheduler: Service = {
  name: 'scheduler',
  needs: ['facts'],
  resources(host, context): readonly Resource[] {
    const { schedule } = context.cluster
    // A host with the role alone has no jobs: what an earlier cluster.yml left there goes.
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
