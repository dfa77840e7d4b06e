import type { TrackingLogs, TrackingSource } from '../../config/types-tracking-logs.ts'

/** Reads what a host's shipper prints (`ship-tracking-logs show`). Pure. */

export const LEDGER_STATES = ['shipped', 'duplicate', 'conflict', 'damaged', 'changed', 'forgotten'] as const
export type LedgerState = (typeof LEDGER_STATES)[number]

/** A line of the ledger: the state of one file. */
export interface LedgerEntry {
  readonly time: string
  readonly state: LedgerState
  readonly source: string
  readonly name: string
  readonly size: number
  /** mtime and inode. With the size they show that a file has not changed. */
  readonly stamp: string
  readonly sha256: string
  /** Name in HDFS. */
  readonly target: string
  readonly detail: string
}

export interface FoundFile {
  readonly source: string
  readonly name: string
  readonly size: number
  readonly stamp: string
}

export interface HdfsFile {
  readonly name: string
  readonly size: number
}

export interface LastRun {
  readonly began: string
  readonly ended: string
  /** Exit code, or `running` when it still runs or was killed. */
  readonly outcome: string
  readonly shipped: number
  readonly bytes: number
  /** Why the run stopped early; empty when it did not. */
  readonly reason: string
}

/** What one host reports. */
export interface HostState {
  readonly entries: readonly LedgerEntry[]
  readonly found: readonly FoundFile[]
  /** Undefined when HDFS did not answer the host. */
  readonly hdfs?: readonly HdfsFile[]
  readonly last?: LastRun
  readonly errors: readonly string[]
}

const isState = (word: string): word is LedgerState => (LEDGER_STATES as readonly string[]).includes(word)

/** A line that was cut by a power failure has too few parts, and is ignored. */
function entryOf(parts: readonly string[]): LedgerEntry[] {
  const [time, state, source, name, size, mtime, inode, sha256, target, detail] = parts
  if (parts.length !== 10 || state === undefined || !isState(state)) return []
  return [
    {
      time: time ?? '',
      state,
      source: source ?? '',
      name: name ?? '',
      size: Number(size),
      stamp: `${mtime} ${inode}`,
      sha256: sha256 ?? '',
      target: target ?? '',
      detail: detail === '-' ? '' : (detail ?? ''),
    },
  ]
}

const lastOf = ([
  began = '',
  ended = '',
  outcome = '',
  shipped,
  bytes,
  ,
  reason,
]: readonly string[]): LastRun => ({
  began,
  ended,
  outcome,
  shipped: Number(shipped),
  bytes: Number(bytes),
  reason: reason === undefined || reason === '-' ? '' : reason,
})

/** Reads what `show` prints. The last line about a file counts. */
export function readHostState(text: string): HostState {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const of = (kind: string): string[][] =>
    lines.filter(([word]) => word === kind).map((line) => line.slice(1))
  const entries = new Map<string, LedgerEntry>()
  for (const one of of('ledger').flatMap(entryOf)) entries.set(`${one.source}\t${one.name}`, one)
  const unlisted = of('unlisted')
  const [last] = of('last')
  const hdfs = of('hdfs').flatMap(([name = '', size, type]) =>
    type === 'FILE' ? [{ name, size: Number(size) }] : [],
  )
  return {
    entries: [...entries.values()],
    found: of('found').map(([source = '', , , name = '', size, mtime, inode]) => ({
      ...{ source, name, size: Number(size), stamp: `${mtime} ${inode}` },
    })),
    errors: [
      ...of('error').map(([source, text]) => `${source}: ${text}`),
      ...unlisted.map(([why]) => `HDFS does not answer: ${why || 'no connection'}`),
    ],
    ...(unlisted.length === 0 && { hdfs }),
    ...(last && { last: lastOf(last) }),
  }
}

const DATED = /^-(\d{4})(\d{2})(\d{2})([.-][A-Za-z0-9._-]*)?$/

/** The day in the name of a rotated log, such as 2026-11-27. Undefined for other files, and for days that do not exist. */
export function dayOf(name: string, live: string): string | undefined {
  if (!name.startsWith(live)) return undefined
  const [, year, month, day] = DATED.exec(name.slice(live.length)) ?? []
  if (year === undefined) return undefined
  const text = `${year}-${month}-${day}`
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined
}

/** The source of a file in HDFS, whose name ends the name of the file. The longest match, since one name may end another. */
export const sourceOf = (name: string, { sources }: TrackingLogs): TrackingSource | undefined =>
  sources
    .filter((source) => name.startsWith(`${source.live}-`) && name.endsWith(`-${source.name}.gz`))
    .sort((a, b) => b.name.length - a.name.length)[0]

const DAY_MS = 86_400_000

/** Days between the first and the last day that have no file. */
export function missingDays(days: Iterable<string>): string[] {
  const there = new Set(days)
  const sorted = [...there].sort()
  const [first, last] = [sorted[0], sorted[sorted.length - 1]]
  if (first === undefined || last === undefined) return []
  const gaps: string[] = []
  for (let at = Date.parse(first) + DAY_MS; at < Date.parse(last); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10)
    if (!there.has(day)) gaps.push(day)
  }
  return gaps
}

/** `2026-11-03 to 2026-11-05, 2026-11-09` */
export function ranges(days: readonly string[]): string {
  const runs: [string, string][] = []
  for (const day of days) {
    const run = runs[runs.length - 1]
    if (run && Date.parse(day) - Date.parse(run[1]) === DAY_MS) run[1] = day
    else runs.push([day, day])
  }
  return runs.map(([from, to]) => (from === to ? from : `${from} to ${to}`)).join(', ')
}
