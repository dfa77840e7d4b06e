import type { Diagram, DiagramEdge, DiagramNode } from './types.ts'

const quoted = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`

const shapeOf = (node: DiagramNode): string => {
  const label = quoted([`<b>${node.title}</b>`, ...node.lines].join('<br>'))
  if (node.kind === 'database') return `${node.id}[(${label})]`
  if (node.kind === 'users') return `${node.id}([${label}])`
  return `${node.id}[${label}]`
}

const arrowOf = ({ from, to, label }: DiagramEdge): string =>
  label === '' ? `${from} --> ${to}` : `${from} -->|${quoted(label)}| ${to}`

/** The diagram as a Mermaid flowchart, which GitHub and others draw in Markdown pages. */
export const mermaidOf = (diagram: Diagram): string => {
  const inside = (parent: string | undefined, indent: string): string[] => [
    ...diagram.nodes.filter((node) => node.parent === parent).map((node) => indent + shapeOf(node)),
    ...diagram.groups
      .filter((group) => group.parent === parent)
      .flatMap((group) => [
        `${indent}subgraph ${group.id}[${quoted(group.title)}]`,
        ...inside(group.id, `${indent}  `),
        `${indent}end`,
      ]),
  ]
  return [
    'flowchart LR',
    ...inside(undefined, '  '),
    ...diagram.edges.map((edge) => `  ${arrowOf(edge)}`),
    '',
  ].join('\n')
}
