import { people } from '../components/people/index.ts'
import type { ComponentContext } from '../components/types.ts'
import type { Desired, Plan } from '../engine/types.ts'
import { HowdahError } from '../errors.ts'
import { undertake } from './bootstrap.ts'
import { peopleReport } from './people-report.ts'
import { openSession, type Session } from './session.ts'
import { compare, type OpenSurvey, openHostDrivers, peopleKeys } from './survey.ts'
import type { BootstrapReport, OperationOptions, PeopleReport, Survey } from './types.ts'

export interface UsersPlan {
  readonly plan: Plan
  readonly people: PeopleReport
  readonly scripts: Survey['scripts']
}

/** The people's part of a cluster: no software is resolved, nothing sized, and no database server asked. */
async function surveyUsers(session: Session): Promise<OpenSurvey> {
  const { cluster, secrets } = session
  const keys = await peopleKeys(session)
  if (keys === undefined) throw notSpokenOf(cluster.file)
  const base: ComponentContext = {
    cluster,
    facts: {},
    sizing: {},
    artifacts: {},
    jdkArtifacts: {},
    people: keys,
    secret: (ref) => secrets.get(ref).reveal(),
  }
  return compare(session, base, { drivers: openHostDrivers(session), want: wanted, sized: () => base })
}

const wanted = (context: ComponentContext): Desired =>
  Object.fromEntries(context.cluster.hosts.map((host) => [host.name, people.resources(host, context)]))

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
  const session = await openSession(options)
  try {
    const found = await surveyUsers(session)
    const report = peopleReport(found)
    if (report === undefined) throw notSpokenOf(found.cluster.file)
    return { plan: found.plan, people: report, scripts: found.scripts }
  } finally {
    await session.close()
  }
}

/** Makes the people of every host what cluster.yml says, and nothing else. Throws as `bootstrapCluster` does. */
export const updateUsers = (
  options: OperationOptions,
  consent: (found: Survey) => Promise<boolean>,
): Promise<BootstrapReport> => undertake({ verb: 'users update', survey: surveyUsers }, options, consent)
