/**
 * EC2 instance types that can no longer carry a cluster, and what to take instead: first generations, which
 * today's images (HVM, arm or Nitro, more than 4 GiB) do not start on. A successor has at least the cores
 * and the memory of what it replaces, and is large enough for EMR 7, whose floor is in effect xlarge.
 */
const RETIRED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  t1: { micro: 'm5.xlarge' },
  m1: { small: 'm5.xlarge', medium: 'm5.xlarge', large: 'm5.xlarge', xlarge: 'm5.xlarge' },
  m2: { xlarge: 'r5.xlarge', '2xlarge': 'r5.2xlarge', '4xlarge': 'r5.4xlarge' },
  m3: { medium: 'm5.xlarge', large: 'm5.xlarge', xlarge: 'm5.xlarge', '2xlarge': 'm5.2xlarge' },
  c1: { medium: 'c5.xlarge', xlarge: 'c5.2xlarge' },
  c3: {
    large: 'c5.xlarge',
    xlarge: 'c5.xlarge',
    '2xlarge': 'c5.2xlarge',
    '4xlarge': 'c5.4xlarge',
    '8xlarge': 'c5.9xlarge',
  },
  cc1: { '4xlarge': 'c5.4xlarge' },
  cc2: { '8xlarge': 'c5.9xlarge' },
  cr1: { '8xlarge': 'r5.8xlarge' },
  cg1: { '4xlarge': 'g4dn.4xlarge' },
  hi1: { '4xlarge': 'i3.4xlarge' },
  hs1: { '8xlarge': 'd3.8xlarge' },
}

/** What stands in a family for a size that it never had. */
const FALLBACK = 'm5.xlarge'

/** The families of instance types that are retired. */
export const RETIRED_FAMILIES: readonly string[] = Object.keys(RETIRED)

/** Retired type → its successor, one row each, for the pages that show them. */
export const retiredTypes = (): readonly (readonly [string, string])[] =>
  Object.entries(RETIRED).flatMap(([family, sizes]) =>
    Object.entries(sizes).map(([size, successor]) => [`${family}.${size}`, successor] as const),
  )

/** The type to take in place of a retired one (`m1.medium` → `m5.xlarge`); undefined when `type` is not retired. */
export function successorOf(type: string): string | undefined {
  const [family = '', size = ''] = type.split('.')
  const sizes = RETIRED[family]
  return sizes === undefined ? undefined : (sizes[size] ?? FALLBACK)
}
