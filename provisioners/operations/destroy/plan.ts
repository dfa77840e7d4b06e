import type { Cluster } from '../../config/types.ts'
import { makePlan, type Registry, recordedOf, type WithRemovals, withRemovals } from '../../engine/index.ts'
import type { Desired, Observed, Plan, Recorded, Resource } from '../../engine/types.ts'

/** Records that must be kept as long as the data is, above all the record that the NameNode is formatted. */
export const RECORDS = '/var/lib/howdah'

const records: Recorded = {
  ...{ type: 'directory', id: `directory:${RECORDS}`, component: 'record' },
  about: { path: RECORDS, data: 'records' },
}

export interface DestroyInput {
  readonly cluster: Cluster
  /** The resources of cluster.yml, which a host without a record was made from. */
  readonly declared: Desired
  readonly observed: Observed
  readonly registry: Registry
  readonly data: boolean
}

export interface DestroyPlan extends Pick<WithRemovals, 'desired' | 'observed'> {
  readonly plan: Plan
}

/**
 * The plan of an empty cluster: nothing is desired, so all recorded resources are removed, except data. Pure.
 * An empty cluster has no list `users`, so no account is removed. Hosts that are in cluster.yml are not named as left.
 */
export function destroyPlan({ cluster, declared, observed, registry, data }: DestroyInput): DestroyPlan {
  const members = new Set(cluster.hosts.map(({ name }) => name))
  const considers = ({ type, component, about }: Recorded): boolean =>
    type === 'x-member' ? !members.has(about.name ?? '') : component !== 'users'
  const adopt = Object.fromEntries(
    Object.entries(declared).map(([host, list]) => [
      host,
      [records, ...list.flatMap((one) => recordedOf(registry, one) ?? [])],
    ]),
  )
  const all = withRemovals({ desired: {}, observed, registry, considers, adopt, data, whole: true })
  const desired = Object.fromEntries(
    Object.entries(all.desired).map(([host, list]) => [host, recordsLast(list)]),
  )
  const plan = makePlan({ cluster: cluster.name, desired, observed: all.observed, registry })
  return { desired, observed: all.observed, plan: { ...plan, left: all.left } }
}

/** Removes the records after everything else, since the next run reads them when this one fails. */
const recordsLast = (list: readonly Resource[]): readonly Resource[] =>
  list.map((one) =>
    one.id === records.id
      ? ({ ...one, after: list.filter(({ id }) => id !== records.id).map(({ id }) => id) } as Resource)
      : one,
  )
