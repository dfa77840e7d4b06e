import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { diagramOf } from '../../../stacks/diagram/graph.ts'
import { computeLayout, type Frame, LINE_SIZE, TITLE_SIZE } from '../../../stacks/diagram/layout.ts'
import { widthOf } from '../../../stacks/diagram/measure.ts'
import { svgOf } from '../../../stacks/diagram/svg.ts'
import { parseStack } from '../../../stacks/terraform/synthesised.ts'
import { PICTURED } from '../support/pictured.ts'

const picture = diagramOf(parseStack('t', PICTURED))
const layout = await computeLayout(picture)
const svg = svgOf('t', layout)

const overlap = (a: Frame, b: Frame): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

const within = (inner: Frame, outer: Frame): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

const pairsOf = <T>(all: readonly T[]): [T, T][] =>
  all.flatMap((a, i) => all.slice(i + 1).map((b): [T, T] => [a, b]))

describe('the drawing', () => {
  it('is valid XML, with every box and frame once', () => {
    expect(XMLValidator.validate(svg)).toBe(true)
    for (const node of picture.nodes) expect(svg.split(`id="node-${node.id}"`), node.id).toHaveLength(2)
    for (const group of picture.groups) expect(svg.split(`id="group-${group.id}"`), group.id).toHaveLength(2)
    const root = new XMLParser({ ignoreAttributes: false }).parse(svg).svg
    expect(root['@_width']).toBe(String(layout.width))
    expect(svg.match(/class="arrow"/g)).toHaveLength(picture.edges.length)
  })

  it('lets no two boxes overlap', () => {
    for (const [a, b] of pairsOf(layout.nodes)) expect(overlap(a, b), `${a.id} on ${b.id}`).toBe(false)
  })

  it('keeps every box and frame inside the frame around it, below its title, and boxes out of other frames', () => {
    const frames = new Map(layout.groups.map((group) => [group.id, group]))
    for (const one of [...layout.nodes, ...layout.groups]) {
      const around = one.parent === undefined ? undefined : frames.get(one.parent)
      if (around === undefined) expect(within(one, { x: 0, y: 0, ...layout })).toBe(true)
      else expect(within(one, { ...around, y: around.y + 30, height: around.height - 30 }), one.id).toBe(true)
    }
    for (const [a, b] of pairsOf(layout.groups.filter((group) => group.parent === 'vpc')))
      expect(overlap(a, b)).toBe(false)
  })

  it('keeps every text inside its box', () => {
    for (const node of layout.nodes) {
      const widest = Math.max(
        widthOf(node.title, TITLE_SIZE, true),
        ...node.lines.map((line) => widthOf(line, LINE_SIZE)),
      )
      expect(node.width, node.id).toBeGreaterThanOrEqual(widest + 16)
    }
    for (const group of layout.groups)
      expect(group.width, group.id).toBeGreaterThanOrEqual(widthOf(group.title, LINE_SIZE, true) + 16)
  })

  it('begins and ends every arrow at its boxes, and leads none through another box', () => {
    const frames = new Map<string, Frame>([...layout.nodes, ...layout.groups].map((one) => [one.id, one]))
    const touches = ({ x, y }: { x: number; y: number }, frame: Frame | undefined): boolean =>
      frame !== undefined && within({ x, y, width: 0, height: 0 }, frame)
    for (const edge of layout.edges) {
      expect(touches(edge.points[0] ?? { x: -1, y: -1 }, frames.get(edge.from)), edge.from).toBe(true)
      expect(touches(edge.points.at(-1) ?? { x: -1, y: -1 }, frames.get(edge.to)), edge.to).toBe(true)
      edge.points.slice(1).forEach((to, i) => {
        const from = edge.points[i] ?? to
        const line = {
          x: Math.min(from.x, to.x),
          y: Math.min(from.y, to.y),
          width: Math.abs(from.x - to.x),
          height: Math.abs(from.y - to.y),
        }
        const crossed = layout.nodes.filter(
          (node) => ![edge.from, edge.to].includes(node.id) && overlap(line, node),
        )
        expect(
          crossed.map((node) => node.id),
          `${edge.from} to ${edge.to}`,
        ).toEqual([])
      })
    }
  })

  it('keeps labels off boxes and off each other', () => {
    const labels = layout.edges.flatMap((edge) => (edge.at === undefined ? [] : [edge.at]))
    expect(labels.length).toBeGreaterThan(5)
    for (const [a, b] of pairsOf(labels)) expect(overlap(a, b)).toBe(false)
    for (const label of labels)
      expect(layout.nodes.filter((node) => overlap(node, label)).map((node) => node.id)).toEqual([])
  })

  it('is the same each time, and names nothing outside itself', async () => {
    expect(svgOf('t', await computeLayout(picture))).toBe(svg)
    expect(svg).not.toMatch(/<script|href=|@import|url\((?!#)/)
  })

  it('writes what XML would take for its own as text', async () => {
    const strange = {
      ...picture,
      edges: [],
      groups: [],
      nodes: [
        {
          ...picture.nodes[0],
          id: 'a',
          kind: 'storage' as const,
          title: 'a<b>&"c"',
          lines: [],
          addresses: ['x<y'],
        },
      ],
    }
    const text = svgOf('<t>', await computeLayout(strange))
    expect(XMLValidator.validate(text)).toBe(true)
    expect(text).toContain('a&lt;b&gt;&amp;&quot;c&quot;')
  })
})
