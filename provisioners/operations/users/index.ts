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
    message: 'cluster.yml says nothing of users, so nobody is looked at',
    where: file,
    expected: 'a list `users`, which may be empty',
    next: 'howdah explain users',
  })

/** The users' part of a cluster: no software is resolved, nothing sized, and no database server asked. */
const USERS: Part = { only: ['users'], rest: 'assumed', absent: usersAbsent }

/** Who would be made, changed or removed on which host, and whom cluster.yml does not know. Changes no host. */
export async function planUsers(options: OperationOptions): Promise<UsersPlan> {
  const found = await planPart(options, USERS)
  const users = userReport(found)
  if (users === undefined) throw usersAbsent(found.cluster)
  return { ...found, users }
}

/** Makes the users of every host what cluster.yml says, and nothing else. Throws as `bootstrapCluster` does. */
export const updateUsers = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => applyPart('users update', USERS, options, consent)
