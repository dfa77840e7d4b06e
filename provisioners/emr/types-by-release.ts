import { familyGate, type Gate, lacks, successorOf } from '../config/index.ts'

/** Successors of retired instance types that the release of a legacy file can start. */

interface Earlier {
  /** The releases with the family. */
  readonly gate: Gate | undefined
  /** The types before it, which EMR has since 4.6; each has the cores and the memory of the successor. */
  readonly types: Readonly<Record<string, string>>
}

const READ = 'ListSupportedInstanceTypes, as recorded by moto'
const from = (release: string, source = READ): Gate => ({ from: release, source })

const sameSizes = (from: string, to: string, sizes: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(sizes.map((size) => [`${from}.${size}`, `${to}.${size}`]))

/**
 * By the family of the successor. Source: answers of EMR's ListSupportedInstanceTypes for emr-4.6.0, 5.13.0 and 5.30.2,
 * as moto's repository records them. Releases between these were not read, so a family may begin earlier than here.
 * d3 is in none of them; its 6.3 is from memory and not checked.
 */
const EARLIER: Readonly<Partial<Record<string, Earlier>>> = {
  m5: { gate: familyGate('m5'), types: sameSizes('m5', 'm4', ['xlarge', '2xlarge']) },
  r5: { gate: from('emr-5.13.0'), types: sameSizes('r5', 'r4', ['xlarge', '2xlarge', '4xlarge', '8xlarge']) },
  c5: {
    gate: from('emr-5.13.0'),
    types: {
      ...sameSizes('c5', 'c4', ['xlarge', '2xlarge', '4xlarge']),
      'c5.9xlarge': 'c4.8xlarge',
    },
  },
  i3: { gate: from('emr-5.13.0'), types: sameSizes('i3', 'i2', ['4xlarge']) },
  // Without a GPU: MapReduce does not use one, and no release before has these families.
  g4dn: { gate: from('emr-5.30.0'), types: { 'g4dn.4xlarge': 'c4.4xlarge' } },
  d3: { gate: from('emr-6.3.0', 'memory, not checked'), types: sameSizes('d3', 'd2', ['8xlarge']) },
}

/**
 * What replaces a retired type on a release: `m1.medium` is `m5.xlarge`, and before emr-5.13.0 `m4.xlarge`. Undefined
 * for a type that is not retired.
 */
export function successorOn(type: string, release: string): string | undefined {
  const successor = successorOf(type)
  const earlier = EARLIER[successor?.split('.')[0] ?? '']
  if (successor === undefined || earlier === undefined) return successor
  return lacks(release, earlier.gate) === undefined ? successor : (earlier.types[successor] ?? successor)
}

/**
 * GB of the disks inside an instance of a retired type. The figures are from memory of EC2's page of previous
 * generations and are not checked; they are only reported, and decide no size. Their successors have EBS volumes, except i3 and d3.
 */
const LOCAL_DISKS: Readonly<Partial<Record<string, number>>> = {
  'm1.small': 160,
  'm1.medium': 410,
  'm1.large': 840,
  'm1.xlarge': 1680,
  'm2.xlarge': 420,
  'm2.2xlarge': 850,
  'm2.4xlarge': 1680,
  'm3.medium': 4,
  'm3.large': 32,
  'm3.xlarge': 80,
  'm3.2xlarge': 160,
  'c1.medium': 350,
  'c1.xlarge': 1680,
  'c3.large': 32,
  'c3.xlarge': 80,
  'c3.2xlarge': 160,
  'c3.4xlarge': 320,
  'c3.8xlarge': 640,
  'cc1.4xlarge': 1690,
  'cc2.8xlarge': 3370,
  'cr1.8xlarge': 240,
  'cg1.4xlarge': 1690,
}

/** GB of the local disks that are lost with a retired type; undefined for a type with none, or whose successor has some. */
export const localDiskGb = (type: string): number | undefined => LOCAL_DISKS[type]

/** GB of the EBS volume that an instance gets where nothing names one. */
export const DEFAULT_VOLUME_GB = 100
