import { type ErrorCode, HowdahError } from '../errors.ts'
import { refOf, resolveRef } from './refs.ts'
import { ARCHIVE_MARKER, type CoreResource, type Desired, type Ref, type Resource } from './types.ts'

/** A resource with what must come before it. */
export interface Node {
  readonly ref: Ref
  readonly host: string
  readonly resource: Resource
  readonly after: readonly Ref[]
}

/**
 * All resources in an order that respects `after`: by host, then as declared, unless something must come earlier.
 * Throws PLAN_TWICE, PLAN_DANGLING and PLAN_CYCLE, which name the refs.
 */
export function orderedNodes(desired: Desired): Node[] {
  const nodes = collect(desired)
  for (const node of nodes.values()) {
    const lost = node.after.find((ref) => !nodes.has(ref))
    if (lost !== undefined) {
      throw wrong('PLAN_DANGLING', `${node.ref} comes after ${lost}, which nothing declares`, lost)
    }
  }
  return sort(nodes)
}

function collect(desired: Desired): Map<Ref, Node> {
  const nodes = new Map<Ref, Node>()
  for (const [host, resources] of Object.entries(desired)) {
    const makers = makersOf(resources as readonly CoreResource[])
    for (const resource of resources) {
      const ref = refOf(host, resource.id)
      if (nodes.has(ref)) throw wrong('PLAN_TWICE', `${ref} is declared twice`, ref)
      const said = (resource.after ?? []).map((after) => resolveRef(host, after))
      const implied = impliedAfter(resource as CoreResource, makers).map((id) => refOf(host, id))
      nodes.set(ref, { ref, host, resource, after: [...new Set([...said, ...implied])] })
    }
  }
  return nodes
}

/** The resource of a host that makes each path. */
function makersOf(resources: readonly CoreResource[]): Map<string, string> {
  const makers = new Map<string, string>()
  for (const resource of resources) {
    if (resource.type === 'file' || resource.type === 'symlink') makers.set(resource.path, resource.id)
    if (resource.type === 'archive') makers.set(`${resource.path}/${ARCHIVE_MARKER}`, resource.id)
  }
  return makers
}

/** A unit comes after the resources that make the files it reads, and the links to them; else it starts with old files. */
function impliedAfter(resource: CoreResource, makers: ReadonlyMap<string, string>): string[] {
  if (resource.type !== 'unit') return []
  const ids: string[] = []
  for (const path of resource.effective) {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const id = makers.get(path.slice(0, end))
      if (id !== undefined) ids.push(id)
    }
  }
  return ids
}

/** Depth first, without recursion: a chain may be longer than the stack. */
function sort(nodes: ReadonlyMap<Ref, Node>): Node[] {
  const done = new Set<Ref>()
  const order: Node[] = []
  for (const root of nodes.values()) {
    const path: { node: Node; next: number }[] = done.has(root.ref) ? [] : [{ node: root, next: 0 }]
    const open = new Set<Ref>([root.ref])
    while (path.length > 0) {
      const top = path[path.length - 1] as { node: Node; next: number }
      const ref = top.node.after[top.next++]
      if (ref === undefined) {
        path.pop()
        open.delete(top.node.ref)
        done.add(top.node.ref)
        order.push(top.node)
      } else if (open.has(ref)) {
        throw ring(
          path.map(({ node }) => node.ref),
          ref,
        )
      } else if (!done.has(ref)) {
        open.add(ref)
        path.push({ node: nodes.get(ref) as Node, next: 0 })
      }
    }
  }
  return order
}

function ring(path: readonly Ref[], closing: Ref): HowdahError {
  const words = [...path.slice(path.indexOf(closing)), closing].join(' → ')
  return wrong('PLAN_CYCLE', `these wait for each other: ${words}`, words)
}

const wrong = (code: ErrorCode, message: string, found: string): HowdahError =>
  new HowdahError({ code, exit: 'unexpected', message, found })
