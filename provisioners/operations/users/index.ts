import type { Desired } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { bareContext, compare, type OpenSurvey, openHostDrivers, peopleKeys } from '../../runtime/observe.ts'
import { peopleReport } from '../../runtime/people-report.ts'
import { planPart, undertake } from '../../runtime/run.ts'
import type { Session } from '../../runtime/session.ts'
import type { BootstrapReport, OperationOptions, PeopleReport, Survey } from '../../runtime/types.ts'
import { people as component } from '../../services/people/index.ts'
import type { ComponentContext } from '../../services/types.ts'

export interface UsersPlan extends Survey {
  readonly people: PeopleReport
}

/** The people's part of a cluster: no software is resolved, nothing sized, and no database server asked. */
async function surveyUsers(session: Session): Promise<OpenSurvey> {
  const keys = await peopleKeys(session)
  if (keys === undefined) throw notSpokenOf(session.cluster.file)
  const base: ComponentContext = { ...bareContext(session), people: keys }
  return compare(session, base, { drivers: openHostDrivers(session), want: wanted, sized: () => base })
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
  const found = await planPart(options, surveyUsers)
  const people = peopleReport(found)
  if (people === undefined) throw notSpokenOf(found.cluster.file)
  return { ...found, people }
}

/** Makes the people of every host what cluster.yml says, and nothing else. Throws as `bootstrapCluster` does. */
export const updateUsers = (
  options: OperationOptions,
  consent: (found: Survey) => Promise<boolean>,
): Promise<BootstrapReport> => undertake({ verb: 'users update', survey: surveyUsers }, options, consent)
