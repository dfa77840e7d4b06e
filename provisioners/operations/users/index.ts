import type { Desired } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { bareContext, compare, openHostDrivers, type PlannedRun, userKeys } from '../../runtime/observe.ts'
import { planAndApply, planPart } from '../../runtime/run.ts'
import type { Session } from '../../runtime/session.ts'
import type { BootstrapReport, OperationOptions, Planned, UserReport } from '../../runtime/types.ts'
import { userReport } from '../../runtime/user-report.ts'
import type { ComponentContext } from '../../services/types.ts'
import { users as component } from '../../services/users/index.ts'

export interface UsersPlan extends Planned {
  readonly users: UserReport
}

/** The users' part of a cluster: no software is resolved, nothing sized, and no database server asked. */
async function observeUsers(session: Session): Promise<PlannedRun> {
  const keys = await userKeys(session)
  if (keys === undefined) throw notSpokenOf(session.cluster.file)
  const base: ComponentContext = { ...bareContext(session), users: keys }
  return compare(session, base, {
    drivers: openHostDrivers(session),
    want: wanted,
    sized: () => base,
    components: ['users'],
  })
}

const wanted = (context: ComponentContext): Desired =>
  Object.fromEntries(context.cluster.hosts.map((host) => [host.name, component.resources(host, context)]))

const notSpokenOf = (file: string): HowdahError =>
  new HowdahError({
    code: 'USERS_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml says nothing of users, so nobody is looked at',
    where: file,
    expected: 'a list `users`, which may be empty',
    next: 'howdah explain users',
  })

/** Who would be made, changed or removed on which host, and whom cluster.yml does not know. Changes no host. */
export async function planUsers(options: OperationOptions): Promise<UsersPlan> {
  const found = await planPart(options, observeUsers)
  const users = userReport(found)
  if (users === undefined) throw notSpokenOf(found.cluster.file)
  return { ...found, users }
}

/** Makes the users of every host what cluster.yml says, and nothing else. Throws as `bootstrapCluster` does. */
export const updateUsers = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => planAndApply({ verb: 'users update', observe: observeUsers }, options, consent)
