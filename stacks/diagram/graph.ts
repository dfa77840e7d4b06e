import type { SynthesisedStack } from '../terraform/synthesised.ts'
import { edgesOf } from './edges.ts'
import { foldedInto } from './fold.ts'
import { type Part, partsOf } from './parts.ts'
import { tiersOf, zonesOf } from './subnets.ts'
import type { Diagram, DiagramGroup, DiagramNode } from './types.ts'

/** A box and its parts. */
export interface Box {
  readonly node: DiagramNode
  readonly parts: readonly Part[]
}

const slug = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

const OUTSIDE_VPC = new Set([
  'aws_cloudwatch_log_group',
  'aws_iam_role',
  'aws_kms_key',
  'aws_s3_bucket',
  'aws_secretsmanager_secret',
])

interface Grouping {
  readonly groups: readonly DiagramGroup[]
  /** Id of the group of a part. */
  readonly of: (part: Part) => string
}

const vpcTitle = (stack: SynthesisedStack): string => {
  const [own] = stack.of('aws_vpc')
  if (own !== undefined) return `VPC ${own.body.cidr_block ?? ''}`.trim()
  const ids = stack.of('aws_security_group').map((group) => String(group.body.vpc_id ?? ''))
  const given = ids.find((id) => id.startsWith('vpc-'))
  return given === undefined ? 'Existing VPC' : `Existing VPC ${given}`
}

const groupingOf = (stack: SynthesisedStack, parts: readonly Part[]): Grouping => {
  const tierOf = tiersOf(stack)
  const outer = (part: Part): string => {
    if (OUTSIDE_VPC.has(part.resource.type)) return 'region'
    return tierOf(foldedInto(stack, part.resource)) ?? 'vpc'
  }
  const clusterId = (part: Part): string => `cluster-${slug(part.cluster ?? '')}`
  const of = (part: Part): string => (part.cluster === undefined ? outer(part) : clusterId(part))
  const clusters = new Map<string, DiagramGroup>()
  for (const part of parts) {
    if (part.cluster === undefined) continue
    const id = clusterId(part)
    clusters.set(id, { id, kind: 'cluster', title: part.cluster, parent: outer(part) })
  }
  const tiers = (['public', 'private'] as const)
    .filter((tier) => parts.some((part) => outer(part) === tier))
    .map((tier): DiagramGroup => {
      const zones = zonesOf(stack, tier)
      const title = `${tier === 'public' ? 'Public' : 'Private'} subnet${zones.length === 1 ? '' : 's'}`
      return { id: tier, kind: tier, title: [title, ...zones].join(' · '), parent: 'vpc' }
    })
  const inVpc = parts.some((part) => !OUTSIDE_VPC.has(part.resource.type))
  const vpc: DiagramGroup = { id: 'vpc', kind: 'vpc', title: vpcTitle(stack), parent: 'region' }
  const region: DiagramGroup = { id: 'region', kind: 'region', title: `AWS ${stack.region}`.trim() }
  return { groups: [region, ...(inVpc ? [vpc] : []), ...tiers, ...clusters.values()], of }
}

/** Equal parts of a group share a box with their number; `joined` parts share a box with all their lines. */
const boxesOf = (parts: readonly Part[], grouping: Grouping): readonly Box[] => {
  const keyed = new Map<string, Part[]>()
  for (const part of parts) {
    const { joined, title, lines } = part.caption
    const key = JSON.stringify([grouping.of(part), joined ?? [title, lines]])
    keyed.set(key, [...(keyed.get(key) ?? []), part])
  }
  const taken = new Map<string, number>()
  return [...keyed.values()].map((members) => {
    const [first] = members as [Part]
    const { caption } = first
    const base = slug(
      `${caption.title} ${caption.joined === undefined ? (caption.lines[0] ?? '') : ''}`,
    ).replace(/-+$/, '')
    const nth = (taken.get(base) ?? 0) + 1
    taken.set(base, nth)
    const counted = caption.joined === undefined && members.length > 1
    const lines = caption.joined === undefined ? caption.lines : members.flatMap((part) => part.caption.lines)
    const node: DiagramNode = {
      id: nth === 1 ? base : `${base}-${nth}`,
      kind: caption.kind,
      title: counted ? `${caption.title} × ${members.length}` : caption.title,
      lines: [...new Set(lines)],
      parent: grouping.of(first),
      addresses: members.map((part) => part.address),
    }
    return { node, parts: members }
  })
}

/**
 * The diagram of a synthesised stack: what runs, in which subnets, and the allowed connections. Rules, roles,
 * attachments and policies are folded into the resources that use them.
 */
export const diagramOf = (stack: SynthesisedStack): Diagram => {
  const parts = partsOf(stack)
  const grouping = groupingOf(stack, parts)
  const boxes = boxesOf(parts, grouping)
  const { edges, outsiders } = edgesOf(stack, boxes, grouping.groups)
  return {
    title: stack.id,
    groups: grouping.groups,
    nodes: [...outsiders, ...boxes.map((box) => box.node)],
    edges,
  }
}
