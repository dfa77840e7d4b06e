import { Problems } from '../config/index.ts'
import type { HowdahError } from '../errors.ts'
import { Configurations } from './configurations.ts'
import { Draft, type ReportLine } from './draft.ts'
import type { Legacy } from './legacy.ts'
import { putConfigurations, translateActions } from './translate-actions.ts'
import { translateCapacity } from './translate-capacity.ts'
import {
  translateBuckets,
  translateKeyPair,
  translateName,
  translateNetwork,
  translateRegion,
  translateRoles,
  translateSecurityGroups,
  translateTags,
} from './translate-infrastructure.ts'
import {
  translateApplications,
  translateConfigurations,
  translateRelease,
  translateRest,
  translateSqoopApplication,
} from './translate-software.ts'
import { translateSteps } from './translate-steps.ts'
import { translateUsers } from './translate-users.ts'
import type { TranslateOptions } from './translation.ts'

/** A legacy file in today's form. */
export interface Translated {
  /** The name of the cluster in the new file. */
  readonly name: string
  /** The text of the new file. */
  readonly clusterYml: string
  /** In the order of the legacy file; what it does not write comes last. */
  readonly report: readonly ReportLine[]
  /** What a person must give before the new file can be used; each at its place in the legacy file. */
  readonly open: readonly HowdahError[]
}

/** Software, then instances, then what is laid on them. */
const EMR_ORDER = [
  ...['release', 'applications', 'sqoop', 'master', 'core', 'task', 'fleets', 'configurations'],
  ...['bootstrapActions', 'steps', 'serviceRole', 'instanceProfile', 'managedSecurityGroups'],
  ...['additionalSecurityGroups', 'rootVolume'],
]

const HEAD = ` Translated from a legacy cluster.yml of edX's analytics configuration by \`howdah emr translate\`.
 What each line came from is in its report; what the words mean is in docs/cluster-yml.md.`

/**
 * Translates a legacy file. Pure. Throws HowdahErrors for arguments that nothing can be made of; what only a
 * person knows is a line `needs-you` of the report and an error in `open`.
 */
export function translate(legacy: Legacy, options: TranslateOptions = {}): Translated {
  const problems = new Problems(legacy.document)
  const draft = new Draft(legacy.document)
  const translation = { legacy, draft, options }
  const configurations = new Configurations()
  translateName(translation)
  translateRegion(translation)
  translateTags(translation)
  translateNetwork(translation)
  translateKeyPair(translation)
  translateBuckets(translation)
  translateRelease(translation)
  const steps = translateSteps(translation, problems)
  translateApplications(translation, steps)
  translateCapacity(translation)
  translateActions(translation, configurations, problems)
  translateConfigurations(translation, configurations)
  putConfigurations(translation, configurations)
  translateSqoopApplication(translation, steps)
  translateRoles(translation)
  translateSecurityGroups(translation)
  translateRest(translation)
  translateUsers(translation)
  draft.requirePlaceholders()
  problems.throwIfAny()
  return {
    name: draft.textAt(['name']),
    clusterYml: draft.text(HEAD, EMR_ORDER),
    report: [...draft.lines].sort(byPlace),
    open: [...draft.open].sort((a, b) => byPosition(placeOf(a), placeOf(b))),
  }
}

const byPlace = (a: ReportLine, b: ReportLine): number => byPosition(a.place, b.place)

/** `line:column` in the order of the file; what has no place comes last. */
function byPosition(a: string, b: string): number {
  const [lineA, columnA] = position(a)
  const [lineB, columnB] = position(b)
  return lineA - lineB || columnA - columnB
}

function position(place: string): [number, number] {
  const [line = '', column = ''] = place.split(':')
  return place === '' ? [Number.MAX_SAFE_INTEGER, 0] : [Number(line), Number(column)]
}

const placeOf = ({ details }: HowdahError): string => /(\d+:\d+)$/.exec(details.where ?? '')?.[1] ?? ''
