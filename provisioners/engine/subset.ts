import { orderedNodes } from './graph.ts'
import type { Desired, Ref, Resource } from './types.ts'

/**
 * Some of the desired resources, in the same order. Where resources between two kept ones are left out, the later
 * one still waits for the earlier. Pure. Throws what `makePlan` throws for an invalid graph.
 */
export function subsetOf(desired: Desired, keep: ReadonlySet<Ref>): Desired {
  /** For each resource, the kept ones that come before it. A kept resource stands for itself. */
  const nearest = new Map<Ref, readonly Ref[]>()
  const subset: Record<string, Resource[]> = {}
  for (const { ref, host, resource, after } of orderedNodes(desired)) {
    const before = [...new Set(after.flatMap((each) => nearest.get(each) ?? []))]
    nearest.set(ref, keep.has(ref) ? [ref] : before)
    if (!keep.has(ref)) continue
    subset[host] ??= []
    subset[host]?.push({ ...resource, after: before } as Resource)
  }
  return subset
}
