import {
  Annotations,
  type Construct,
  DataAwsSubnet,
  DataAwsSubnets,
  DataAwsVpc,
  Fn,
  Token,
} from '../../tf.ts'
import { EMR_TAG } from '../tags.ts'
import type { NetworkOf, NetworkOptions, NetworkParts } from './parts.ts'

/** An existing network, by the ids of its parts. */
export const existingNetwork = (
  scope: Construct,
  net: NetworkOf<'existing'>,
  options: NetworkOptions,
): NetworkParts => {
  warnOfMissingTag(scope, options)
  return {
    references: {
      vpcId: net.vpcId,
      vpcCidr: net.cidr,
      zones: options.infrastructure.zones,
      publicSubnetIds: net.publicSubnetIds,
      privateSubnetIds: net.privateSubnetIds,
      publicZones: zonesOf(scope, 'public', net.publicSubnetIds),
      privateZones: zonesOf(scope, 'private', net.privateSubnetIds),
      ready: [],
    },
    routeTables: {},
  }
}

/** An existing network, found by tags: the VPC, and one public and one private subnet a zone. */
export const findNetwork = (
  scope: Construct,
  net: NetworkOf<'found'>,
  options: NetworkOptions,
): NetworkParts => {
  warnOfMissingTag(scope, options)
  const { zones } = options.infrastructure
  const vpc = new DataAwsVpc(scope, 'vpc', { tags: net.vpcTags })
  const find = (kind: 'public' | 'private', tags: Readonly<Record<string, string>>): string[] =>
    Object.keys(tags).length === 0 ? [] : zones.map((zone) => findSubnet(scope, kind, zone, vpc.id, tags))
  const publicSubnetIds = find('public', net.publicSubnetTags)
  const privateSubnetIds = find('private', net.privateSubnetTags)
  return {
    references: {
      vpcId: vpc.id,
      vpcCidr: net.cidr,
      zones,
      publicSubnetIds,
      privateSubnetIds,
      publicZones: publicSubnetIds.length === 0 ? [] : zones,
      privateZones: privateSubnetIds.length === 0 ? [] : zones,
      ready: [],
    },
    routeTables: {},
  }
}

const zonesOf = (scope: Construct, kind: string, ids: readonly string[]): string[] =>
  ids.map((id, i) => new DataAwsSubnet(scope, `${kind}-${i + 1}`, { id }).availabilityZone)

const findSubnet = (
  scope: Construct,
  kind: string,
  zone: string,
  vpcId: string,
  tags: Readonly<Record<string, string>>,
): string => {
  const wanted = Object.entries(tags).map(([key, value]) => `${key}=${value}`)
  const found = new DataAwsSubnets(scope, `${kind}-in-${zone}`, {
    filter: [
      { name: 'vpc-id', values: [vpcId] },
      { name: 'availability-zone', values: [zone] },
    ],
    tags,
    lifecycle: {
      postcondition: [
        {
          condition: '${length(self.ids) > 0}',
          errorMessage: `No subnet with the tags ${wanted.join(', ')} in ${zone} (aws.network).`,
        },
      ],
    },
  })
  // Sorted, so that a new subnet in the VPC does not move the resources that are in the first one.
  return Token.asString(Fn.element(Fn.sort(found.ids), 0))
}

const warnOfMissingTag = (scope: Construct, { infrastructure }: NetworkOptions): void => {
  if (infrastructure.emr === undefined || infrastructure.emr.serviceRole !== undefined) return
  const [tag] = Object.entries(EMR_TAG).map(([key, value]) => `${key}=${value}`)
  Annotations.of(scope).addWarning(
    `this stack does not create the VPC and subnets: EMR starts in them only when they have the tag ${tag}`,
  )
}
