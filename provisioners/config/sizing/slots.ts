import { floorTo, heapIn, SMALLEST_CONTAINER } from './containers.ts'

/** The slots of Hadoop 1, by the memory of TaskTrackers. They have the same size for maps and reduces. MiB. */

/** The largest slot: a larger host runs more tasks instead. */
const LARGEST_TASK = 4096

/** Two map slots per reduce slot, as usual: a job has more maps than reduces. */
const MAP_SHARE = 2 / 3

/** Memory of a slot, from the TaskTracker with the least memory: one map task per core, and half as many reduce tasks. */
export function slotSize(memoryMb: number, cores: number): number {
  const share = floorTo(memoryMb / (Math.max(cores, 2) * 1.5), 64)
  return Math.min(LARGEST_TASK, Math.max(SMALLEST_CONTAINER, share))
}

export interface Slots {
  readonly maps: number
  readonly reduces: number
}

/** Slots of one TaskTracker: at least one of each kind, since a job without a reduce slot never ends. */
export function slotsOf(memoryMb: number, slotMb: number): Slots {
  const all = Math.max(2, Math.floor(memoryMb / slotMb))
  const maps = Math.min(all - 1, Math.max(1, Math.round(all * MAP_SHARE)))
  return { maps, reduces: all - maps }
}

/** `io.sort.mb` of a heap: 0.4 of it, as with containers. */
export const sortMb = (heapMb: number): number => Math.min(1024, Math.max(16, Math.floor(heapMb * 0.4)))

/** Heap of a task in a slot. */
export const slotHeap = heapIn
