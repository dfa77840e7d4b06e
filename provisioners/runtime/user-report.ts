import { OVERVIEW_ID, unknownUsers } from '../services/users/index.ts'
import type { PlannedRun } from './observe.ts'
import type { UserReport } from './types.ts'

/** What an observation found about users, besides its plan. Undefined where cluster.yml has no `users`. */
export function userReport({ cluster, context, observed }: PlannedRun): UserReport | undefined {
  const { users } = context
  if (users === undefined) return undefined
  const known = cluster.users.map(({ name }) => name)
  return {
    keys: Object.entries(users.users).flatMap(([name, { keys }]) =>
      keys.map(({ type, fingerprint, comment }) => ({ name, type, fingerprint, comment })),
    ),
    left: users.unchanged,
    unknown: cluster.hosts.flatMap(({ name: host }) =>
      unknownUsers(known, observed[host]?.states[OVERVIEW_ID]).map((one) => ({ host, ...one })),
    ),
  }
}
