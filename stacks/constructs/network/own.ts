import type { Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import {
  type Construct,
  DefaultSecurityGroup,
  Eip,
  InternetGateway,
  type ITerraformDependable,
  NatGateway,
  Route,
  RouteTable,
  RouteTableAssociation,
  Subnet,
  Vpc,
} from '../../tf.ts'
import { EMR_TAG } from '../tags.ts'
import { planSubnets } from './cidr.ts'
import { createFlowLogs } from './flow-logs.ts'
import type { NetworkOf, NetworkOptions, NetworkParts } from './parts.ts'

const ANYWHERE = '0.0.0.0/0'

/** Creates a VPC with a public and a private subnet in each zone. */
export const createNetwork = (
  scope: Construct,
  net: NetworkOf<'own'>,
  options: NetworkOptions,
): NetworkParts => {
  const { infrastructure } = options
  const plan = planSubnets(net.cidr, infrastructure.zones.length, infrastructure.file)
  const vpc = new Vpc(scope, 'vpc', {
    cidrBlock: net.cidr,
    enableDnsSupport: true,
    enableDnsHostnames: true,
    tags: { Name: infrastructure.name, ...emrTag(infrastructure) },
  })
  // Every resource has its own group, so AWS's default group has no rules.
  new DefaultSecurityGroup(scope, 'default-group', {
    vpcId: vpc.id,
    tags: { Name: `${infrastructure.name}-default-unused` },
  })
  if (net.flowLogs) createFlowLogs(scope, vpc.id, options)
  const publicSubnets = createPublicSubnets(scope, vpc, plan.publicCidrs, infrastructure)
  const privateSubnets = createPrivateSubnets(scope, vpc, plan.privateCidrs, infrastructure)
  const gateways = createNatRoutes(scope, net.nat, publicSubnets, privateSubnets, infrastructure)
  return {
    references: {
      vpcId: vpc.id,
      vpcCidr: net.cidr,
      zones: infrastructure.zones,
      publicSubnetIds: publicSubnets.subnets.map((subnet) => subnet.id),
      privateSubnetIds: privateSubnets.subnets.map((subnet) => subnet.id),
      publicZones: infrastructure.zones,
      privateZones: infrastructure.zones,
      ready: [...publicSubnets.ready, ...privateSubnets.ready, ...gateways],
    },
    routeTables: {
      public: publicSubnets.table.id,
      ...Object.fromEntries(privateSubnets.tables.map((table, i) => [`private-${i + 1}`, table.id])),
    },
  }
}

const emrTag = (infrastructure: Infrastructure): Readonly<Record<string, string>> =>
  infrastructure.emr === undefined ? {} : EMR_TAG

const subnetsOf = (
  scope: Construct,
  kind: 'public' | 'private',
  vpc: Vpc,
  cidrs: readonly string[],
  infrastructure: Infrastructure,
): Subnet[] =>
  cidrs.map(
    (cidr, i) =>
      new Subnet(scope, `${kind}-${i + 1}`, {
        vpcId: vpc.id,
        cidrBlock: cidr,
        availabilityZone: infrastructure.zones[i] ?? '',
        // A host that needs a public address requests it; the subnet never assigns one.
        mapPublicIpOnLaunch: false,
        tags: { Name: `${infrastructure.name}-${kind}-${i + 1}`, Tier: kind, ...emrTag(infrastructure) },
      }),
  )

interface PublicSubnets {
  readonly gateway: InternetGateway
  readonly subnets: readonly Subnet[]
  readonly table: RouteTable
  readonly ready: readonly ITerraformDependable[]
}

const createPublicSubnets = (
  scope: Construct,
  vpc: Vpc,
  cidrs: readonly string[],
  infrastructure: Infrastructure,
): PublicSubnets => {
  const gateway = new InternetGateway(scope, 'internet', {
    vpcId: vpc.id,
    tags: { Name: infrastructure.name },
  })
  const table = new RouteTable(scope, 'public-routes', {
    vpcId: vpc.id,
    tags: { Name: `${infrastructure.name}-public` },
  })
  const out = new Route(scope, 'public-out', {
    routeTableId: table.id,
    destinationCidrBlock: ANYWHERE,
    gatewayId: gateway.id,
  })
  const subnets = subnetsOf(scope, 'public', vpc, cidrs, infrastructure)
  const associations = subnets.map(
    (subnet, i) =>
      new RouteTableAssociation(scope, `public-${i + 1}-routes`, {
        subnetId: subnet.id,
        routeTableId: table.id,
      }),
  )
  return { gateway, subnets, table, ready: [out, ...associations] }
}

interface PrivateSubnets {
  readonly subnets: readonly Subnet[]
  /** One a zone, so that a change of `nat` changes routes and no table. */
  readonly tables: readonly RouteTable[]
  readonly ready: readonly ITerraformDependable[]
}

const createPrivateSubnets = (
  scope: Construct,
  vpc: Vpc,
  cidrs: readonly string[],
  infrastructure: Infrastructure,
): PrivateSubnets => {
  const subnets = subnetsOf(scope, 'private', vpc, cidrs, infrastructure)
  const tables = subnets.map(
    (_, i) =>
      new RouteTable(scope, `private-${i + 1}-table`, {
        vpcId: vpc.id,
        tags: { Name: `${infrastructure.name}-private-${i + 1}` },
      }),
  )
  const ready = subnets.flatMap((subnet, i) => {
    const table = tables[i]
    if (table === undefined) return []
    return [
      new RouteTableAssociation(scope, `private-${i + 1}-routes`, {
        subnetId: subnet.id,
        routeTableId: table.id,
      }),
    ]
  })
  return { subnets, tables, ready }
}

const createNatRoutes = (
  scope: Construct,
  nat: NetworkOf<'own'>['nat'],
  publicSubnets: PublicSubnets,
  privateSubnets: PrivateSubnets,
  infrastructure: Infrastructure,
): readonly ITerraformDependable[] => {
  if (nat === 'none') return []
  const natSubnets = nat === 'single' ? publicSubnets.subnets.slice(0, 1) : publicSubnets.subnets
  const gateways = natSubnets.map((subnet, i) => {
    const name = `${infrastructure.name}-nat-${i + 1}`
    const address = new Eip(scope, `nat-${i + 1}-address`, {
      domain: 'vpc',
      tags: { Name: name },
      dependsOn: [publicSubnets.gateway],
    })
    return new NatGateway(scope, `nat-${i + 1}`, {
      allocationId: address.id,
      subnetId: subnet.id,
      tags: { Name: name },
      dependsOn: [publicSubnets.gateway],
    })
  })
  return privateSubnets.tables.map(
    (table, i) =>
      new Route(scope, `private-${i + 1}-out`, {
        routeTableId: table.id,
        destinationCidrBlock: ANYWHERE,
        natGatewayId: (gateways[i] ?? gateways[0])?.id ?? '',
      }),
  )
}
