import { LABEL_SIZE, type Layout, LINE_HEIGHT, LINE_SIZE, PADDING, type Point, TITLE_SIZE } from './layout.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter)

/** Colours for the light and the dark scheme. The diagram has its own background, since it may be on any page. */
const STYLE = `
  .background { fill: #ffffff } text { fill: #1f2933; font-family: Helvetica, Arial, "Liberation Sans", sans-serif }
  .group { fill: none; stroke: #7b8794; stroke-width: 1.2 } .region { stroke-dasharray: 6 4 }
  .vpc { stroke: #6b46c1 } .public { stroke: #2f855a; fill: #2f855a12 } .private { stroke: #2b6cb0; fill: #2b6cb012 }
  .cluster { stroke-dasharray: 3 3 } .head { font-weight: bold; font-size: ${LINE_SIZE}px }
  .node { fill: #f8fafc; stroke: #52606d; stroke-width: 1.2 } .title { font-weight: bold; font-size: ${TITLE_SIZE}px }
  .line { font-size: ${LINE_SIZE}px } .label { font-size: ${LABEL_SIZE}px }
  .compute { stroke: #c05621 } .balancer { stroke: #6b46c1 } .database { stroke: #2b6cb0 } .storage { stroke: #2f855a }
  .security { stroke: #c53030 } .arrow { fill: none; stroke: #52606d; stroke-width: 1.2 } .tip { fill: #52606d }
  @media (prefers-color-scheme: dark) {
    .background { fill: #12181f } text { fill: #e4e7eb } .node { fill: #1f2933 } .group { stroke: #9aa5b1 }
    .arrow { stroke: #cbd2d9 } .tip { fill: #cbd2d9 } .compute { stroke: #f6ad55 } .security { stroke: #fc8181 }
    .balancer, .vpc { stroke: #b794f4 } .database, .private { stroke: #63b3ed } .storage, .public { stroke: #68d391 }
  }
`

const rect = (
  frame: { x: number; y: number; width: number; height: number },
  cls: string,
  radius: number,
): string =>
  `<rect class="${cls}" x="${frame.x}" y="${frame.y}" width="${frame.width}" height="${frame.height}" rx="${radius}"/>`

const textElement = (x: number, y: number, cls: string, text: string): string =>
  `<text class="${cls}" x="${x}" y="${y}">${escaped(text)}</text>`

const groupSvg = (group: Layout['groups'][number]): string =>
  `<g id="group-${group.id}">${rect(group, `group ${group.kind}`, 8)}${textElement(group.x + PADDING, group.y + 22, 'head', group.title)}</g>`

const nodeSvg = (node: Layout['nodes'][number]): string => {
  const x = node.x + PADDING
  const first = node.y + PADDING + TITLE_SIZE - 1
  const addresses = node.addresses.length === 0 ? '' : `<title>${escaped(node.addresses.join('\n'))}</title>`
  const lines = node.lines.map((line, i) => textElement(x, first + LINE_HEIGHT * (i + 1), 'line', line))
  const radius = node.kind === 'users' ? node.height / 2 : 5
  return `<g id="node-${node.id}">${addresses}${rect(node, `node ${node.kind}`, radius)}${textElement(x, first, 'title', node.title)}${lines.join('')}</g>`
}

const pathOf = (points: readonly Point[]): string =>
  points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join(' ')

const edgeSvg = (edge: Layout['edges'][number]): string => {
  const label =
    edge.at === undefined ? '' : textElement(edge.at.x + 3, edge.at.y + LABEL_SIZE, 'label', edge.label)
  return `<g class="edge"><path class="arrow" marker-end="url(#tip)" d="${pathOf(edge.points)}"/>${label}</g>`
}

/** The diagram as a self-contained SVG: no script, no external resource, readable on light and dark pages. */
export const svgOf = (title: string, layout: Layout): string => {
  const size = `width="${layout.width}" height="${layout.height}" viewBox="0 0 ${layout.width} ${layout.height}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" ${size}>`,
    `<title>${escaped(title)}</title><style>${STYLE}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto">',
    '<path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
    `<rect class="background" width="${layout.width}" height="${layout.height}"/>`,
    ...layout.groups.map(groupSvg),
    ...layout.edges.map(edgeSvg),
    ...layout.nodes.map(nodeSvg),
    '</svg>',
    '',
  ].join('\n')
}
