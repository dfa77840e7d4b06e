import { referencesIn, type SynthesisedResource, type SynthesisedStack } from '../terraform/synthesised.ts'
import { block } from './captions.ts'
import type { Part } from './parts.ts'

const text = (value: unknown): string => (value === undefined ? '' : String(value))

const fleetLines = (fleet: Readonly<Record<string, unknown>>): readonly string[] => {
  const types = (Array.isArray(fleet.instance_type_configs) ? fleet.instance_type_configs : []).map((one) =>
    text(block(one).instance_type),
  )
  const onDemand = Number(fleet.target_on_demand_capacity ?? 0)
  const spot = Number(fleet.target_spot_capacity ?? 0)
  const rest = types.length - 2
  const more = rest > 0 ? ` and ${rest} more type${rest === 1 ? '' : 's'}` : ''
  return [
    `${types.slice(0, 2).join(', ')}${more}`,
    [onDemand > 0 ? `${onDemand} on demand` : '', spot > 0 ? `${spot} Spot` : ''].filter(Boolean).join(', '),
  ].filter((line) => line !== '')
}

const groupLines = (group: Readonly<Record<string, unknown>>): readonly string[] => {
  const market = group.bid_price === undefined ? '' : ', Spot'
  return [`${text(group.instance_count ?? 1)} of ${text(group.instance_type)}${market}`]
}

const GROUPS = {
  master: 'emr_managed_master_security_group',
  slave: 'emr_managed_slave_security_group',
} as const

/** The nodes of an EMR cluster: master, core, and the task groups and fleets that are resources of their own. */
export const emrParts = (stack: SynthesisedStack, cluster: SynthesisedResource): readonly Part[] => {
  const ec2 = block(cluster.body.ec2_attributes)
  const base = { resource: cluster, cluster: 'EMR cluster' }
  const part = (
    role: 'Master' | 'Core' | 'Task',
    resource: SynthesisedResource,
    group: unknown,
    fleet: unknown,
  ): readonly Part[] => {
    if (group === undefined && fleet === undefined) return []
    const lines = fleet === undefined ? groupLines(block(group)) : fleetLines(block(fleet))
    const own = role === 'Master' ? GROUPS.master : GROUPS.slave
    const more = role === 'Master' ? 'additional_master_security_groups' : 'additional_slave_security_groups'
    const securityGroups = [...referencesIn(ec2[own]), ...referencesIn(ec2[more])]
    return [
      {
        ...base,
        address: resource.address,
        caption: { kind: 'compute', title: role, lines },
        securityGroups,
      },
    ]
  }
  const { body } = cluster
  const tasks = [...stack.of('aws_emr_instance_group'), ...stack.of('aws_emr_instance_fleet')].filter((one) =>
    one.references.includes(cluster.address),
  )
  return [
    ...part('Master', cluster, body.master_instance_group, body.master_instance_fleet),
    ...part('Core', cluster, body.core_instance_group, body.core_instance_fleet),
    ...tasks.flatMap((task) =>
      task.type === 'aws_emr_instance_group'
        ? part('Task', task, task.body, undefined)
        : part('Task', task, undefined, task.body),
    ),
  ]
}
