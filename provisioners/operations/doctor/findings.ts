import { symptomIn, unitExcerpt } from '../../engine/index.ts'
import type { KnownSymptom } from '../../services/types.ts'
import type { Reading, UnitReading } from './reading.ts'

/** Where and when a symptom was seen. */
export interface Place {
  readonly host: string
  /** The unit, `kernel`, or `disk`. */
  readonly daemon: string
  /** The last time, in ISO 8601 with the offset of the host; absent: the line has no time. */
  readonly at?: string
  /** How often, within what was read. */
  readonly count: number
  /** The last line that shows it. */
  readonly line: string
}

/** A cause, and everywhere it was seen. */
export interface Finding {
  readonly symptom: string
  readonly cause: string
  readonly next: string
  readonly places: readonly Place[]
}

/** A file system that is fuller than this is a finding: Hadoop's own limits begin at 90. */
export const FULL_PERCENT = 95
/** How long ago something that passes alone may have been, while its daemon runs. */
const PASSING_SECONDS = 600

const OWN_TIME =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[T ] ?(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)?/

/** The time of a line in seconds since 1970. Logs have the host's own time; MySQL and the journal add the offset. */
export function timeOf(line: string, offset: number): number | undefined {
  const found = OWN_TIME.exec(line)
  if (!found) return undefined
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const zone = found[7]
  const minutes = zone === undefined ? offset : zone === 'Z' ? 0 : zoneMinutes(zone)
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - minutes * 60
}

const zoneMinutes = (zone: string): number =>
  (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)))

/** A time as the host shows it: 2026-12-01T14:00:05+01:00. */
export function hostTime(seconds: number, offset: number): string {
  const two = (n: number): string => String(Math.trunc(Math.abs(n))).padStart(2, '0')
  const local = new Date((seconds + offset * 60) * 1000).toISOString().slice(0, 19)
  return `${local}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`
}

interface Seen {
  readonly symptom: KnownSymptom
  at: number | undefined
  count: number
  line: string
}

/** The symptoms in one log since a time. A line without a time, such as a cause, has the time of the line before it. */
function seenIn(
  lines: readonly string[],
  from: number,
  offset: number,
  rules: readonly KnownSymptom[],
): Seen[] {
  const seen = new Map<string, Seen>()
  let at: number | undefined
  for (const line of lines) {
    at = timeOf(line, offset) ?? at
    if (at !== undefined && at < from) continue
    for (const one of seen.values()) if (one.symptom.passed?.test(line)) seen.delete(one.symptom.name)
    const symptom = symptomIn(line, rules)
    if (!symptom) continue
    const before = seen.get(symptom.name)
    seen.set(symptom.name, { symptom, at, count: (before?.count ?? 0) + 1, line: line.trim() })
  }
  return [...seen.values()]
}

type Found = readonly [symptom: KnownSymptom, place: Place]

/** The state of a unit as lines that the rule base has patterns for, and what its log has about it. */
function ownLines({
  name,
  state,
  journal,
  log,
}: UnitReading): readonly (readonly [known: string, more?: string])[] {
  const lines: (readonly [known: string, more?: string])[] = []
  if (state.LoadState === 'not-found') return [[`Howdah: the unit ${name} does not exist`]]
  if (state.ActiveState !== undefined && !['active', 'reloading', 'activating'].includes(state.ActiveState)) {
    const logs = [`--- ${name}`, ...journal, ...(log ? [`--- ${log.path}`, ...log.lines] : [])].join('\n')
    const last = unitExcerpt(logs).split('\n').at(-1) ?? ''
    lines.push([`Howdah: ${name} does not run (${state.ActiveState}, ${state.Result ?? ''})`, last])
  }
  if (state.UnitFileState === 'disabled') lines.push([`Howdah: ${name} is not enabled at boot`])
  return lines
}

type Rules = readonly KnownSymptom[]

/** What the logs and the state of one unit show. `since` is in seconds. */
function foundInUnit(
  unit: UnitReading,
  { now, offset }: Pick<Reading, 'now' | 'offset'>,
  since: number,
  rules: Rules,
): Seen[] {
  const { startedAt } = unit
  // A daemon that runs has overcome what stopped the process before it.
  const from = Math.max(now - since, startedAt === undefined ? 0 : startedAt - 2)
  const passing = ({ symptom, at }: Seen): boolean =>
    startedAt !== undefined && symptom.passed !== undefined && at !== undefined && now - at > PASSING_SECONDS
  const logs = [unit.log?.lines ?? [], unit.journal].flatMap((lines) => seenIn(lines, from, offset, rules))
  const own = ownLines(unit).flatMap(([known, more]) =>
    seenIn([known], 0, offset, rules).map((one) => ({
      ...one,
      line: more === undefined ? known : `${known}: ${more}`,
    })),
  )
  return [...logs.filter((one) => !passing(one)), ...own]
}

function foundOn(reading: Reading, since: number, rules: Rules): Found[] {
  const { host, now, offset } = reading
  const place = (daemon: string, { symptom, at, count, line }: Seen): Found => {
    const time = at === undefined ? {} : { at: hostTime(at, offset) }
    return [symptom, { host, daemon, ...time, count, line: line.slice(0, 400) }]
  }
  const units = reading.units.flatMap((unit) =>
    foundInUnit(unit, reading, since, rules).map((one) => place(unit.name, one)),
  )
  const kernel = seenIn(reading.kernel, now - since, offset, rules).map((one) => place('kernel', one))
  const full = reading.disks
    .filter(({ usedPercent }) => usedPercent >= FULL_PERCENT)
    .map(({ path, usedPercent }) => `Howdah: ${path} is ${usedPercent} % full`)
  const disks = full.flatMap((line) => seenIn([line], 0, offset, rules).map((one) => place('disk', one)))
  return [...units, ...kernel, ...disks]
}

/** Findings of all hosts since so many seconds, grouped by rule in the order of the rule base. Pure. */
export function findingsIn(
  readings: readonly Reading[],
  since: number,
  rules: readonly KnownSymptom[],
): readonly Finding[] {
  const all = readings.flatMap((reading) => foundOn(reading, since, rules))
  return rules.flatMap((rule) => {
    const places = all.flatMap(([symptom, place]) => (symptom === rule ? [place] : []))
    const { name: symptom, cause, next } = rule
    return places.length === 0 ? [] : [{ symptom, cause, next, places: oncePerDaemon(places) }]
  })
}

/** A log and the journal may both have it: one place for a daemon, with the newer line. */
function oncePerDaemon(places: readonly Place[]): Place[] {
  const byDaemon = new Map<string, Place>()
  for (const place of places) {
    const key = `${place.host} ${place.daemon}${place.daemon === 'disk' ? place.line : ''}`
    const before = byDaemon.get(key)
    if (!before || (place.at ?? '') > (before.at ?? '')) byDaemon.set(key, place)
  }
  return [...byDaemon.values()]
}
