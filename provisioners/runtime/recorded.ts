import type { Cluster } from '../config/types.ts'
import { member } from '../engine/index.ts'
import type { Desired, Recorded, Resource } from '../engine/types.ts'
import type { ComponentContext } from '../services/types.ts'
import { mayRemoveUsers } from '../services/users/index.ts'
import { lockHost } from './lock.ts'

/**
 * Adds the hosts of the cluster to the record on the host of the lock. No run connects to a host that was removed from
 * cluster.yml, so its name must be kept there.
 */
export function withMembers(desired: Desired, cluster: Cluster): Desired {
  const host = lockHost(cluster)
  const members = cluster.hosts.map(({ name, address }) => member(name, address) as Resource)
  return { ...desired, [host]: [...(desired[host] ?? []), ...members] }
}

/** The components whose recorded resources a plan removes when they are no longer desired. */
export type Removable = 'all' | readonly string[]

const isMemberStill = ({ type, about }: Recorded, { hosts }: Cluster): boolean =>
  type === 'x-member' && hosts.some(({ name }) => name === about.name)

/** Which recorded resources a plan may remove: those of its components, and no user whose keys are not known. */
export const considers =
  (components: Removable, { users, cluster }: Pick<ComponentContext, 'users' | 'cluster'>) =>
  (recorded: Recorded): boolean =>
    (components === 'all' || components.includes(recorded.component)) &&
    mayRemoveUsers(recorded, users) &&
    !isMemberStill(recorded, cluster)
