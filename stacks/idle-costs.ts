import type { SynthesisedResource, SynthesisedStack } from './terraform/synthesised.ts'

/** Resources of one kind that cost money by the hour or the month, with or without jobs. No prices: they change. */
export interface IdleCost {
  /** Stable: `nat-gateway`, `load-balancer`, … */
  readonly kind: string
  readonly title: string
  /** How many are paid for; an interface endpoint counts once a zone, a Multi-AZ database twice. */
  readonly count: number
  readonly why: string
  /** Terraform's addresses of what is counted. */
  readonly addresses: readonly string[]
}

interface Rule {
  readonly kind: string
  readonly title: string
  readonly why: string
  /** How many a resource adds; 0: none. */
  readonly count: (resource: SynthesisedResource) => number
}

const ofType =
  (type: string, count: (resource: SynthesisedResource) => number = () => 1) =>
  (resource: SynthesisedResource): number =>
    resource.type === type ? count(resource) : 0

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 1)

const numberOf = (value: unknown): number => Number(value ?? 0) || 0

const isTrue = (value: unknown): boolean => value === true || value === 'true'

const first = (value: unknown): Readonly<Record<string, unknown>> => {
  const one = Array.isArray(value) ? value[0] : value
  return one !== null && typeof one === 'object' ? (one as Readonly<Record<string, unknown>>) : {}
}

/** Elastic addresses, hosts with a public one, and one for each zone of a load balancer that faces the internet. */
const publicAddresses = (resource: SynthesisedResource): number => {
  const { type, body } = resource
  if (type === 'aws_eip') return 1
  if (type === 'aws_instance') return isTrue(body.associate_public_ip_address) ? 1 : 0
  if (type === 'aws_lb') return isTrue(body.internal) ? 0 : lengthOf(body.subnets ?? body.subnet_mapping)
  return 0
}

/** Nodes of an EMR cluster until it is terminated, without its task groups, which are separate resources. */
const emrNodes = (resource: SynthesisedResource): number => {
  const { type, body } = resource
  const fleet = (value: unknown): number =>
    numberOf(first(value).target_on_demand_capacity) + numberOf(first(value).target_spot_capacity)
  if (type === 'aws_emr_instance_group') return numberOf(body.instance_count)
  if (type === 'aws_emr_instance_fleet') return fleet(body)
  if (type !== 'aws_emr_cluster') return 0
  const group = (value: unknown): number =>
    value === undefined ? 0 : numberOf(first(value).instance_count ?? 1)
  return (
    group(body.master_instance_group) +
    group(body.core_instance_group) +
    fleet(body.master_instance_fleet) +
    fleet(body.core_instance_fleet)
  )
}

const isAutoTerminated = (cluster: SynthesisedResource): boolean =>
  cluster.body.auto_termination_policy !== undefined

const RULES: readonly Rule[] = [
  {
    kind: 'emr-node',
    title: 'EMR nodes without auto-termination',
    why: 'The cluster waits for steps with every node running, and is paid for by the second until it is terminated.',
    count: emrNodes,
  },
  {
    kind: 'instance',
    title: 'EC2 hosts',
    why: 'A host is paid for as long as it runs; when it is stopped, its disks are still paid for.',
    count: ofType('aws_instance'),
  },
  {
    kind: 'auto-scaling',
    title: 'EC2 hosts that auto-scaling groups keep',
    why: 'A group never has fewer hosts than its minimum.',
    count: ofType('aws_autoscaling_group', ({ body }) => numberOf(body.min_size)),
  },
  {
    kind: 'database',
    title: 'RDS instances',
    why: 'A database is paid for by the hour with its storage and backups; a standby in a second zone counts as another.',
    count: ofType('aws_db_instance', ({ body }) => (isTrue(body.multi_az) ? 2 : 1)),
  },
  {
    kind: 'nat-gateway',
    title: 'NAT gateways',
    why: 'A gateway is paid for by the hour, and by the gigabyte that it transfers.',
    count: ofType('aws_nat_gateway'),
  },
  {
    kind: 'load-balancer',
    title: 'Load balancers',
    why: 'A load balancer is paid for by the hour, also without requests.',
    count: ofType('aws_lb'),
  },
  {
    kind: 'public-address',
    title: 'Public IPv4 addresses',
    why: 'Every public IPv4 address is paid for by the hour, in use or not.',
    count: publicAddresses,
  },
  {
    kind: 'interface-endpoint',
    title: 'Interface endpoints, one in each zone',
    why: 'An interface endpoint is paid for by the hour in each of its zones; gateway endpoints are free.',
    count: ofType('aws_vpc_endpoint', ({ body }) =>
      body.vpc_endpoint_type === 'Interface' ? lengthOf(body.subnet_ids) : 0,
    ),
  },
  {
    kind: 'volume',
    title: 'EBS data volumes',
    why: 'A volume is paid for by its size until it is deleted, attached or not.',
    count: ofType('aws_ebs_volume'),
  },
  {
    kind: 'key',
    title: 'KMS keys',
    why: 'A key of your own is paid for by the month, and each of its rotations adds to it.',
    count: ofType('aws_kms_key'),
  },
  {
    kind: 'secret',
    title: 'Secrets in Secrets Manager',
    why: "A secret is paid for by the month; a database's managed master password is one.",
    count: (resource) =>
      ofType('aws_secretsmanager_secret')(resource) +
      ofType('aws_db_instance', ({ body }) => (isTrue(body.manage_master_user_password) ? 1 : 0))(resource),
  },
  {
    kind: 'web-acl',
    title: 'WAF web ACLs',
    why: 'A web ACL is paid for by the month, and each of its rules too.',
    count: ofType('aws_wafv2_web_acl'),
  },
]

/** Task groups and fleets end with their cluster: those of an auto-terminated cluster have no idle cost. */
const endsWithCluster = (stack: SynthesisedStack, resource: SynthesisedResource): boolean => {
  if (resource.type === 'aws_emr_cluster') return isAutoTerminated(resource)
  if (!resource.type.startsWith('aws_emr_instance_')) return false
  return resource.references.some((address) => {
    const cluster = stack.at(address)
    return cluster?.type === 'aws_emr_cluster' && isAutoTerminated(cluster)
  })
}

/**
 * What costs money in these stacks while nothing runs, grouped by kind. The most expensive kinds of a usual
 * deployment come first. Storage that grows with use (buckets, log groups) is not counted.
 */
export const idleCosts = (stacks: readonly SynthesisedStack[]): readonly IdleCost[] =>
  RULES.flatMap(({ kind, title, why, count }) => {
    const counted = stacks
      .flatMap((stack) => stack.resources.filter((one) => !one.data && !endsWithCluster(stack, one)))
      .map((resource) => ({ address: resource.address, count: count(resource) }))
      .filter((one) => one.count > 0)
    if (counted.length === 0) return []
    const total = counted.reduce((sum, one) => sum + one.count, 0)
    return [{ kind, title, count: total, why, addresses: counted.map((one) => one.address) }]
  })
