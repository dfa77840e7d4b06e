import type { Registry } from '../registry.ts'
import { detail } from '../resources/leave.ts'
import type { RemovalResource } from '../resources/removal.ts'
import type { Resource } from '../types.ts'
import { recordLine } from './record.ts'
import type { Removed, Sorted } from './sort.ts'

interface Ordered {
  readonly stops: readonly RemovalResource[]
  readonly rest: readonly RemovalResource[]
  readonly all: readonly RemovalResource[]
}

const stopsFirst = (registry: Registry, { type }: Resource): boolean =>
  registry.of({ type } as Resource).runs === true

/**
 * Removals in a safe order. Units stop first. Then files are removed, the newest first, after the remaining units
 * have been restarted without them. Then directories, each after its contents, and accounts.
 */
export function inOrder(
  removals: Sorted['removals'],
  wanted: readonly Resource[],
  registry: Registry,
): Ordered {
  const taken = new Set(wanted.map(({ id }) => id))
  const named = [...removals].reverse().map(({ recorded, removal }) => {
    const id = freeId(recorded.id, taken)
    taken.add(id)
    return { id, path: detail(recorded, 'path'), recorded, removal }
  })
  const of = (stage: Removed['stage']) => named.filter(({ removal }) => removal.stage === stage)
  const stopIds = of('stop').map(({ id }) => id)
  const running = wanted.filter((one) => stopsFirst(registry, one)).map(({ id }) => id)
  const files = of('files')
  // A path is longer than the path of its directory.
  const last = of('last').sort((a, b) => b.path.length - a.path.length)
  const make = ({ id, recorded, removal }: (typeof named)[0], after: readonly string[]): RemovalResource => ({
    ...{ type: 'x-removal', id, component: recorded.component, after, line: recordLine(recorded) },
    ...{ title: removal.title, reason: removal.reason, script: removal.script },
    seconds: removal.seconds ?? 600,
  })
  const within = (path: string): string[] =>
    [...files, ...last].filter((one) => one.path.startsWith(`${path}/`)).map(({ id }) => id)
  const before = (path: string): string[] => (path === '' ? files.map(({ id }) => id) : within(path))
  const stops = of('stop').map((one) => make(one, []))
  const rest = [
    ...files.map((one) => make(one, [...stopIds, ...running])),
    ...last.map((one) => make(one, [...stopIds, ...running, ...before(one.path)])),
  ]
  return { stops, rest, all: [...stops, ...rest] }
}

/** Two versions of one archive have the same id, so the removal of the older one needs another id. */
function freeId(id: string, taken: ReadonlySet<string>): string {
  let free = id
  for (let n = 1; taken.has(free); n++) free = `old${n === 1 ? '' : `-${n}`}-${id}`
  return free
}

/** Units start after unwanted ones have stopped: both may need the same port, or the same memory. */
export const afterStops = (
  wanted: readonly Resource[],
  stops: readonly RemovalResource[],
  registry: Registry,
): readonly Resource[] =>
  stops.length === 0
    ? wanted
    : wanted.map((one) =>
        stopsFirst(registry, one)
          ? { ...one, after: [...(one.after ?? []), ...stops.map(({ id }) => id)] }
          : one,
      )
