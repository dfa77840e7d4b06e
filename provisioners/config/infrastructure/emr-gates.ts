import { type ReleaseNumber, releaseNumber } from './emr-releases.ts'

/**
 * What releases of EMR lack. Only what a document or the provider's issues state, each with its source; what is not in
 * the table is unknown, and is not refused.
 */
export interface Gate {
  /** The first release that has it; absent: all of them. */
  readonly from?: string
  /** The last release that has it; absent: the newest too. */
  readonly last?: string
  /** Releases between the two that lack it. */
  readonly not?: readonly string[]
  readonly source: string
}

const VERSIONS = 'EMR Release Guide, "Application versions in Amazon EMR releases"'

/** Applications, by the name that EMR gives them; those without a row have none of the limits. */
export const APPLICATIONS: Readonly<Partial<Record<string, Gate>>> = {
  Ganglia: { from: 'emr-4.2.0', last: 'emr-6.15.0', source: `${VERSIONS}, 4.x to 7.x` },
  HBase: { from: 'emr-4.6.0', source: `${VERSIONS}, 4.x` },
  HCatalog: { from: 'emr-4.4.0', source: `${VERSIONS}, 4.x` },
  Oozie: { from: 'emr-5.0.0', source: `${VERSIONS}, 4.x and 5.x: before, it is Oozie-Sandbox` },
  'Oozie-Sandbox': { last: 'emr-4.9.6', source: `${VERSIONS}, 4.x and 5.x` },
  Phoenix: { from: 'emr-4.7.0', source: `${VERSIONS}, 4.x` },
  'Presto-Sandbox': { last: 'emr-4.9.6', source: `${VERSIONS}, 4.x and 5.x` },
}

/** Names of other applications, so that a name in another case, or a misspelt one, is recognised. */
const OTHERS = ['AmazonCloudWatchAgent', 'Delta', 'Flink', 'Hadoop', 'Hive', 'Hudi', 'Hue', 'Iceberg']
const MORE = [
  'JupyterEnterpriseGateway',
  'JupyterHub',
  'Livy',
  'MXNet',
  'Mahout',
  'Pig',
  'Presto',
  'PrestoSQL',
]
const LAST = ['Spark', 'Sqoop', 'Sqoop-Sandbox', 'TensorFlow', 'Tez', 'Trino', 'Zeppelin', 'ZooKeeper']

/** Parts of aws.emr, by their key. */
export const FEATURES = {
  security: {
    from: 'emr-4.8.0',
    source: 'EMR Management Guide, "Use security configurations to set up cluster security"',
  },
  logEncryption: {
    from: 'emr-5.30.0',
    source: 'EMR Management Guide, "Encrypt log files stored in Amazon S3"',
  },
  managedScaling: {
    ...{ from: 'emr-5.30.0', not: ['emr-6.0.0', 'emr-6.0.1'] },
    source: 'EMR Management Guide, "Using managed scaling"',
  },
  autoTermination: {
    ...{ from: 'emr-5.30.0', not: ['emr-6.0.0', 'emr-6.0.1'] },
    source: 'EMR Management Guide, "Using an auto-termination policy"',
  },
  stepConcurrency: { from: 'emr-5.28.0', source: 'EMR API, RunJobFlow, StepConcurrencyLevel' },
  fleets: { from: 'emr-4.8.0', not: ['emr-5.0.0', 'emr-5.0.3'], source: 'EMR API, InstanceFleetConfig' },
} as const satisfies Readonly<Record<string, Gate>>

export type Feature = keyof typeof FEATURES

/** Families of instance types. */
const FAMILIES: Readonly<Partial<Record<string, Gate>>> = {
  m5: { from: 'emr-5.13.0', source: 'EMR Management Guide, "Supported instance types"' },
}

const compare = (a: ReleaseNumber, b: ReleaseNumber): number => {
  const at = a.findIndex((part, i) => part !== b[i])
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** Why a release is outside of a gate, as "from emr-5.30.0 on"; undefined inside of it, or for another text than a label. */
export function lacks(release: string, gate: Gate | undefined): string | undefined {
  const number = releaseNumber(release)
  const [from, last] = [gate?.from, gate?.last].map((label) => label && releaseNumber(label))
  if (gate === undefined || number === undefined) return undefined
  const without = gate.not?.includes(release) === true
  if ((from && compare(number, from) < 0) || without)
    return `a release from ${gate.from} on${gate.not === undefined ? '' : `, except ${gate.not.join(' and ')}`}`
  return last && compare(number, last) > 0 ? `a release up to ${gate.last}` : undefined
}

/** The gate of an instance type's family. */
export const familyGate = (type: string): Gate | undefined => FAMILIES[type.split('.')[0] ?? '']

/** The name of an application as EMR writes it; undefined for one that Howdah does not know. */
export const applicationName = (name: string): string | undefined =>
  [...Object.keys(APPLICATIONS), ...OTHERS, ...MORE, ...LAST].find(
    (known) => known.toLowerCase() === name.toLowerCase(),
  )
