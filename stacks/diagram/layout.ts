import elk, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk.bundled.js'
import { widthOf } from './measure.ts'
import type { Diagram, DiagramEdge, DiagramGroup, DiagramNode } from './types.ts'

export interface Frame {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** The position of everything in a diagram, in pixels from its upper left corner. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly groups: readonly (DiagramGroup & Frame)[]
  readonly nodes: readonly (DiagramNode & Frame)[]
  readonly edges: readonly (DiagramEdge & { readonly points: readonly Point[]; readonly at?: Frame })[]
}

export const TITLE_SIZE = 14
export const LINE_SIZE = 12
export const LABEL_SIZE = 11
export const LINE_HEIGHT = 17
export const PADDING = 12
const GROUP_HEAD = 34

const OPTIONS: Readonly<Record<string, string>> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '48',
  'elk.layered.spacing.edgeNodeBetweenLayers': '18',
  'elk.edgeLabels.inline': 'false',
  'elk.padding': `[top=${PADDING * 2},left=${PADDING * 2},bottom=${PADDING * 2},right=${PADDING * 2}]`,
}

const INSIDE = {
  'elk.padding': `[top=${GROUP_HEAD + PADDING},left=${PADDING * 1.5},bottom=${PADDING * 1.5},right=${PADDING * 1.5}]`,
}

const boxOf = (node: DiagramNode): ElkNode => ({
  id: node.id,
  width:
    2 * PADDING +
    Math.max(widthOf(node.title, TITLE_SIZE, true), ...node.lines.map((line) => widthOf(line, LINE_SIZE))),
  height: 2 * PADDING + LINE_HEIGHT * (1 + node.lines.length),
})

const elkOf = (diagram: Diagram, parent?: string): ElkNode[] => [
  ...diagram.nodes.filter((node) => node.parent === parent).map(boxOf),
  ...diagram.groups
    .filter((group) => group.parent === parent)
    .map((group) => ({
      id: group.id,
      children: elkOf(diagram, group.id),
      layoutOptions: {
        ...INSIDE,
        'elk.nodeSize.constraints': 'MINIMUM_SIZE',
        'elk.nodeSize.minimum': `(${widthOf(group.title, LINE_SIZE, true) + 2 * PADDING}, 0)`,
      },
    })),
]

const edgeOf = (edge: DiagramEdge, index: number): ElkExtendedEdge => ({
  id: `edge-${index}`,
  sources: [edge.from],
  targets: [edge.to],
  labels:
    edge.label === ''
      ? []
      : [{ text: edge.label, width: widthOf(edge.label, LABEL_SIZE) + 6, height: LABEL_SIZE + 5 }],
})

const framesIn = (node: ElkNode): readonly [string, Frame][] => [
  [node.id, { x: node.x ?? 0, y: node.y ?? 0, width: node.width ?? 0, height: node.height ?? 0 }],
  ...(node.children ?? []).flatMap(framesIn),
]

const edgesIn = (node: ElkNode): readonly ElkExtendedEdge[] => [
  ...(node.edges ?? []),
  ...(node.children ?? []).flatMap(edgesIn),
]

const pointsOf = (edge: ElkExtendedEdge | undefined): readonly Point[] =>
  (edge?.sections ?? []).flatMap((section) => [
    section.startPoint,
    ...(section.bendPoints ?? []),
    section.endPoint,
  ])

/** Places the boxes in layers from left to right, groups around their members, arrows around the boxes. */
export const computeLayout = async (diagram: Diagram): Promise<Layout> => {
  const picture: ElkNode = {
    id: 'picture',
    layoutOptions: OPTIONS,
    children: elkOf(diagram),
    edges: diagram.edges.map(edgeOf),
  }
  const root = await new elk.default().layout(picture)
  const frames = new Map(framesIn(root))
  const routed = new Map(edgesIn(root).map((edge) => [edge.id, edge]))
  const frameOf = (id: string): Frame => frames.get(id) ?? { x: 0, y: 0, width: 0, height: 0 }
  return {
    width: Math.ceil(root.width ?? 0),
    height: Math.ceil(root.height ?? 0),
    groups: diagram.groups.map((group) => ({ ...group, ...frameOf(group.id) })),
    nodes: diagram.nodes.map((node) => ({ ...node, ...frameOf(node.id) })),
    edges: diagram.edges.map((edge, index) => {
      const found = routed.get(`edge-${index}`)
      const label = found?.labels?.[0]
      const at = label && {
        x: label.x ?? 0,
        y: label.y ?? 0,
        width: label.width ?? 0,
        height: label.height ?? 0,
      }
      return { ...edge, points: pointsOf(found), ...(at === undefined ? {} : { at }) }
    }),
  }
}
