import { changesOf } from './changes.ts'
import { isAbsent, recordedOf, recordKey, recordLine } from './record.ts'
import type { Registry } from './registry.ts'
import { detail } from './resources/leave.ts'
import { RECORD_ID, type RecordResource, type RemovalResource, STILL_RECORDED } from './resources/removal.ts'
import type {
  Desired,
  HostObserved,
  Left,
  Observed,
  Recorded,
  Removal,
  RemovalContext,
  Resource,
  State,
} from './types.ts'

export interface RemovalInput {
  readonly desired: Desired
  readonly observed: Observed
  readonly registry: Registry
  /** Which recorded resources this plan may remove; all when absent. A partial plan considers its own part alone. */
  readonly considers?: (recorded: Recorded, host: string) => boolean
  /** Resources that count as recorded, by host: those of a host that was set up before there was a record. */
  readonly adopt?: Readonly<Record<string, readonly Recorded[]>>
  readonly data?: boolean
  readonly whole?: boolean
}

/** What is desired with the removals that it calls for: ready to be planned like anything else. */
export interface WithRemovals {
  readonly desired: Desired
  readonly observed: Observed
  readonly left: readonly Left[]
  readonly warnings: readonly string[]
}

type Removed = Extract<Removal, { readonly kind: 'remove' }>

/** What becomes of the record of one host. */
interface Sorted {
  readonly removals: readonly { readonly recorded: Recorded; readonly removal: Removed }[]
  readonly left: readonly Left[]
  readonly held: readonly string[]
  readonly add: readonly string[]
  readonly drop: readonly string[]
}

/**
 * Adds to what is desired what has to be removed: the resources on each host's record that nothing wants any more.
 * Pure. A host without a record gets one, with all that is there and wanted.
 */
export function withRemovals(input: RemovalInput): WithRemovals {
  const changed = new Set(changesOf(input.desired, input.observed, input.registry).keys())
  const desired: Record<string, readonly Resource[]> = { ...input.desired }
  const observed: Record<string, HostObserved> = { ...input.observed }
  const left: Left[] = []
  const warnings: string[] = []
  for (const [host, found] of Object.entries(input.observed)) {
    if (found.record === undefined) continue
    const wanted = input.desired[host] ?? []
    const adopted = notIn(found.record, input.adopt?.[host] ?? [])
    const known = [...found.record, ...adopted]
    const sorted = sortRecord(input, host, known, (id) => changed.has(`${host}!${id}`))
    const removals = inOrder(sorted.removals, wanted, input.registry)
    const record = recordStep(found.record, adopted, sorted)
    const made = [...record, ...removals.all] as readonly Resource[]
    left.push(...sorted.left)
    warnings.push(...sorted.held)
    if (made.length === 0) continue
    desired[host] = [
      ...record,
      ...removals.stops,
      ...afterStops(wanted, removals.stops, input.registry),
      ...removals.rest,
    ] as readonly Resource[]
    const states: Record<string, State> = Object.fromEntries(made.map(({ id }) => [id, STILL_RECORDED]))
    observed[host] = { ...found, states: { ...found.states, ...states } }
  }
  return { desired, observed, left, warnings }
}

function notIn(record: readonly Recorded[], more: readonly Recorded[]): Recorded[] {
  const keys = new Set(record.map(recordKey))
  return more.filter((one) => !keys.has(recordKey(one)))
}

function sortRecord(
  input: RemovalInput,
  host: string,
  record: readonly Recorded[],
  changes: (id: string) => boolean,
): Sorted {
  const { registry, considers = () => true } = input
  const wanted = input.desired[host] ?? []
  const context: RemovalContext = {
    ...{ data: input.data ?? false, whole: input.whole ?? false, wanted },
    states: input.observed[host]?.states ?? {},
  }
  const lines = wantedLines(wanted, registry)
  const absent = new Set(wanted.filter((one) => isAbsent(registry, one)).map(({ id }) => id))
  const unwanted = record.filter((one) => considers(one, host) && !lines.has(recordKey(one)))
  const judged = unwanted
    .filter(({ id }) => !absent.has(id))
    .map((recorded) => ({ recorded, removal: judge(recorded, context, lines, registry) }))
  const held = judged.flatMap(({ removal }) => (removal?.kind === 'held' ? [removal] : []))
  const present = new Set(record.map(recordLine))
  const missing = [...lines.values()].filter(({ line, id }) => !present.has(line) && !changes(id))
  const marked = judged.filter(({ removal }) => removal?.kind === 'left')
  const isNew = ({ recorded }: { readonly recorded: Recorded }): boolean => recorded.left !== true
  return {
    removals: judged.flatMap(({ recorded, removal }) =>
      // What a unit that is held needs stays with it: its files above all. Other units may stop.
      removal?.kind === 'remove' && (held.length === 0 || removal.stage === 'stop')
        ? [{ recorded, removal }]
        : [],
    ),
    left: marked.map((one) => leftOf(host, one.recorded, one.removal as Removal, !isNew(one))),
    held: held.map(({ title, reason }) => `${host}: ${title} is no longer wanted and still runs: ${reason}`),
    add: [
      ...missing.map(({ line }) => line),
      ...marked.filter(isNew).map(({ recorded }) => recordLine({ ...recorded, left: true })),
    ],
    drop: [
      ...stale(record, lines),
      ...marked.filter(isNew).map(({ recorded }) => recordLine(recorded)),
      ...judged.flatMap(({ recorded, removal }) => (removal === undefined ? [recordLine(recorded)] : [])),
    ],
  }
}

type WantedLines = ReadonlyMap<string, { readonly id: string; readonly line: string; readonly path: string }>

/** The lines of what is wanted, by key. */
function wantedLines(wanted: readonly Resource[], registry: Registry): WantedLines {
  return new Map(
    wanted.flatMap((resource) => {
      const recorded = isAbsent(registry, resource) ? undefined : recordedOf(registry, resource)
      if (recorded === undefined) return []
      const entry = { id: resource.id, line: recordLine(recorded), path: detail(recorded, 'path') }
      return [[recordKey(recorded), entry] as const]
    }),
  )
}

/** Lines of what is wanted that say it otherwise: of another component, or marked as left. */
const stale = (record: readonly Recorded[], lines: WantedLines): string[] =>
  record.flatMap((one) => {
    const wanted = lines.get(recordKey(one))
    const line = recordLine(one)
    return wanted === undefined || wanted.line === line ? [] : [line]
  })

/** How one recorded resource goes; undefined where another resource has taken its place, so that only its line goes. */
function judge(
  recorded: Recorded,
  context: RemovalContext,
  lines: WantedLines,
  registry: Registry,
): Removal | undefined {
  const title = recorded.id
  const type = registry.find(recorded.type)
  if (type?.remove === undefined) {
    return { kind: 'left', title, reason: `this version of Howdah does not know the type ${recorded.type}` }
  }
  const removal = type.remove(recorded, context)
  const path = detail(recorded, 'path')
  if (removal.kind !== 'remove' || path === '') return removal
  const paths = [...lines.values()].map((wanted) => wanted.path)
  if (paths.includes(path)) return undefined
  const beneath = paths.find((one) => one.startsWith(`${path}/`))
  return beneath === undefined ? removal : { kind: 'left', title: path, reason: `it holds ${beneath}` }
}

const leftOf = (host: string, { id, component }: Recorded, removal: Removal, known: boolean): Left => ({
  ...{ host, id, component, title: removal.title, reason: removal.reason, known },
})

/** The step that brings the record up to date where no other step does; none where it is right. */
function recordStep(
  record: readonly Recorded[],
  adopted: readonly Recorded[],
  sorted: Sorted,
): RecordResource[] {
  const { drop } = sorted
  const add = [...adopted.map(recordLine).filter((line) => !drop.includes(line)), ...sorted.add]
  if (add.length === 0 && drop.length === 0) return []
  const isNew = record.length === 0
  return [{ type: 'x-record', id: RECORD_ID, component: 'record', isNew, add, drop }]
}

interface Ordered {
  readonly stops: readonly RemovalResource[]
  readonly rest: readonly RemovalResource[]
  readonly all: readonly RemovalResource[]
}

const stopsFirst = (registry: Registry, { type }: Resource): boolean =>
  registry.of({ type } as Resource).runs === true

/**
 * Removals in an order that is safe: what runs stops first; then files, the youngest first, when the units that remain
 * have been restarted without them; then directories, each after what lies in it, and accounts.
 */
function inOrder(removals: Sorted['removals'], wanted: readonly Resource[], registry: Registry): Ordered {
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
  // A path is longer than that of the directory that it lies in.
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

/** Two versions of one archive share their id; the removal of the older one needs another. */
function freeId(id: string, taken: ReadonlySet<string>): string {
  let free = id
  for (let n = 1; taken.has(free); n++) free = `old${n === 1 ? '' : `-${n}`}-${id}`
  return free
}

/** What runs starts after what no longer may has stopped: it may want the same port, or the same memory. */
const afterStops = (
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
