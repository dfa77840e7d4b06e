import type { InfrastructureLms } from '../../../provisioners/config/infrastructure/types.ts'
import {
  Annotations,
  type Construct,
  DataAwsRouteTable,
  type ITerraformDependable,
  Route,
  TerraformIterator,
  TerraformOutput,
  VpcPeeringConnection,
  VpcSecurityGroupIngressRule,
} from '../../tf.ts'
import type { RuledGroup } from '../security-group.ts'
import type { NetworkOptions, NetworkParts } from './parts.ts'

type Peering = Extract<InfrastructureLms, { kind: 'peering' }>

/** Peers with the VPC of the LMS and creates the routes on this side. A note lists the steps on the other side. */
export const createPeering = (
  scope: Construct,
  parts: NetworkParts,
  lms: Peering,
  { infrastructure }: NetworkOptions,
): readonly ITerraformDependable[] => {
  const elsewhere =
    lms.accountId !== undefined || (lms.region !== undefined && lms.region !== infrastructure.region)
  const peering = new VpcPeeringConnection(scope, 'lms', {
    vpcId: parts.references.vpcId,
    peerVpcId: lms.vpcId,
    ...(lms.accountId === undefined ? {} : { peerOwnerId: lms.accountId }),
    ...(elsewhere && lms.region !== undefined ? { peerRegion: lms.region } : {}),
    autoAccept: !elsewhere,
    // The name of a database in the LMS's VPC then resolves to its private address.
    ...(elsewhere ? {} : { requester: { allowRemoteVpcDnsResolution: true } }),
    tags: { Name: `${infrastructure.name}-lms` },
  })
  new TerraformOutput(scope, 'lms_peering_id', { value: peering.id, staticId: true })
  noteOtherSide(scope, lms, elsewhere, infrastructure.network.cidr)
  const tables = Object.entries(parts.routeTables)
  if (tables.length === 0) return routesInFoundTables(scope, parts, lms.cidr, peering.id)
  return tables.map(
    ([name, table]) =>
      new Route(scope, `${name}-lms`, {
        routeTableId: table,
        destinationCidrBlock: lms.cidr,
        vpcPeeringConnectionId: peering.id,
      }),
  )
}

const noteOtherSide = (scope: Construct, lms: Peering, elsewhere: boolean, cidr: string): void => {
  const steps = [
    ...(elsewhere ? [`accept the peering connection in ${lms.accountId ?? lms.region}`] : []),
    `route ${cidr} to the peering connection in the route tables of ${lms.vpcId}`,
    `admit ${cidr} to port ${lms.port} in the security group of the LMS's database`,
  ]
  Annotations.of(scope).addInfo(`on the side of the LMS: ${steps.join('; ')}`)
}

/** Subnets may share a table, so a set of the tables gets the routes. */
const routesInFoundTables = (
  scope: Construct,
  parts: NetworkParts,
  cidr: string,
  peeringId: string,
): readonly ITerraformDependable[] => {
  const { publicSubnetIds, privateSubnetIds } = parts.references
  const tables = [...publicSubnetIds, ...privateSubnetIds].map(
    (subnetId, i) => new DataAwsRouteTable(scope, `table-${i + 1}`, { subnetId }).routeTableId,
  )
  if (tables.length === 0) return []
  const each = TerraformIterator.fromList(tables)
  return [
    new Route(scope, 'lms-routes', {
      forEach: each,
      routeTableId: each.value,
      destinationCidrBlock: cidr,
      vpcPeeringConnectionId: peeringId,
    }),
  ]
}

/** Lets the members of a group connect to the LMS's database: egress here and, in the same VPC, a rule in its group. */
export const addLmsRules = (scope: Construct, lms: InfrastructureLms, group: RuledGroup): void => {
  const why = 'read replica of the LMS database'
  if (lms.kind === 'peering') {
    group.reach('lms', { cidr: lms.cidr }, lms.port, why)
    return
  }
  group.reach('lms', { securityGroupId: lms.securityGroupId }, lms.port, why)
  const name = group.node.path.split('/').slice(1).join('-')
  new VpcSecurityGroupIngressRule(scope, `lms-admits-${name}`, {
    securityGroupId: lms.securityGroupId,
    referencedSecurityGroupId: group.id,
    ipProtocol: 'tcp',
    fromPort: lms.port,
    toPort: lms.port,
    description: 'Howdah: the analytics cluster reads the LMS database',
    tags: { Name: name },
  })
}
