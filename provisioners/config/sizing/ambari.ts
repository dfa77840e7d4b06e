/**
 * Ambari's container formula (its stack advisor, as of HDP 2.2), to compare with and to migrate from. Howdah does not
 * use it: a host with one disk gets three very large containers, rounding loses up to a fifth of the memory, and the
 * reserved memory does not depend on the daemons of the host.
 */

export interface AmbariHost {
  readonly cores: number
  /** Whole GiB. */
  readonly memoryGb: number
  readonly disks: number
  /** True when HBase needs a share of its own. */
  readonly hbase?: boolean
}

/** All memory in MiB. */
export interface AmbariSizes {
  readonly availableMb: number
  readonly containers: number
  readonly containerMb: number
  readonly nodeManagerMb: number
  readonly minAllocationMb: number
  readonly vcores: number
  readonly mapMb: number
  readonly reduceMb: number
  readonly mapHeapMb: number
  readonly reduceHeapMb: number
  readonly sortMb: number
}

/** Reserved memory by RAM up to so many GiB: for the system, and for HBase. */
const RESERVED: readonly (readonly [number, number, number])[] = [
  [4, 1, 1],
  [8, 2, 1],
  [16, 2, 2],
  [24, 4, 4],
  [48, 6, 8],
  [64, 8, 8],
  [72, 8, 8],
  [96, 12, 16],
  [128, 24, 24],
  [256, 32, 32],
  [Number.POSITIVE_INFINITY, 64, 32],
]

const SMALLEST: readonly (readonly [number, number])[] = [
  [3, 128],
  [4, 256],
  [8, 512],
  [24, 1024],
  [Number.POSITIVE_INFINITY, 2048],
]

/** The sizes that Ambari would compute for a cluster whose smallest NodeManager host is this one. */
export function ambariContainers({ cores, memoryGb, disks, hbase = false }: AmbariHost): AmbariSizes {
  const [, system = 0, forHbase = 0] = RESERVED.find(([limit]) => memoryGb <= limit) ?? []
  const [, smallest = 0] = SMALLEST.find(([limit]) => memoryGb <= limit) ?? []
  const hostMb = memoryGb * 1024
  const availableMb = Math.max(512, (memoryGb - system - (hbase ? forHbase : 0)) * 1024)
  const containers = countOf(cores, disks, availableMb, smallest)
  const even = Math.floor(availableMb / containers)
  const minAllocationMb = Math.min(1024, even)
  const containerMb = even > minAllocationMb ? Math.floor(even / minAllocationMb) * minAllocationMb : even
  const nodeManagerMb = Math.min(containers * containerMb, hostMb)
  const mapMb = Math.min(nodeManagerMb, Math.max(containerMb, minAllocationMb))
  const reduceMb = Math.min(nodeManagerMb, Math.max(minAllocationMb, Math.min(2 * containerMb, hostMb)))
  const mapHeapMb = Math.floor(0.8 * mapMb)
  return {
    availableMb,
    containers,
    containerMb,
    nodeManagerMb,
    minAllocationMb,
    vcores: Math.max(1, Math.floor(cores * 0.8)),
    mapMb,
    reduceMb,
    mapHeapMb,
    reduceHeapMb: Math.floor(0.8 * reduceMb),
    sortMb: Math.min(Math.floor(0.7 * mapHeapMb), 2047),
  }
}

function countOf(cores: number, disks: number, availableMb: number, smallest: number): number {
  const wanted = Math.max(3, Math.min(2 * cores, Math.ceil(1.8 * disks), Math.floor(availableMb / smallest)))
  return wanted * smallest > availableMb ? Math.floor(availableMb / smallest) : wanted
}
