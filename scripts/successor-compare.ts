/**
 * The comparison of what CDKTF and its successor synthesise from one cluster.yml. Stacks are compared as JSON: how
 * empty maps are written, and the order of keys, mean nothing to Terraform.
 */

export interface Difference {
  /** The keys down to the value: `terraform.required_providers.aws.source`. */
  readonly path: string
  /** Undefined where only the other has a value. */
  readonly ours: unknown
  readonly theirs: unknown
}

/** A difference that is expected in every stack, and why Terraform does the same with both. */
export interface Known {
  readonly path: string
  readonly ours: unknown
  readonly theirs: unknown
  readonly why: string
}

/** docs/aws.md has this table. */
export const KNOWN: readonly Known[] = [
  {
    path: '//.metadata.version',
    ours: '0.21.0',
    theirs: '0.24.0',
    why: 'the version of the library, which Terraform does not read',
  },
  {
    path: 'terraform.required_providers.aws.source',
    ours: 'aws',
    theirs: 'hashicorp/aws',
    why: 'the same provider: Terraform completes the short name with hashicorp',
  },
]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Every value in which two stacks differ, in the order of their keys. */
export function differences(ours: unknown, theirs: unknown, path: readonly string[] = []): Difference[] {
  if (isObject(ours) && isObject(theirs) && Array.isArray(ours) === Array.isArray(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort()
    return keys.flatMap((key) => differences(ours[key], theirs[key], [...path, key]))
  }
  return Object.is(ours, theirs) ? [] : [{ path: path.join('.'), ours, theirs }]
}

/** What is wrong with a stack's differences: one that is not known, or a known one that is no longer there. */
export function faults(found: readonly Difference[], known: readonly Known[] = KNOWN): string[] {
  const same = (a: Difference | Known, b: Difference | Known): boolean =>
    a.path === b.path && a.ours === b.ours && a.theirs === b.theirs
  const show = ({ path, ours, theirs }: Difference | Known): string =>
    `${path}: ${JSON.stringify(ours) ?? 'nothing'} here, ${JSON.stringify(theirs) ?? 'nothing'} by the successor`
  return [
    ...found.filter((one) => !known.some((other) => same(one, other))).map(show),
    ...known
      .filter((one) => !found.some((other) => same(one, other)))
      .map((one) => `${show(one)}: expected by scripts/successor-compare.ts, and not found`),
  ]
}

/** How many resources a stack has, so that a comparison of nothing is not taken for a good one. */
export function resourceCount(stack: unknown): number {
  const types = isObject(stack) && isObject(stack.resource) ? Object.values(stack.resource) : []
  return types.reduce<number>((sum, type) => sum + (isObject(type) ? Object.keys(type).length : 0), 0)
}

/** stacks/tf.ts with the successor's packages in place of CDKTF's. */
export const successorDoor = (door: string): string =>
  door.replaceAll("'@cdktf/provider-aws/", "'@cdktn/provider-aws/").replaceAll("from 'cdktf'", "from 'cdktn'")
