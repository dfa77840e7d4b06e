/** Sizes of containers from the memory of NodeManagers. Pure; all numbers are MiB. */

export interface ContainerSizes {
  readonly minAllocationMb: number
  readonly maxAllocationMb: number
  readonly maxAllocationVcores: number
  readonly mapMb: number
  readonly reduceMb: number
  readonly amMb: number
  readonly mapHeapMb: number
  readonly reduceHeapMb: number
  readonly amHeapMb: number
  readonly ioSortMb: number
}

/** Values that the operator set; the others follow from them. */
export interface ContainerWishes {
  readonly minAllocationMb?: number | undefined
  readonly maxAllocationMb?: number | undefined
  readonly mapMb?: number | undefined
  readonly reduceMb?: number | undefined
  readonly amMb?: number | undefined
}

/** The smallest container in which a task or an ApplicationMaster works. */
export const SMALLEST_CONTAINER = 384

/** One ApplicationMaster and one task: with less, no job can finish on a single NodeManager. */
export const SMALLEST_NODEMANAGER = 2 * SMALLEST_CONTAINER

export const floorTo = (value: number, step: number): number => Math.floor(value / step) * step

/**
 * Heap of a container: 0.8 of it, as Ambari and EMR have it, but always 128 MiB below it. A task's JVM uses
 * about 100 MiB beside its heap, however small that is, and the NodeManager kills a container that exceeds its size.
 */
export const heapIn = (containerMb: number): number =>
  Math.floor(Math.min(containerMb * 0.8, containerMb - 128))

function minAllocation(nodeManagerMb: number): number {
  if (nodeManagerMb < 2048) return 128
  if (nodeManagerMb < 4096) return 256
  return nodeManagerMb < 16_384 ? 512 : 1024
}

function smallestMap(nodeManagerMb: number): number {
  if (nodeManagerMb < 2048) return SMALLEST_CONTAINER
  if (nodeManagerMb < 4096) return 512
  return nodeManagerMb < 8192 ? 768 : 1024
}

/**
 * Container sizes from the NodeManager with the least memory, since they hold for the whole cluster.
 *
 * The map size is the memory over (cores + 1): one task per core, and one container for the ApplicationMaster.
 * The usual rule divides by the cores and has a minimum of 1 GiB, which leaves one container on a host of 2 GiB.
 * It is at most 4 GiB (a bigger host takes more containers instead), and disks play no part: Ambari's rule gives a
 * one-disk host three giants. The reduce size is twice the map's, but leaves room for the ApplicationMaster and
 * one map beside it, so that no job waits for itself.
 */
export function containerSizes(
  nodeManagerMb: number,
  cores: number,
  wishes: ContainerWishes = {},
): ContainerSizes {
  const minAllocationMb = wishes.minAllocationMb ?? minAllocation(nodeManagerMb)
  const maxAllocationMb = wishes.maxAllocationMb ?? nodeManagerMb
  const cut = (mb: number): number => Math.max(minAllocationMb, floorTo(mb, Math.min(minAllocationMb, 512)))
  const share = cut(nodeManagerMb / (Math.max(cores, 2) + 1))
  const mapMb =
    wishes.mapMb ?? Math.min(4096, Math.max(share, Math.min(smallestMap(nodeManagerMb), nodeManagerMb)))
  const amMb = wishes.amMb ?? Math.min(2048, maxAllocationMb, Math.max(mapMb, SMALLEST_CONTAINER))
  const left = cut(nodeManagerMb - amMb - mapMb)
  const reduceMb = wishes.reduceMb ?? Math.min(maxAllocationMb, Math.max(mapMb, Math.min(2 * mapMb, left)))
  const mapHeapMb = heapIn(mapMb)
  return {
    minAllocationMb,
    maxAllocationMb,
    maxAllocationVcores: Math.max(1, cores),
    mapMb,
    reduceMb,
    amMb,
    mapHeapMb,
    reduceHeapMb: heapIn(reduceMb),
    amHeapMb: heapIn(amMb),
    ioSortMb: Math.min(1024, Math.max(16, Math.floor(mapHeapMb * 0.4))),
  }
}

/** The steps of `containerSizes`, one line each. */
export function containerSteps(nodeManagerMb: number, cores: number, sizes: ContainerSizes): string[] {
  return [
    `allocations: from ${sizes.minAllocationMb} to ${sizes.maxAllocationMb} MiB`,
    `map: ${nodeManagerMb} / (${Math.max(cores, 2)} cores + 1), in steps of ${Math.min(sizes.minAllocationMb, 512)}, from ${Math.min(smallestMap(nodeManagerMb), nodeManagerMb)} to 4096 = ${sizes.mapMb} MiB`,
    `ApplicationMaster: as a map, at most 2048 = ${sizes.amMb} MiB`,
    `reduce: twice a map, with room for the ApplicationMaster and a map beside it = ${sizes.reduceMb} MiB`,
    `heaps: the lesser of 0.8 of the container and 128 MiB below it: map ${sizes.mapHeapMb}, reduce ${sizes.reduceHeapMb}, ApplicationMaster ${sizes.amHeapMb} MiB`,
    `io.sort.mb: 0.4 of the map's heap, at most 1024 = ${sizes.ioSortMb} MiB`,
  ]
}
