import { has } from '../placed.ts'
import type { Cluster, Generation, Host } from '../types.ts'
import { nameIn } from '../versions/property-names.ts'
import type { ContainerSizes } from './containers.ts'
import type { SizingFacts } from './index.ts'
import { slotHeap, slotsOf, sortMb } from './slots.ts'

/** Sizes as Hadoop properties, by file. */

export type Properties = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Values, and how they were computed. */
export interface Values {
  readonly properties: Properties
  readonly steps: readonly string[]
}

/** Enough threads for the cluster's heartbeats, by the usual rule 20 × ln(cluster size). */
export const handlerCount = (dataNodes: number): number =>
  Math.min(200, Math.max(10, Math.round(20 * Math.log(Math.max(1, dataNodes)))))

/**
 * Share of the cluster that ApplicationMasters may take. YARN's 0.1 lets a small cluster run one job at a time,
 * so room for four is made, up to one half.
 */
export function amShare(amMb: number, totalMb: number): string {
  const wanted = Math.ceil((10 * 4 * amMb) / totalMb) / 10
  return String(Math.min(0.5, Math.max(0.1, wanted)))
}

export function commonProperties(sizes: ContainerSizes, share: string, handlers: number): Properties {
  return {
    'yarn-site': {
      'yarn.scheduler.minimum-allocation-mb': String(sizes.minAllocationMb),
      'yarn.scheduler.maximum-allocation-mb': String(sizes.maxAllocationMb),
      'yarn.scheduler.minimum-allocation-vcores': '1',
      'yarn.scheduler.maximum-allocation-vcores': String(sizes.maxAllocationVcores),
    },
    'mapred-site': {
      'mapreduce.map.memory.mb': String(sizes.mapMb),
      'mapreduce.map.java.opts': `-Xmx${sizes.mapHeapMb}m`,
      'mapreduce.reduce.memory.mb': String(sizes.reduceMb),
      'mapreduce.reduce.java.opts': `-Xmx${sizes.reduceHeapMb}m`,
      'mapreduce.task.io.sort.mb': String(sizes.ioSortMb),
      'yarn.app.mapreduce.am.resource.mb': String(sizes.amMb),
      'yarn.app.mapreduce.am.command-opts': `-Xmx${sizes.amHeapMb}m`,
    },
    'capacity-scheduler': { 'yarn.scheduler.capacity.maximum-am-resource-percent': share },
    'hdfs-site': { 'dfs.namenode.handler.count': String(handlers) },
  }
}

/** What all hosts of Hadoop 1 share. */
export function slotProperties(slotMb: number, handlers: number): Properties {
  const heap = slotHeap(slotMb)
  return {
    'mapred-site': {
      'mapred.map.child.java.opts': `-Xmx${heap}m`,
      'mapred.reduce.child.java.opts': `-Xmx${heap}m`,
      'io.sort.mb': String(sortMb(heap)),
    },
    'hdfs-site': { 'dfs.namenode.handler.count': String(handlers) },
  }
}

export interface OwnSizes {
  readonly host: Host
  readonly nodeManagerMb: number | undefined
  readonly vcores: number
}

/** The memory that a NodeManager gives to containers, or the number of slots of a TaskTracker. */
function ownOfJobs({ nodeManagerMb, vcores }: OwnSizes, generation: Generation, slotMb: number): Values {
  if (nodeManagerMb === undefined) return { properties: {}, steps: [] }
  if (generation !== 'hadoop1') {
    const yarn = {
      'yarn.nodemanager.resource.memory-mb': String(nodeManagerMb),
      'yarn.nodemanager.resource.cpu-vcores': String(vcores),
    }
    return { properties: { 'yarn-site': yarn }, steps: [] }
  }
  const { maps, reduces } = slotsOf(nodeManagerMb, slotMb)
  return {
    properties: {
      'mapred-site': {
        'mapred.tasktracker.map.tasks.maximum': String(maps),
        'mapred.tasktracker.reduce.tasks.maximum': String(reduces),
      },
    },
    steps: [
      `slots: ${nodeManagerMb} / ${slotMb}, two thirds of them for maps = ${maps} maps, ${reduces} reduces`,
    ],
  }
}

/** Values of one host. `slotMb` only with Hadoop 1. */
export function ownProperties(
  own: OwnSizes,
  generation: Generation,
  slotMb: number | undefined,
  facts: SizingFacts | undefined,
): Values {
  const { host } = own
  const jobs = ownOfJobs(own, generation, slotMb ?? 0)
  if (!has(host, 'datanode')) return jobs
  const dirs = host.dataDirs.length
  const tolerated = failedVolumesTolerated(dirs)
  const reserved = reservedMb(host, facts)
  return {
    properties: {
      ...jobs.properties,
      'hdfs-site': {
        'dfs.datanode.failed.volumes.tolerated': String(tolerated),
        'dfs.datanode.du.reserved': String(reserved * 1024 * 1024),
        [nameIn(generation, 'dfs.datanode.max.transfer.threads')]: '4096',
      },
    },
    steps: [
      ...jobs.steps,
      `failed volumes tolerated: ${tolerated} of ${dirs} (0 up to 2, 1 up to 4, else 2)`,
      `du.reserved: ${reserved} MiB a volume (5 % of the smallest data disk, 1024 to 32768; 1024 when not a disk of its own)`,
    ],
  }
}

/** The number of data disks that a DataNode may lose before it stops; always fewer than it has. Source: HDP 2.0.6. */
export function failedVolumesTolerated(dirs: number): number {
  if (dirs <= 2) return 0
  return dirs <= 4 ? 1 : 2
}

/**
 * Disk space in MiB that HDFS does not use. An eighth of a volume would leave half a terabyte of a 4 TB disk unused.
 * ext4 reserves 5 % for root, so it must not be less.
 */
function reservedMb(host: Host, facts: SizingFacts | undefined): number {
  const own = (facts?.mounts ?? []).filter(
    (mount) => mount.path !== '/' && host.dataDirs.some((dir) => `${dir}/`.startsWith(`${mount.path}/`)),
  )
  if (own.length === 0) return 1024
  const smallest = Math.min(...own.map((mount) => mount.sizeMb))
  return Math.min(32_768, Math.max(1024, Math.floor(smallest / 20)))
}

/** The value that the operator wrote for a property that is computed here. */
export function overlaid(cluster: Cluster, computed: Properties): Values {
  const properties: Record<string, Record<string, string>> = {}
  const steps: string[] = []
  for (const [file, values] of Object.entries(computed)) {
    for (const [name, value] of Object.entries(values)) {
      const written = cluster.properties[file]?.[name]
      if (written === undefined) continue
      properties[file] = { ...properties[file], [name]: written }
      steps.push(
        written === value
          ? `${name}: ${written}, written in cluster.yml`
          : `${name}: ${written}, written in cluster.yml; ${value} would be computed`,
      )
    }
  }
  return { properties, steps }
}

/** Lays `b` over `a`, file by file. */
export function merge(a: Properties, b: Properties): Properties {
  const files = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries([...files].map((file) => [file, { ...a[file], ...b[file] }]))
}
