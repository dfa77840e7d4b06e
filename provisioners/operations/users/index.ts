import type { Cluster } from '../../config/types.ts'
import { HowdahError } from '../../errors.ts'
import type { Part } from '../../runtime/part.ts'
import { applyPart, planPart } from '../../runtime/run.ts'
import type { BootstrapReport, OperationOptions, Planned, UserReport } from '../../runtime/types.ts'
import { userReport } from '../../runtime/user-report.ts'

export interface UsersPlan extends Planned {
  readonly users: UserReport
}

const usersAbsent = ({ file }: Cluster): HowdahError =>
  new HowdahError({
    code: 'USERS_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml has no `users`, so Howdah does not manage any',
    where: file,
    expected: 'a list `users`, which may be empty',
    next: 'howdah explain users',
  })

/** The part of a cluster with its users: needs no software, no sizes and no database server. */
const USERS: Part = { only: ['users'], rest: 'assumed', absent: usersAbsent }

/** Plans users: which are created, changed or removed on which host, and which are not in cluster.yml. Changes no host. */
export async function planUsers(options: OperationOptions): Promise<UsersPlan> {
  const found = await planPart(options, USERS)
  const users = userReport(found)
  if (users === undefined) throw usersAbsent(found.cluster)
  return { ...found, users }
}

/** Applies the users of cluster.yml on every host, and nothing else. Throws as `bootstrapCluster` does. */
export const updateUsers = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => applyPart('users update', USERS, options, consent)
