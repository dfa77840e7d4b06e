import type { SynthesisedStack } from '../terraform/synthesised.ts'
import { flowsOf, type Outsider } from './flows.ts'
import { addressesNamed, foldedInto } from './fold.ts'
import type { Box } from './graph.ts'
import type { DiagramEdge, DiagramGroup, DiagramNode } from './types.ts'

interface Arrow {
  readonly from: string
  readonly to: string
  readonly label: string
}

const OUTSIDERS: Readonly<Record<Outsider, Pick<DiagramNode, 'title' | 'lines' | 'kind'>>> = {
  internet: { kind: 'users', title: 'Internet', lines: [] },
  operators: { kind: 'users', title: 'Operators', lines: [] },
  clients: { kind: 'users', title: 'Named networks', lines: [] },
  lms: { kind: 'database', title: 'LMS database', lines: ['read replica'] },
}

const isOutsider = (name: string): name is Outsider => Object.hasOwn(OUTSIDERS, name)

const allowed = (stack: SynthesisedStack, boxes: readonly Box[]): readonly Arrow[] => {
  const members = (end: string): readonly string[] =>
    isOutsider(end)
      ? [end]
      : boxes
          .filter((box) => box.parts.some((part) => part.securityGroups.includes(end)))
          .map((box) => box.node.id)
  return flowsOf(stack).flatMap(({ from, to, ports }) =>
    members(from).flatMap((source) =>
      members(to).map((target) => ({ from: source, to: target, label: ports })),
    ),
  )
}

/** Arrows to the buckets that a resource names, or that a policy of its role allows. */
const stored = (stack: SynthesisedStack, boxes: readonly Box[]): readonly Arrow[] => {
  const buckets = new Map(
    boxes.flatMap((box) =>
      box.parts
        .filter((part) => part.resource.type === 'aws_s3_bucket')
        .map((part) => [part.address, box.node.id]),
    ),
  )
  return boxes.flatMap((box) =>
    box.parts
      .filter((part) => part.resource.type !== 'aws_s3_bucket' && part.resource.type !== 'aws_iam_role')
      .flatMap((part) => addressesNamed(foldedInto(stack, part.resource), 'aws_s3_bucket'))
      .flatMap((address) => {
        const to = buckets.get(address)
        return to === undefined ? [] : [{ from: box.node.id, to, label: '' }]
      }),
  )
}

const MOST_PORTS = 3

const byNumber = (a: string, b: string): number =>
  Number.parseInt(a, 10) - Number.parseInt(b, 10) || a.localeCompare(b)

const labelOf = (labels: ReadonlySet<string>): string => {
  const known = [...labels].filter((label) => label !== '').sort(byNumber)
  if (known.includes('all')) return 'all'
  const rest = known.length - MOST_PORTS
  return rest > 0 ? `${known.slice(0, MOST_PORTS).join(', ')} +${rest}` : known.join(', ')
}

/** One arrow for each pair, with all ports. */
const merged = (arrows: readonly Arrow[]): readonly DiagramEdge[] => {
  const pairs = new Map<string, { from: string; to: string; labels: Set<string> }>()
  for (const { from, to, label } of arrows) {
    const key = `${from} ${to}`
    const pair = pairs.get(key) ?? { from, to, labels: new Set<string>() }
    pair.labels.add(label)
    pairs.set(key, pair)
  }
  return [...pairs.values()].map(({ from, to, labels }) => ({ from, to, label: labelOf(labels) }))
}

/** Where every member of a cluster has an arrow to the same end, the cluster has one arrow. Inner arrows are left out. */
const lifted = (arrows: readonly Arrow[], boxes: readonly Box[]): readonly Arrow[] => {
  const clusterOf = new Map(
    boxes.flatMap(({ node }) =>
      node.parent?.startsWith('cluster-') ? [[node.id, node.parent] as const] : [],
    ),
  )
  const sizeOf = (cluster: string): number => [...clusterOf.values()].filter((one) => one === cluster).length
  const lift = (all: readonly Arrow[], end: 'from' | 'to', other: 'from' | 'to'): readonly Arrow[] =>
    all.map((arrow) => {
      const cluster = clusterOf.get(arrow[end])
      if (cluster === undefined) return arrow
      const siblings = all.filter((one) => one[other] === arrow[other] && clusterOf.get(one[end]) === cluster)
      return new Set(siblings.map((one) => one[end])).size < sizeOf(cluster)
        ? arrow
        : { ...arrow, [end]: cluster }
    })
  const outer = arrows.filter(
    ({ from, to }) => clusterOf.get(from) === undefined || clusterOf.get(from) !== clusterOf.get(to),
  )
  return lift(lift(outer, 'from', 'to'), 'to', 'from')
}

/** Where operators reach every host of a kind of subnet, one arrow leads to the subnets. */
const gathered = (
  arrows: readonly Arrow[],
  boxes: readonly Box[],
  groups: readonly DiagramGroup[],
): readonly Arrow[] => {
  const parents = new Map(groups.map((group) => [group.id, group.parent]))
  const clusterOrTier = (box: Box): readonly string[] =>
    [box.node.parent, parents.get(box.node.parent ?? '')].filter((id) => id !== undefined)
  const whole = ['public', 'private'].flatMap((tier) => {
    const hosts = boxes.filter((box) => box.node.kind === 'compute' && clusterOrTier(box).includes(tier))
    const reached = hosts.filter((box) =>
      arrows.some(
        ({ from, to }) => from === 'operators' && (to === box.node.id || clusterOrTier(box).includes(to)),
      ),
    )
    return hosts.length > 1 && reached.length === hosts.length ? [{ tier, hosts }] : []
  })
  return arrows.map((arrow) => {
    const at = whole.find(({ hosts }) =>
      hosts.some((box) => arrow.to === box.node.id || arrow.to === box.node.parent),
    )
    return arrow.from === 'operators' && at !== undefined ? { ...arrow, to: at.tier } : arrow
  })
}

/** The arrows of a diagram, and the outsiders at their ends. */
export const edgesOf = (
  stack: SynthesisedStack,
  boxes: readonly Box[],
  groups: readonly DiagramGroup[],
): { readonly edges: readonly DiagramEdge[]; readonly outsiders: readonly DiagramNode[] } => {
  const arrows = lifted([...allowed(stack, boxes), ...stored(stack, boxes)], boxes)
  const edges = merged(gathered(arrows, boxes, groups))
  const ends = new Set(edges.flatMap(({ from, to }) => [from, to]))
  const outsiders = Object.entries(OUTSIDERS)
    .filter(([id]) => ends.has(id))
    .map(([id, caption]) => ({ id, ...caption, addresses: [] }))
  return { edges, outsiders }
}
