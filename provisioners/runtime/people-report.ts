import { OVERVIEW_ID, unknownPeople } from '../services/people/index.ts'
import type { OpenSurvey } from './observe.ts'
import type { PeopleReport } from './types.ts'

/** What a survey knows of people besides its plan; undefined where cluster.yml does not speak of them. */
export function peopleReport({ cluster, context, observed }: OpenSurvey): PeopleReport | undefined {
  const { people } = context
  if (people === undefined) return undefined
  const known = cluster.users.map(({ name }) => name)
  return {
    keys: Object.entries(people.people).flatMap(([name, { keys }]) =>
      keys.map(({ type, fingerprint, comment }) => ({ name, type, fingerprint, comment })),
    ),
    left: people.left,
    unknown: cluster.hosts.flatMap(({ name: host }) =>
      unknownPeople(known, observed[host]?.states[OVERVIEW_ID]).map((one) => ({ host, ...one })),
    ),
  }
}
