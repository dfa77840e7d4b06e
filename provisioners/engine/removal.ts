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
  /** Which recorded resources this plan may remove; all when absent. A partial plan considers only its own part. */
  readonly considers?: (recorded: Recorded, host: string) => boolean
  /** Resources that count as recorded, by host. For hosts that were set up before Howdah kept a record. */
  readonly adopt?: Readonly<Record<string, readonly Recorded[]>>
  readonly data?: boolean
  readonly whole?: boolean
}

/** The desired resources together with the removals, ready for `makePlan`. */
export interface WithRemovals {
  readonly desired: Desired
  readonly observed: Observed
  readonly left: readonly Left[]
  readonly warnings: readonly string[]
}

type Removed = Extract<Removal, { readonly kind: 'remove' }>

/** The recorded resources of one host, sorted by what happens to them. */
interface Sorted {
  readonly removals: readonly { readonly recorded: Recorded; readonly removal: Removed }[]
  readonly left: readonly Left[]
  readonly held: readonly string[]
  readonly add: readonly string[]
  readonly drop: readonly string[]
}

/**
 * Adds the removals to the desired resources: what is on a host's record and is no longer wanted.
 * Pure. A host without a record gets one, with everything that exists and is wanted.
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
  const sorted = unwanted
    .filter(({ id }) => !absent.has(id))
    .map((recorded) => ({ recorded, removal: removalOf(recorded, context, lines, registry) }))
  const held = sorted.flatMap(({ removal }) => (removal?.kind === 'held' ? [removal] : []))
  const present = new Set(record.map(recordLine))
  const missing = [...lines.values()].filter(({ line, id }) => !present.has(line) && !changes(id))
  const marked = sorted.filter(({ removal }) => removal?.kind === 'left')
  const isNew = ({ recorded }: { readonly recorded: Recorded }): boolean => recorded.left !== true
  return {
    removals: sorted.flatMap(({ recorded, removal }) =>
      // While one unit must keep running, everything that it may need stays, above all its files. Other units may stop.
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
      ...sorted.flatMap(({ recorded, removal }) => (removal === undefined ? [recordLine(recorded)] : [])),
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

/** Recorded lines of wanted resources that must be replaced: they have another component, or are marked as left. */
const stale = (record: readonly Recorded[], lines: WantedLines): string[] =>
  record.flatMap((one) => {
    const wanted = lines.get(recordKey(one))
    const line = recordLine(one)
    return wanted === undefined || wanted.line === line ? [] : [line]
  })

/** How one recorded resource is removed; undefined when another resource has its path, so that only its line is removed. */
function removalOf(
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

/** The step that updates the record where no other step does; none when the record is right. */
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
 * Removals in a safe order. Units stop first. Then files are removed, the newest first, after the remaining units
 * have been restarted without them. Then directories, each after its contents, and accounts.
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
