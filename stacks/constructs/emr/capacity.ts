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
  ...(type.bidPrice === undefined ? {} : { bidPrice: type.bidPrice }),
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

/** Attributes that managed scaling changes, so that Terraform must ignore them. */
export const scaledByEmr = (capacity: EmrCapacity): string[] =>
  capacity.kind === 'groups'
    ? ['core_instance_group[0].instance_count']
    : capacity.core === undefined
      ? []
      : ['core_instance_fleet[0].target_on_demand_capacity', 'core_instance_fleet[0].target_spot_capacity']

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
