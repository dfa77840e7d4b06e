import type { TrackingLogs, TrackingSource } from '../../config/types-tracking-logs.ts'
import {
  dayOf,
  type FoundFile,
  type HdfsFile,
  type HostState,
  type LastRun,
  type LedgerEntry,
  missingDays,
  sourceOf,
} from './ledger.ts'

/** A file that needs attention, and why. */
export interface OddFile {
  readonly name: string
  readonly detail: string
}

export interface SourceReport {
  readonly source: string
  readonly host: string
  readonly directory: string
  /** Files of this source in HDFS. */
  readonly inHdfs: {
    readonly files: number
    readonly bytes: number
    readonly first?: string
    readonly last?: string
  }
  /** Rotated and compressed, but not sent yet. */
  readonly waiting: { readonly files: number; readonly bytes: number }
  /** Rotated, but not yet compressed by logrotate. */
  readonly uncompressed: number
  /** HDFS has other content under the same name. It is never overwritten. */
  readonly conflicts: readonly OddFile[]
  /** The same content was sent under another name, so these are not sent. */
  readonly duplicates: readonly OddFile[]
  /** Files that gzip cannot read to the end. */
  readonly damaged: readonly OddFile[]
  /** Files that changed or vanished while they were read. A later run sends them. */
  readonly changed: readonly OddFile[]
  /** Shipped according to the ledger and within the retention, but not in HDFS. */
  readonly lost: readonly OddFile[]
  /** Days without a log, between the first day and the last. */
  readonly gaps: readonly string[]
  readonly errors: readonly string[]
  readonly lastRun?: LastRun
}

export interface LogsReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly directory: string
  readonly keepDays?: number
  readonly sources: readonly SourceReport[]
  /** Files in the directory that do not belong to any source. */
  readonly foreign: readonly string[]
  readonly ok: boolean
}

const UNCOMPRESSED = /^-\d{8}[A-Za-z0-9.-]*$/
const bytesOf = (files: readonly { readonly size: number }[]): number =>
  files.reduce((sum, { size }) => sum + size, 0)
const withoutGz = (name: string): string | undefined => (name.endsWith('.gz') ? name.slice(0, -3) : undefined)

const SETTLED = new Set(['shipped', 'duplicate', 'damaged', 'conflict'])

/** Files that the next run would send, chosen by the rules of the shipper. */
function waitingOf(source: TrackingSource, state: HostState, oldest: string | undefined): FoundFile[] {
  const here = state.found.filter((file) => file.source === source.name)
  const names = new Set(here.map(({ name }) => name))
  const known = new Map(state.entries.filter((e) => e.source === source.name).map((e) => [e.name, e]))
  return here.filter(({ name, size, stamp }) => {
    const bare = withoutGz(name)
    const day = bare === undefined ? undefined : dayOf(bare, source.live)
    if (bare === undefined || day === undefined || names.has(bare)) return false
    if (oldest !== undefined && day < oldest) return false
    const entry = known.get(name)
    return !(entry && SETTLED.has(entry.state) && entry.size === size && entry.stamp === stamp)
  })
}

const odd = (entries: readonly LedgerEntry[], state: LedgerEntry['state']): OddFile[] =>
  entries.filter((e) => e.state === state).map(({ name, detail }) => ({ name, detail }))

/** The first day that the retention keeps, counted back from `today` (2026-11-27). */
export function oldestKept(keepDays: number | undefined, today: string): string | undefined {
  if (keepDays === undefined) return undefined
  return new Date(Date.parse(today) - keepDays * 86_400_000).toISOString().slice(0, 10)
}

function lostOf(
  source: TrackingSource,
  entries: readonly LedgerEntry[],
  hdfs: readonly HdfsFile[],
  oldest?: string,
) {
  const there = new Set(hdfs.map(({ name }) => name))
  return entries
    .filter((e) => e.state === 'shipped' && !there.has(e.target))
    .filter((e) => {
      const day = dayOf(withoutGz(e.name) ?? '', source.live)
      return oldest === undefined || (day !== undefined && day >= oldest)
    })
    .map(({ name, target }) => ({ name, detail: `${target} was shipped, and is not in HDFS` }))
}

const daysOf = (files: readonly { readonly name: string }[], { live }: TrackingSource): string[] =>
  files.flatMap(({ name }) => dayOf(withoutGz(name) ?? '', live) ?? [])

const uncompressedOf = ({ name: source, live }: TrackingSource, { found }: HostState): number =>
  found.filter(
    ({ source: of, name }) =>
      of === source &&
      name.startsWith(live) &&
      UNCOMPRESSED.test(name.slice(live.length)) &&
      !name.endsWith('.gz'),
  ).length

/** The report on one source. `today` as 2026-11-27. */
export function sourceReport(
  source: TrackingSource,
  state: HostState,
  logs: TrackingLogs,
  today: string,
): SourceReport {
  const oldest = oldestKept(logs.keepDays, today)
  const entries = state.entries.filter((e) => e.source === source.name)
  const mine = (state.hdfs ?? []).filter((file) => sourceOf(file.name, logs)?.name === source.name)
  const ending = `-${source.name}.gz`
  const days = mine.flatMap(({ name }) => dayOf(name.slice(0, -ending.length), source.live) ?? [])
  const sorted = [...days].sort()
  const waiting = waitingOf(source, state, oldest)
  const twins = entries.filter((e) => e.state === 'duplicate')
  const covered = [...days, ...daysOf(waiting, source), ...daysOf(twins, source)]
  const [first, last] = [sorted[0], sorted[sorted.length - 1]]
  return {
    source: source.name,
    host: source.host,
    directory: source.directory,
    inHdfs: { files: mine.length, bytes: bytesOf(mine), ...(first && { first }), ...(last && { last }) },
    waiting: { files: waiting.length, bytes: bytesOf(waiting) },
    uncompressed: uncompressedOf(source, state),
    conflicts: odd(entries, 'conflict'),
    duplicates: odd(entries, 'duplicate'),
    damaged: odd(entries, 'damaged'),
    changed: odd(entries, 'changed'),
    lost: state.hdfs ? lostOf(source, entries, state.hdfs, oldest) : [],
    gaps: missingDays(covered.filter((day) => oldest === undefined || day >= oldest)),
    errors: state.errors,
    ...(state.last && { lastRun: state.last }),
  }
}

/** True when nothing needs attention. Waiting files and duplicates do not. */
export const isHealthy = (report: SourceReport): boolean =>
  [report.conflicts, report.damaged, report.changed, report.lost, report.gaps, report.errors].every(
    (list) => list.length === 0,
  ) && ['0', '3', 'running', undefined].includes(report.lastRun?.outcome)
