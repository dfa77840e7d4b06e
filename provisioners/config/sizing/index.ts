import { HowdahError, HowdahErrors } from '../../errors.ts'
import { placeOf, placeOfHost } from '../document/remembered.ts'
import { hostsWith, primaryOf, runsTasks } from '../placed.ts'
import type { Cluster, Host, Sizing } from '../types.ts'
import {
  type ContainerSizes,
  containerSizes,
  containerSteps,
  floorTo,
  SMALLEST_NODEMANAGER,
} from './containers.ts'
import { budgetDaemons, type DaemonBudget, systemReserve } from './heaps.ts'
import {
  amShare,
  commonProperties,
  handlerCount,
  merge,
  overlaid,
  ownProperties,
  slotProperties,
  type Values,
} from './properties.ts'
import { slotHeap, slotSize, sortMb } from './slots.ts'

/** The facts of a host that sizing needs. `mounts` may be left out. */
export interface SizingFacts {
  readonly memoryMb: number
  readonly cores: number
  readonly mounts?: readonly { readonly path: string; readonly sizeMb: number }[]
}

export type FactsByHost = Readonly<Record<string, SizingFacts | undefined>>

/** Assumed for a host that was not read and has no memory or cores in cluster.yml. */
export const ASSUMED = { memoryMb: 8192, cores: 2 } as const

/** The sizes of one host, before the values that all hosts share. */
interface Draft {
  readonly host: Host
  readonly memoryMb: number
  readonly cores: number
  /** True when the memory was neither read nor written in cluster.yml. */
  readonly assumed: boolean
  readonly budget: DaemonBudget
  /** Memory that is left for tasks on a host that runs jobs: of its NodeManager or its TaskTracker. */
  readonly nodeManagerMb: number | undefined
  readonly nameNodeMb: number
  /** True when the operator set the memory for containers, which may exceed what the host has. */
  readonly fixed: boolean
  readonly vcores: number
  readonly steps: readonly string[]
}

interface CommonValues extends Values {
  /** Only with Hadoop 1. */
  readonly slotMb?: number
}

/** As sizeCluster, for one host; the other hosts count with what cluster.yml has for them. */
export function sizeHost(cluster: Cluster, host: Host, facts?: SizingFacts): Sizing {
  const sized = sizeCluster(cluster, { [host.name]: facts })[host.name]
  if (sized === undefined) throw new Error(`${host.name} is not a host of the cluster`)
  return sized
}

/**
 * Divides memory and cores of every host: daemon heaps, NodeManager memory, container sizes. Pure.
 * What must be the same everywhere (scheduler and MapReduce) comes from the NodeManager with the least memory.
 * Values of `cluster.properties` win, and what depends on them follows them.
 *
 * Differs from the rule of the sources (reserve max(2 GiB, 10 %), no host below 1 GiB of containers) so that hosts of
 * 2 GiB work: an eighth is kept for the system, and daemons shrink with their host.
 * Throws HowdahErrors SPEC_TOO_SMALL for hosts that cannot hold their daemons, all at once.
 */
export function sizeCluster(cluster: Cluster, facts: FactsByHost): Record<string, Sizing> {
  const drafts = draftAll(cluster, facts)
  const tooSmall = drafts.flatMap((one) => checkRoom(cluster, one))
  const [first, ...rest] = tooSmall
  if (first !== undefined) throw new HowdahErrors([first, ...rest])
  const common = commonValues(cluster, drafts)
  return Object.fromEntries(
    drafts.map((one) => [one.host.name, finish(cluster, one, common, facts[one.host.name])]),
  )
}

/** The SecondaryNameNode loads what the NameNode has in memory, so it gets the same heap. */
function draftAll(cluster: Cluster, facts: FactsByHost): Draft[] {
  const main = primaryOf(cluster, 'namenode')
  const heap = main && draft(cluster, main, facts[main.name], 0).budget.heaps.namenode?.mb
  return cluster.hosts.map((host) => draft(cluster, host, facts[host.name], heap ?? 0))
}

function draft(cluster: Cluster, host: Host, facts: SizingFacts | undefined, nameNodeMb: number): Draft {
  // The kernel's own share of memory differs a little after each boot, and that must not cause a restart.
  const read = facts && floorTo(facts.memoryMb, 128)
  const memoryMb = host.memoryMb ?? read ?? ASSUMED.memoryMb
  const cores = host.cores ?? facts?.cores ?? ASSUMED.cores
  const budget = budgetDaemons(cluster, host, memoryMb, nameNodeMb)
  const reserve = systemReserve(memoryMb)
  const isWorker = runsTasks(host)
  const free = memoryMb - reserve - budget.usedMb
  const wish = wished(cluster, 'yarn-site', 'yarn.nodemanager.resource.memory-mb')
  const nodeManagerMb = isWorker ? (wish ?? floorTo(free, 128)) : undefined
  return {
    host,
    memoryMb,
    cores,
    assumed: host.memoryMb === undefined && facts === undefined,
    budget,
    nodeManagerMb,
    nameNodeMb,
    fixed: wish !== undefined,
    vcores: wished(cluster, 'yarn-site', 'yarn.nodemanager.resource.cpu-vcores') ?? Math.max(1, cores),
    steps: [
      origin('memory', `${memoryMb} MiB`, host.memoryMb !== undefined, facts !== undefined),
      origin('cores', String(cores), host.cores !== undefined, facts !== undefined),
      `system: an eighth, 256 to 16384 = ${reserve} MiB`,
      ...budget.steps,
      ...(isWorker ? [nodeManagerStep(memoryMb, reserve, budget.usedMb, wish)] : []),
    ],
  }
}

function origin(what: string, value: string, written: boolean, read: boolean): string {
  if (written) return `${what}: ${value}, written in cluster.yml`
  return `${what}: ${value}, ${read ? 'as the host reports' : 'assumed until the host is read'}`
}

function nodeManagerStep(memoryMb: number, reserve: number, used: number, wish: number | undefined): string {
  if (wish !== undefined) return `containers: ${wish} MiB, written in cluster.yml`
  return `containers: ${memoryMb} - ${reserve} - ${used} = ${memoryMb - reserve - used}, in steps of 128 = ${floorTo(memoryMb - reserve - used, 128)} MiB`
}

/** The whole number that the operator wrote for a property. */
function wished(cluster: Cluster, file: string, name: string): number | undefined {
  const text = cluster.properties[file]?.[name]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** A host with assumed memory is never refused, since it may be larger. */
function checkRoom(cluster: Cluster, one: Draft): HowdahError[] {
  const { host, memoryMb, nodeManagerMb } = one
  if (one.assumed) return []
  const room = memoryMb - systemReserve(memoryMb) - one.budget.usedMb
  const wants = nodeManagerMb === undefined || one.fixed ? 0 : SMALLEST_NODEMANAGER
  if (room >= wants) return one.fixed ? checkFixed(cluster, one) : []
  const needs = leastMemory(cluster, host, one.nameNodeMb)
  return [
    new HowdahError({
      code: 'SPEC_TOO_SMALL',
      exit: 'configuration',
      message: `${host.name} has ${memoryMb} MiB, and needs ${needs} for ${host.daemons.join(', ')}`,
      found: `${memoryMb} MiB`,
      expected: `${needs} MiB or more`,
      where: placeOfHost(cluster, host),
      next:
        host.memoryMb === undefined
          ? `give ${host.name} more memory, or move a role to another host`
          : `write \`memory: ${needs}MiB\` or more for ${host.name}, or move a role to another host`,
    }),
  ]
}

function checkFixed(cluster: Cluster, { host, nodeManagerMb = SMALLEST_NODEMANAGER }: Draft): HowdahError[] {
  if (nodeManagerMb >= SMALLEST_NODEMANAGER) return []
  return [
    new HowdahError({
      code: 'SPEC_TOO_SMALL',
      exit: 'configuration',
      message: `yarn.nodemanager.resource.memory-mb is ${nodeManagerMb}, and a job on ${host.name} needs ${SMALLEST_NODEMANAGER}`,
      found: String(nodeManagerMb),
      expected: `${SMALLEST_NODEMANAGER} or more`,
      where: placeOf(cluster, 'yarn-site', 'yarn.nodemanager.resource.memory-mb'),
      next: 'raise it, or remove it and let it be computed',
    }),
  ]
}

/** The least memory, in steps of 128 MiB, on which a host's daemons work. */
export function leastMemory(cluster: Cluster, host: Host, nameNodeMb = 0): number {
  const containers = runsTasks(host) ? SMALLEST_NODEMANAGER : 0
  for (let mb = 512; ; mb += 128) {
    if (mb - systemReserve(mb) - budgetDaemons(cluster, host, mb, nameNodeMb).usedMb >= containers) return mb
  }
}

/** The value that all hosts of Hadoop 1 share: the size of a slot, from which each TaskTracker computes its slots. */
function slotValues(least: Draft, handlers: number): CommonValues {
  const memory = least.nodeManagerMb ?? 0
  const slotMb = slotSize(memory, least.vcores)
  return {
    slotMb,
    properties: slotProperties(slotMb, handlers),
    steps: [
      `the TaskTracker with the least memory is ${least.host.name}: ${memory} MiB, ${least.vcores} cores; what follows holds for every host`,
      `slot: ${memory} / (${Math.max(least.vcores, 2)} cores × 1.5), in steps of 64, 384 to 4096 = ${slotMb} MiB`,
      `heaps: the lesser of 0.8 of the slot and 128 MiB below it: ${slotHeap(slotMb)} MiB`,
      `io.sort.mb: 0.4 of the heap, at most 1024 = ${sortMb(slotHeap(slotMb))} MiB`,
    ],
  }
}

/** Values that every host must agree on. */
function commonValues(cluster: Cluster, drafts: readonly Draft[]): CommonValues {
  const nodeManagers = drafts.filter((one) => one.nodeManagerMb !== undefined)
  // A host that was not read does not count for the smallest memory, unless no host was read.
  const known = nodeManagers.filter((one) => !one.assumed)
  const least = (known.length > 0 ? known : nodeManagers).reduce((a, b) =>
    (b.nodeManagerMb ?? 0) < (a.nodeManagerMb ?? 0) ? b : a,
  )
  const memory = least.nodeManagerMb ?? 0
  const dataNodes = hostsWith(cluster, 'datanode').length
  const handlers = handlerCount(dataNodes)
  if (cluster.generation === 'hadoop1') return slotValues(least, handlers)
  const sizes = containerSizes(memory, least.vcores, {
    minAllocationMb: wished(cluster, 'yarn-site', 'yarn.scheduler.minimum-allocation-mb'),
    maxAllocationMb: wished(cluster, 'yarn-site', 'yarn.scheduler.maximum-allocation-mb'),
    mapMb: wished(cluster, 'mapred-site', 'mapreduce.map.memory.mb'),
    reduceMb: wished(cluster, 'mapred-site', 'mapreduce.reduce.memory.mb'),
    amMb: wished(cluster, 'mapred-site', 'yarn.app.mapreduce.am.resource.mb'),
  })
  if (!least.assumed) checkContainers(cluster, sizes)
  const share = amShare(sizes.amMb, memory * nodeManagers.length)
  return {
    properties: commonProperties(sizes, share, handlers),
    steps: [
      `the NodeManager with the least memory is ${least.host.name}: ${memory} MiB, ${least.vcores} cores; what follows holds for every host`,
      ...containerSteps(memory, least.vcores, sizes),
      `ApplicationMasters: room for four at once, 0.1 to 0.5 of the cluster = ${share}`,
      `NameNode handlers: 20 × ln(${dataNodes} DataNodes), 10 to 200 = ${handlers}`,
    ],
  }
}

/** The scheduler refuses every job whose container is larger than the largest that it gives. */
function checkContainers(cluster: Cluster, sizes: ContainerSizes): void {
  const containers = [
    ['mapreduce.map.memory.mb', sizes.mapMb],
    ['mapreduce.reduce.memory.mb', sizes.reduceMb],
    ['yarn.app.mapreduce.am.resource.mb', sizes.amMb],
  ] as const
  const errors = containers
    .filter(([, mb]) => mb > sizes.maxAllocationMb)
    .map(
      ([name, mb]) =>
        new HowdahError({
          code: 'SPEC_CONTAINER_TOO_LARGE',
          exit: 'configuration',
          message: `${name} is ${mb}, and the largest container is ${sizes.maxAllocationMb} MiB`,
          found: String(mb),
          expected: `at most ${sizes.maxAllocationMb}`,
          where: placeOf(cluster, 'mapred-site', name),
          next: 'lower it, or remove it and let it be computed',
        }),
    )
  const [first, ...rest] = errors
  if (first !== undefined) throw new HowdahErrors([first, ...rest])
}

function finish(cluster: Cluster, one: Draft, common: CommonValues, facts: SizingFacts | undefined): Sizing {
  const own = ownProperties(one, cluster.generation, common.slotMb, facts)
  const computed = merge(common.properties, own.properties)
  const overrides = overlaid(cluster, computed)
  return {
    memoryMb: one.memoryMb,
    cores: one.cores,
    heaps: one.budget.heaps,
    properties: merge(computed, overrides.properties),
    steps: [...one.steps, ...own.steps, ...common.steps, ...overrides.steps],
  }
}
