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
  translateSecurityGroups,
  translateTags,
} from './translate-infrastructure.ts'
import { translateRoles } from './translate-roles.ts'
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
  /** In the order of the legacy file; keys that it does not have come last. */
  readonly report: readonly ReportLine[]
  /** What you must give before the new file can be used, each with its position in the legacy file. */
  readonly open: readonly HowdahError[]
}

/** The order of the keys: software, instances, configuration. */
const EMR_ORDER = [
  ...['release', 'applications', 'sqoop', 'master', 'core', 'task', 'fleets', 'configurations'],
  ...['bootstrapActions', 'steps', 'serviceRole', 'instanceProfile', 'managedSecurityGroups'],
  ...['additionalSecurityGroups', 'rootVolume'],
]

const HEAD = ` Translated from a legacy cluster.yml of edX's analytics configuration by \`howdah emr translate\`.
 The report has the source of each line; docs/cluster-yml.md describes the keys.`

/**
 * Translates a legacy file. Pure. Throws HowdahErrors for invalid arguments; a value that only you know is a line
 * `needs-you` of the report and an error in `open`.
 */
export function translate(legacy: Legacy, options: TranslateOptions = {}): Translated {
  const problems = new Problems(legacy.document)
  const draft = new Draft(legacy)
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

/** `line:column` in the order of the file; lines without a position come last. */
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
