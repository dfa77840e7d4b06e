import { type Fields, fieldsOf, listOf, textOf, type Value } from './values.ts'
import type { World } from './world.ts'

/**
 * Arguments that a service reads back otherwise than they were written: a default that it fills in, a form that it
 * normalises, a value that another resource or the service itself changes. Terraform then sees a difference in every
 * plan, and for an argument that forces a replacement it destroys the resource.
 */
export interface ReadBack {
  readonly type: string
  /** Dots lead into a block of one element: `core_instance_group.instance_count`. */
  readonly argument: string
  /** What comes back; `undefined`: what was written. */
  readonly returns: (written: Value, fields: Fields, world: World) => Value | undefined
  readonly forcesNew: boolean
  /** Where this is known from; "inferred" where no document states it. */
  readonly source: string
}

const EMR_NAMES = ['Flink', 'Ganglia', 'Hadoop', 'HBase', 'HCatalog', 'Hive', 'Hue', 'JupyterHub', 'Livy']
const MORE_EMR_NAMES = ['Oozie', 'Phoenix', 'Pig', 'Presto', 'Spark', 'Sqoop', 'Tez', 'Zeppelin', 'ZooKeeper']

/** The name of an application as EMR writes it, whatever the case in which it was requested. */
const emrName = (name: Value): Value =>
  [...EMR_NAMES, ...MORE_EMR_NAMES].find((known) => known.toLowerCase() === textOf(name)?.toLowerCase()) ??
  name

const isScaled = (world: World, clusterId: Value): boolean =>
  world.all('aws_emr_managed_scaling_policy').some((policy) => policy.cluster_id === clusterId)

const oneMore = (written: Value): Value => (typeof written === 'number' ? written + 1 : undefined)

const scaled =
  (cluster: 'id' | 'cluster_id') =>
  (written: Value, fields: Fields, world: World): Value | undefined =>
    isScaled(world, fields[cluster]) ? oneMore(written) : undefined

const SCALING = 'EMR Management Guide, "Using managed scaling": EMR resizes groups and fleets'
const CLUSTER = 'provider, internal/service/emr/cluster.go'

const ofFleets = (argument: string): readonly ReadBack[] => [
  {
    ...{ type: 'aws_emr_cluster', argument: `core_instance_fleet.${argument}` },
    ...{ returns: scaled('id'), forcesNew: true, source: `${SCALING}; ${CLUSTER} (ForceNew)` },
  },
  {
    ...{ type: 'aws_emr_instance_fleet', argument },
    ...{ returns: scaled('cluster_id'), forcesNew: false, source: SCALING },
  },
]

export const READ_BACKS: readonly ReadBack[] = [
  {
    type: 'aws_instance',
    argument: 'associate_public_ip_address',
    // Read from the association of the first network interface, which an Elastic IP address also makes.
    returns: (_, { id }, world) => world.all('aws_eip').some((eip) => eip.instance === id) || undefined,
    forcesNew: true,
    source: 'provider, internal/service/ec2/ec2_instance.go; its issues 37318 and 47100',
  },
  {
    type: 'aws_instance',
    argument: 'ebs_optimized',
    returns: () => true,
    forcesNew: true,
    source: 'EC2 User Guide, "Amazon EBS-optimized instances": current types cannot switch it off',
  },
  {
    type: 'aws_ebs_volume',
    argument: 'iops',
    returns: (written, { type }) => (written === null || written === 1 ? defaultIops(type) : undefined),
    forcesNew: false,
    source: 'EC2 API, CreateVolume: gp3 has 3,000 IOPS and 125 MiB/s without a choice',
  },
  {
    type: 'aws_emr_cluster',
    argument: 'applications',
    returns: (written) => listOf(written).map(emrName),
    forcesNew: true,
    source: `EMR API, RunJobFlow: the list is case-insensitive; ${CLUSTER} (ForceNew); the form that comes back is inferred`,
  },
  {
    type: 'aws_emr_cluster',
    argument: 'step',
    // Steps that were added later come back too.
    returns: (written) => (listOf(written).length > 0 ? [...listOf(written), listOf(written)[0]] : undefined),
    forcesNew: true,
    source: `${CLUSTER}: reads ListSteps (ForceNew); issue 44462`,
  },
  {
    type: 'aws_emr_cluster',
    argument: 'core_instance_group.instance_count',
    returns: scaled('id'),
    forcesNew: false,
    source: `${SCALING}; ${CLUSTER} (changed in place)`,
  },
  {
    type: 'aws_emr_instance_group',
    argument: 'instance_count',
    returns: scaled('cluster_id'),
    forcesNew: false,
    source: SCALING,
  },
  ...['target_on_demand_capacity', 'target_spot_capacity'].flatMap(ofFleets),
  {
    type: 'aws_autoscaling_group',
    argument: 'desired_capacity',
    returns: (written, fields) =>
      written === fields.max_size || fields.max_size === fields.min_size ? undefined : oneMore(written),
    forcesNew: false,
    source: 'Auto Scaling User Guide, "Target tracking": a policy changes it between minimum and maximum',
  },
]

const defaultIops = (type: Value): Value => (type === 'gp3' ? 3000 : undefined)

/** What the service reports about a resource, given what was written. */
export function readBack(type: string, state: Fields, world: World): Fields {
  let result = state
  for (const row of READ_BACKS) {
    if (row.type !== type) continue
    const path = row.argument.split('.')
    const written = valueAt(state, path)
    if (written === undefined) continue
    const value = row.returns(written, state, world)
    if (value !== undefined) result = withValue(result, path, value)
  }
  return result
}

/** The value at a path through blocks of one element; undefined where a block is missing. */
export function valueAt(fields: Fields, [name = '', ...rest]: readonly string[]): Value {
  const value = fields[name]
  if (rest.length === 0) return value
  const inner = Array.isArray(value) ? value[0] : value
  return inner === undefined || inner === null ? undefined : valueAt(fieldsOf(inner), rest)
}

function withValue(fields: Fields, [name = '', ...rest]: readonly string[], value: Value): Fields {
  if (rest.length === 0) return { ...fields, [name]: value }
  const inner = fields[name]
  const changed = withValue(fieldsOf(Array.isArray(inner) ? inner[0] : inner), rest, value)
  return { ...fields, [name]: Array.isArray(inner) ? [changed, ...inner.slice(1)] : changed }
}
