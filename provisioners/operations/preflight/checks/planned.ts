/** Conditions of Howdah's own plan: what `bootstrap` would refuse to start with. */

import type { Refusal } from '../../../engine/types.ts'
import { registry } from '../../../runtime/observe.ts'
import type { Check, Found, Seen } from '../types.ts'
import { eachHost, shown, Unread, unchecked } from './reading.ts'

type Planned = Seen['planned'][number]

/** The refusals of the plan for these resources; what could not be read is not a refusal here. */
function refused(seen: Seen, wanted: (planned: Planned) => boolean): Found[] {
  const chosen = seen.planned.filter(wanted)
  const all = chosen
    .filter(({ state }) => state.unknown === undefined)
    .flatMap(({ resource, state }) => registry.of(resource).refusals?.(resource, state) ?? [])
  // A plan refuses what it does not know. A check says that it does not know it.
  const found = all
    .filter(({ found: evidence }) => !UNKNOWN.test(evidence))
    .map((one) => finding(one, seen.host.name))
  const why = chosen.find(({ state }) => state.unknown !== undefined)?.state.unknown
  if (why === undefined && found.length === all.length) return found
  return [...found, unchecked(new Unread(why ?? 'the host did not answer all of it'))]
}

/** How a refusal shows a value that was not read. */
const UNKNOWN = /=unknown( \(|$)/

function finding({ message, found, next }: Omit<Refusal, 'ref'>, host: string): Found {
  return {
    severity: 'error',
    message: withoutHost(message, host),
    evidence: shown(found),
    ...(next && { fix: { where: 'hand', text: withoutHost(next, host) } }),
  }
}

/** The same refusal of several hosts is one finding, so it must not name its host. */
const withoutHost = (text: string, host: string): string => {
  const general = text
    .replaceAll(` of ${host} (`, ' (')
    .replaceAll(` on the host ${host}`, ' on the host')
    .replaceAll(` on ${host}`, ' on the host')
    .replaceAll(` ${host} `, ' the host ')
  return general.startsWith(`${host} `) ? `the host ${general.slice(host.length + 1)}` : general
}

const check = (id: string, title: string, wanted: (planned: Planned) => boolean): Check => ({
  ...{ id, title, severities: ['error'] },
  run: eachHost((seen) => refused(seen, wanted)),
})

const isPackage = ({ resource }: Planned): boolean => resource.type === 'package'
const isPort = ({ resource }: Planned): boolean => resource.id === 'fact:ports'
const isJava = ({ resource }: Planned): boolean => resource.id.startsWith('fact:java-')

export const plannedChecks: readonly Check[] = [
  check('ports', 'the ports of the daemons are free, or their own daemon has them', isPort),
  check('packages', "the host's package lists have every package", isPackage),
  check('jdks', 'a JDK that is there already is the right one, and a tarball is for this processor', isJava),
  check(
    'conditions',
    'the other conditions of the plan, such as directories without data of another cluster',
    (planned) => !isPackage(planned) && !isPort(planned) && !isJava(planned),
  ),
]
