import type { Registry } from '../registry.ts'
import { detail } from '../resources/leave.ts'
import type { Desired, Left, Observed, Recorded, Removal, RemovalContext, Resource } from '../types.ts'
import { isAbsent, recordedOf, recordKey, recordLine } from './record.ts'

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

export type Removed = Extract<Removal, { readonly kind: 'remove' }>

/** The recorded resources of one host, sorted by what happens to them. */
export interface Sorted {
  readonly removals: readonly { readonly recorded: Recorded; readonly removal: Removed }[]
  readonly left: readonly Left[]
  readonly held: readonly string[]
  readonly add: readonly string[]
  readonly drop: readonly string[]
}

/** The entries of `more` that a record does not have. */
export function notIn(record: readonly Recorded[], more: readonly Recorded[]): Recorded[] {
  const keys = new Set(record.map(recordKey))
  return more.filter((one) => !keys.has(recordKey(one)))
}

/** Sorts the lines of a host's record, and finds the missing ones. `changes`: a step of the plan records it. */
export function sortRecord(
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
  const decided = record
    .filter((one) => considers(one, host) && !lines.has(recordKey(one)) && !absent.has(one.id))
    .map((recorded) => ({ recorded, removal: removalFor(recorded, context, lines, registry) }))
  const held = decided.flatMap(({ removal }) => (removal?.kind === 'held' ? [removal] : []))
  const left = decided.flatMap(({ recorded, removal }) =>
    removal?.kind === 'left' ? [leftOf(host, recorded, removal)] : [],
  )
  const present = new Set(record.map(recordLine))
  const missing = [...lines.values()].filter(({ line, id }) => !present.has(line) && !changes(id))
  const marks = marksOf(decided)
  return {
    removals: decided.flatMap(({ recorded, removal }) =>
      // While one unit must keep running, everything that it may need stays, above all its files. Other units may stop.
      removal?.kind === 'remove' && (held.length === 0 || removal.stage === 'stop')
        ? [{ recorded, removal }]
        : [],
    ),
    left,
    held: held.map(({ title, reason }) => `${host}: ${title} is no longer wanted and still runs: ${reason}`),
    add: [...missing.map(({ line }) => line), ...marks.add],
    drop: [...stale(record, lines), ...marks.drop],
  }
}

interface Decided {
  readonly recorded: Recorded
  readonly removal: Removal | undefined
}

/** Lines that get the mark `left`, and lines that are dropped without a removal. */
function marksOf(decided: readonly Decided[]): Pick<Sorted, 'add' | 'drop'> {
  const marked = decided.filter(({ recorded, removal }) => removal?.kind === 'left' && recorded.left !== true)
  const replaced = decided.filter(({ removal }) => removal === undefined)
  return {
    add: marked.map(({ recorded }) => recordLine({ ...recorded, left: true })),
    drop: [...marked, ...replaced].map(({ recorded }) => recordLine(recorded)),
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
function removalFor(
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
  const { path } = recorded.about
  if (path !== undefined && !isWhole(path)) {
    return { kind: 'left', title, reason: `its line of the record is damaged: path ${JSON.stringify(path)}` }
  }
  const removal = type.remove(recorded, context)
  if (removal.kind !== 'remove' || path === undefined) return removal
  const paths = [...lines.values()].map((wanted) => wanted.path)
  if (paths.includes(path)) return undefined
  const beneath = paths.find((one) => one.startsWith(`${path}/`))
  return beneath === undefined ? removal : { kind: 'left', title: path, reason: `it holds ${beneath}` }
}

/** True for a path that Howdah may have written: not a relative one, not the root, and none with `..`. */
const isWhole = (path: string): boolean => /^\/[^/]/.test(path) && !path.split('/').includes('..')

const leftOf = (host: string, { id, component, left }: Recorded, { title, reason }: Removal): Left => ({
  ...{ host, id, component, title, reason, known: left === true },
})
