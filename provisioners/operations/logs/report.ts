import type { TrackingLogs, TrackingSource } from '../../config/types-tracking-logs.ts'
import {
  dayOf,
  type FoundFile,
  type HdfsFile,
  type HostTale,
  type LastRun,
  type LedgerEntry,
  missingDays,
  sourceOf,
} from './ledger.ts'

/** A file that needs a look, and why. */
export interface OddFile {
  readonly name: string
  readonly detail: string
}

export interface SourceReport {
  readonly source: string
  readonly host: string
  readonly directory: string
  /** Logs of this source in HDFS. */
  readonly inHdfs: {
    readonly files: number
    readonly bytes: number
    readonly first?: string
    readonly last?: string
  }
  /** Rotated and compressed, and not sent yet. */
  readonly waiting: { readonly files: number; readonly bytes: number }
  /** Rotated, and not compressed yet by logrotate. */
  readonly uncompressed: number
  /** HDFS has other content of the same name: never written over. */
  readonly conflicts: readonly OddFile[]
  /** The same content under another name: not sent. */
  readonly duplicates: readonly OddFile[]
  /** gzip cannot read them to their end. */
  readonly damaged: readonly OddFile[]
  /** Changed or vanished while they were read: sent by a later run, when they hold still. */
  readonly changed: readonly OddFile[]
  /** In the ledger as shipped, younger than the rule of retention, and not in HDFS. */
  readonly lost: readonly OddFile[]
  /** Days without a log, between the first and the last. */
  readonly gaps: readonly string[]
  readonly troubles: readonly string[]
  readonly lastRun?: LastRun
}

export interface LogsReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly directory: string
  readonly keepDays?: number
  readonly sources: readonly SourceReport[]
  /** Files of the directory that are no logs of any source. */
  readonly foreign: readonly string[]
  readonly ok: boolean
}

const UNCOMPRESSED = /^-\d{8}[A-Za-z0-9.-]*$/
const bytesOf = (files: readonly { readonly size: number }[]): number =>
  files.reduce((sum, { size }) => sum + size, 0)
const withoutGz = (name: string): string | undefined => (name.endsWith('.gz') ? name.slice(0, -3) : undefined)

const SETTLED = new Set(['shipped', 'duplicate', 'damaged', 'conflict'])

/** What the next run would send: the same choice that the shipper makes. */
function waitingOf(source: TrackingSource, tale: HostTale, oldest: string | undefined): FoundFile[] {
  const here = tale.found.filter((file) => file.source === source.name)
  const names = new Set(here.map(({ name }) => name))
  const known = new Map(tale.entries.filter((e) => e.source === source.name).map((e) => [e.name, e]))
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

/** The first day that the rule of retention keeps, counted back from `today` (2026-11-27). */
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

const uncompressedOf = ({ name: source, live }: TrackingSource, { found }: HostTale): number =>
  found.filter(
    ({ source: of, name }) =>
      of === source &&
      name.startsWith(live) &&
      UNCOMPRESSED.test(name.slice(live.length)) &&
      !name.endsWith('.gz'),
  ).length

/** What stands with one source. `today` as 2026-11-27. */
export function sourceReport(
  source: TrackingSource,
  tale: HostTale,
  logs: TrackingLogs,
  today: string,
): SourceReport {
  const oldest = oldestKept(logs.keepDays, today)
  const entries = tale.entries.filter((e) => e.source === source.name)
  const mine = (tale.hdfs ?? []).filter((file) => sourceOf(file.name, logs)?.name === source.name)
  const ending = `-${source.name}.gz`
  const days = mine.flatMap(({ name }) => dayOf(name.slice(0, -ending.length), source.live) ?? [])
  const sorted = [...days].sort()
  const waiting = waitingOf(source, tale, oldest)
  const twins = entries.filter((e) => e.state === 'duplicate')
  const covered = [...days, ...daysOf(waiting, source), ...daysOf(twins, source)]
  const [first, last] = [sorted[0], sorted[sorted.length - 1]]
  return {
    source: source.name,
    host: source.host,
    directory: source.directory,
    inHdfs: { files: mine.length, bytes: bytesOf(mine), ...(first && { first }), ...(last && { last }) },
    waiting: { files: waiting.length, bytes: bytesOf(waiting) },
    uncompressed: uncompressedOf(source, tale),
    conflicts: odd(entries, 'conflict'),
    duplicates: odd(entries, 'duplicate'),
    damaged: odd(entries, 'damaged'),
    changed: odd(entries, 'changed'),
    lost: tale.hdfs ? lostOf(source, entries, tale.hdfs, oldest) : [],
    gaps: missingDays(covered.filter((day) => oldest === undefined || day >= oldest)),
    troubles: tale.troubles,
    ...(tale.last && { lastRun: tale.last }),
  }
}

/** True when nothing needs a look. Files that wait, and content that came twice, are no trouble. */
export const isWell = (report: SourceReport): boolean =>
  [report.conflicts, report.damaged, report.changed, report.lost, report.gaps, report.troubles].every(
    (list) => list.length === 0,
  ) && ['0', '3', 'running', undefined].includes(report.lastRun?.outcome)
