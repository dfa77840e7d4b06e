import { CATALOG } from '../../catalog/index.ts'
import type { Memory } from '../../catalog/types.ts'
import { has, hostsWith, runsTasks } from '../placed.ts'
import type { Cluster, Daemon, Heap, Host } from '../types.ts'

/** Heaps of daemons by the memory of a host. Memory is in MiB. */

export const LEVELS = ['tight', 'small', 'medium', 'large'] as const
export type Level = (typeof LEVELS)[number]

/** The memory of a daemon at a level: a heap, a buffer pool, or a fixed amount (the catalogue's `memory`). */
const memoryAt = (daemon: Daemon, level: Level): number =>
  CATALOG[daemon].memory.mb[LEVELS.indexOf(level)] ?? 0

const isKind = (daemon: Daemon, kind: Memory['kind']): boolean => CATALOG[daemon].memory.kind === kind

/**
 * The memory that a JVM with this heap uses: a quarter more for what grows with the heap (card tables, compiled code,
 * buffers), and 64 to 256 MiB that every JVM needs (metaspace, threads). From 1 GiB on it is heap × 1.25 + 256; below
 * that a fixed 256 would cost more than the heap.
 */
export const footprint = (heapMb: number): number =>
  Math.ceil(heapMb * 1.25 + Math.min(256, Math.max(64, heapMb / 4)))

/** The memory of a database server: its buffer pool, and what it uses besides. */
const databaseFootprint = (poolMb: number): number => poolMb + 128

/** The memory for the operating system and its page cache: an eighth, at least 256 MiB and at most 16 GiB. */
export const systemReserve = (memoryMb: number): number =>
  Math.min(16_384, Math.max(256, Math.floor(memoryMb / 8)))

/** Millions of files that the cluster can hold: 100,000 on each data disk. Source: HDP 2.2. */
export function expectedMillions(cluster: Cluster): number {
  const disks = hostsWith(cluster, 'datanode').reduce((sum, host) => sum + host.dataDirs.length, 0)
  return disks / 10
}

/** HDP 2.2's NameNode heap by millions of files. */
const NAMENODE_HEAP: readonly (readonly [number, number])[] = [
  [1, 1024],
  [5, 3072],
  [10, 5376],
  [20, 9984],
  [30, 14_848],
  [40, 19_456],
  [50, 24_320],
  [70, 33_536],
  [100, 47_872],
  [125, 59_648],
  [150, 71_424],
]

/** NameNode heap in MiB for so many million files. */
export const nameNodeHeapFor = (millions: number): number =>
  NAMENODE_HEAP.find(([limit]) => millions < limit)?.[1] ?? 94_976

export interface DaemonBudget {
  readonly level: Level
  readonly heaps: Readonly<Partial<Record<Daemon, Heap>>>
  /** The memory of all of them on the host. */
  readonly usedMb: number
  readonly steps: readonly string[]
}

/** Share of the memory without the system's that daemons may use before a smaller level is chosen. */
function shareOf(host: Host): { share: number; why: string } {
  const word = has(host, 'tasktracker') ? 'tasks' : 'containers'
  const others = host.daemons.some((daemon) => CATALOG[daemon].set !== 'worker' && daemon !== 'client')
  if (!runsTasks(host)) return { share: 0.85, why: 'no containers run here' }
  return others
    ? { share: 0.5, why: `masters and ${word} share the host` }
    : { share: 0.3, why: `the rest is for ${word}` }
}

/**
 * Chooses the largest level whose daemons stay within their share; `tight` when none does.
 * `nameNodeMb` is the heap of a NameNode on another host: a SecondaryNameNode here must load the same image.
 */
export function budgetDaemons(
  cluster: Cluster,
  host: Host,
  memoryMb: number,
  nameNodeMb: number,
): DaemonBudget {
  const room = memoryMb - systemReserve(memoryMb)
  const { share, why } = shareOf(host)
  const limit = Math.floor(room * share)
  const fitting = [...LEVELS].reverse().find((level) => total(heapsAt(host, level, nameNodeMb)) <= limit)
  const level = fitting ?? 'tight'
  const heaps = withNameNode(cluster, host, heapsAt(host, level, nameNodeMb), level, limit)
  const usedMb = total(heaps)
  const reason = `${level} level on a host of ${memoryMb} MiB`
  return {
    level,
    usedMb,
    heaps: Object.fromEntries(
      Object.entries(heaps).map(([daemon, mb]) => [
        daemon,
        { mb, why: whyOf(daemon as Daemon, mb, level, reason) },
      ]),
    ),
    steps: [
      `daemons: level ${level}, the roomiest within ${share * 100} % of ${room} = ${limit} MiB (${why})`,
      ...Object.entries(heaps).map(([daemon, mb]) => stepOf(daemon as Daemon, mb)),
      `daemons together: ${usedMb} MiB`,
    ],
  }
}

type Heaps = Partial<Record<Daemon, number>>

function heapsAt(host: Host, level: Level, nameNodeMb: number): Heaps {
  const heaps: Heaps = Object.fromEntries(host.daemons.map((daemon) => [daemon, memoryAt(daemon, level)]))
  const apart = heaps.namenode === undefined && heaps.secondarynamenode !== undefined && nameNodeMb > 0
  return apart ? { ...heaps, secondarynamenode: nameNodeMb } : heaps
}

/** A host has one database server for all databases. Of the commands that users run, one at a time is counted. */
function total(heaps: Heaps): number {
  const entries = Object.entries(heaps) as [Daemon, number][]
  const most = (kind: Memory['kind']): number =>
    Math.max(0, ...entries.filter(([daemon]) => isKind(daemon, kind)).map(([, mb]) => mb))
  const database = most('database')
  const command = most('command')
  return (
    entries
      .filter(([daemon]) => !isKind(daemon, 'database') && !isKind(daemon, 'command'))
      .reduce((sum, [, mb]) => sum + footprint(mb), 0) +
    (database === 0 ? 0 : databaseFootprint(database)) +
    (command === 0 ? 0 : footprint(command))
  )
}

/** From `medium` on, the NameNode gets the heap for its files, within the share of its host. */
function withNameNode(cluster: Cluster, host: Host, heaps: Heaps, level: Level, limit: number): Heaps {
  if (level === 'tight' || level === 'small') return heaps
  if (heaps.namenode === undefined) return heaps
  const holders = (['namenode', 'secondarynamenode'] as const).filter((daemon) => has(host, daemon))
  const base = memoryAt('namenode', level)
  const others = total(
    Object.fromEntries(Object.entries(heaps).filter(([daemon]) => !(holders as string[]).includes(daemon))),
  )
  const left = Math.floor(((limit - others) / holders.length - 256) / 1.25 / 64) * 64
  const mb = Math.max(base, Math.min(nameNodeHeapFor(expectedMillions(cluster)), left))
  return { ...heaps, ...Object.fromEntries(holders.map((daemon) => [daemon, mb])) }
}

function stepOf(daemon: Daemon, mb: number): string {
  if (isKind(daemon, 'database'))
    return `${daemon}: buffer pool ${mb}, takes ${databaseFootprint(mb)} MiB (once a host)`
  if (isKind(daemon, 'reserve')) return `${daemon}: ${footprint(mb)} MiB are kept for it`
  if (isKind(daemon, 'command'))
    return `${daemon}: heap ${mb} of a command, takes ${footprint(mb)} MiB (one at a time)`
  return `${daemon}: heap ${mb}, takes ${footprint(mb)} MiB`
}

function whyOf(daemon: Daemon, mb: number, level: Level, reason: string): string {
  const raised = daemon.endsWith('namenode') && mb > memoryAt('namenode', level)
  return raised ? `${reason}, raised for the files that its DataNodes can hold` : reason
}
