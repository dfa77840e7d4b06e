import type { EmrCapacity, EmrFleet, EmrGroup } from '../../../provisioners/config/infrastructure/types.ts'
import { ebsBlocks, withoutThroughput } from './volumes.ts'

/** A group as Terraform's block. With a bid it is Spot; without one it is On-Demand. */
export const groupOf = (name: string, group: EmrGroup) => ({
  name,
  instanceType: group.type,
  instanceCount: group.count,
  ...(group.market === 'SPOT' && group.bidPrice !== undefined ? { bidPrice: group.bidPrice } : {}),
  ebsConfig: ebsBlocks(group.volumes),
})

/** A task group, which is a resource of its own. */
export const taskGroupOf = (group: EmrGroup) => {
  const { ebsConfig, ...rest } = groupOf('task', group)
  return { ...rest, ebsConfig: withoutThroughput(ebsConfig) }
}

const typeOf = (type: EmrFleet['types'][number]) => ({
  instanceType: type.type,
  weightedCapacity: type.weight,
  // The provider would add its default of 100 % to a price, and EMR takes one of the two.
  ...(type.bidPrice === undefined ? {} : { bidPrice: type.bidPrice, bidPriceAsPercentageOfOnDemandPrice: 0 }),
  ...(type.bidPricePercent === undefined
    ? {}
    : { bidPriceAsPercentageOfOnDemandPrice: type.bidPricePercent }),
  ebsConfig: withoutThroughput(ebsBlocks(type.volumes)),
})

/** A fleet as Terraform's block. On-Demand has one strategy, the lowest price. */
export const fleetOf = (name: string, fleet: EmrFleet) => ({
  name,
  targetOnDemandCapacity: fleet.onDemandCapacity,
  targetSpotCapacity: fleet.spotCapacity,
  instanceTypeConfigs: fleet.types.map(typeOf),
  launchSpecifications: {
    ...(fleet.onDemandCapacity > 0
      ? { onDemandSpecification: [{ allocationStrategy: 'lowest-price' }] }
      : {}),
    ...(fleet.spotCapacity > 0
      ? {
          spotSpecification: [
            {
              allocationStrategy: fleet.allocation,
              timeoutAction: fleet.onTimeout,
              timeoutDurationMinutes: fleet.timeoutMinutes,
            },
          ],
        }
      : {}),
  },
})

/** The capacity inside of the cluster's resource; that of task instances is a resource of its own. */
export const clusterCapacity = (capacity: EmrCapacity) =>
  capacity.kind === 'groups'
    ? {
        masterInstanceGroup: groupOf('master', capacity.master),
        ...(capacity.core.count > 0 ? { coreInstanceGroup: groupOf('core', capacity.core) } : {}),
      }
    : {
        masterInstanceFleet: fleetOf('master', capacity.master),
        ...(capacity.core === undefined ? {} : { coreInstanceFleet: fleetOf('core', capacity.core) }),
      }

const targetsOf = (fleet: string): string[] =>
  ['on_demand', 'spot'].map((market) => `${fleet}[0].target_${market}_capacity`)

/** Sizes inside of the cluster that EMR changes, so that Terraform must ignore them. */
export const resizedByEmr = (capacity: EmrCapacity): string[] =>
  capacity.kind === 'groups'
    ? ['core_instance_group[0].instance_count']
    : [
        ...targetsOf('master_instance_fleet'),
        ...(capacity.core === undefined ? [] : targetsOf('core_instance_fleet')),
      ]

/** The volumes that Terraform's provider cannot express, one text each; empty when it can express all of them. */
export const unsupportedVolumes = (capacity: EmrCapacity): string[] => {
  const fleets = capacity.kind === 'fleets' ? [capacity.master, capacity.core, capacity.task] : []
  const types = fleets.flatMap((fleet) => fleet?.types ?? [])
  const mixed = types.filter((type) => ebsBlocks(type.volumes).length > 1)
  const task = capacity.kind === 'groups' ? (capacity.task?.volumes ?? []) : []
  const fast = [...types.flatMap((type) => type.volumes), ...task].some((v) => v.throughput !== undefined)
  return [
    ...mixed.map((t) => `${t.type}: volumes of several kinds in a fleet; the provider would drop them all`),
    ...(fast ? ['throughput of volumes in fleets and task groups; they get the default of their type'] : []),
  ]
}
