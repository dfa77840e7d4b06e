import { nameWithin } from '../../names.ts'
import { type Construct, VpcEndpoint } from '../../tf.ts'
import { accountOf } from '../account.ts'
import { partitionOf } from '../arns.ts'
import { dataStatements } from '../buckets/data.ts'
import { namedObjects } from '../emr/node-policy.ts'
import { type PolicyStatement, policyOf } from '../policy.ts'
import { RuledGroup } from '../security-group.ts'
import type { NetworkOptions, NetworkParts } from './parts.ts'

/**
 * Buckets of AWS that hosts read while they start: EMR's own, the repositories of Amazon Linux 1, 2 and 2023,
 * and what the Session Manager agent fetches. Without them a bootstrap in a private subnet fails silently.
 * EMR's list: "Sample policies for private subnets that access Amazon S3", EMR Management Guide.
 */
export const awsBuckets = (region: string): string[] => [
  '*.elasticmapreduce',
  'elasticmapreduce',
  `repo.${region}.emr.amazonaws.com`,
  `packages.${region}.amazonaws.com`,
  `repo.${region}.amazonaws.com`,
  `amazonlinux.${region}.amazonaws.com`,
  `amazonlinux-2-repos-${region}`,
  `al2023-repos-${region}-de612dc2`,
  `aws157-instance-data-*-prod-${region}`,
  `aws-ssm-${region}`,
  `amazon-ssm-${region}`,
  `amazon-ssm-packages-${region}`,
  `patch-baseline-snapshot-${region}`,
]

const statementsOf = (
  account: string,
  infrastructure: NetworkOptions['infrastructure'],
): PolicyStatement[] => {
  const { region } = infrastructure
  const arns = awsBuckets(region).map((bucket) => `arn:${partitionOf(region)}:s3:::${bucket}`)
  return [
    {
      Sid: 'BucketsOfThisAccount',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      Condition: { StringEquals: { 's3:ResourceAccount': account } },
    },
    {
      Sid: 'BucketsOfAws',
      Effect: 'Allow',
      Principal: '*',
      Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3:GetBucketLocation'],
      Resource: arns.flatMap((arn) => [arn, `${arn}/*`]),
    },
    {
      // Where EMR keeps what its persistent application interfaces show.
      Sid: 'ApplicationInterfaces',
      Effect: 'Allow',
      Principal: '*',
      Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      Resource: `arn:${partitionOf(region)}:s3:::prod.${region}.appinfo.src/*`,
    },
    ...namedStatements(infrastructure),
    // They may belong to another account, such as the one of the LMS.
    ...dataStatements(infrastructure).map((statement) => ({ ...statement, Principal: '*' as const })),
  ]
}

/** Objects and existing buckets that cluster.yml names: they may belong to another account. */
const namedStatements = (infrastructure: NetworkOptions['infrastructure']): PolicyStatement[] => {
  const arn = (path: string): string => `arn:${partitionOf(infrastructure.region)}:s3:::${path}`
  const objects = infrastructure.emr === undefined ? [] : namedObjects(infrastructure.emr)
  const existing = [infrastructure.logs, infrastructure.configuration].filter((bucket) => bucket.existing)
  const read = [...objects, ...existing.map(({ name }) => `${name}/*`)].map(arn)
  const buckets = existing.map(({ name }) => arn(name))
  const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]): PolicyStatement[] =>
    Resource.length === 0
      ? []
      : [{ Sid, Effect: 'Allow', Principal: '*', Action, Resource: [...new Set(Resource)] }]
  return [
    ...allow('NamedObjects', ['s3:GetObject'], read),
    ...allow('NamedBuckets', ['s3:ListBucket', 's3:GetBucketLocation'], buckets),
    ...allow(
      'NamedLogs',
      ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      infrastructure.logs.existing ? [arn(`${infrastructure.logs.name}/*`)] : [],
    ),
  ]
}

/** Creates the gateway endpoint for S3, which needs no NAT gateway and costs nothing, for every subnet. */
export const createS3Endpoint = (
  scope: Construct,
  parts: NetworkParts,
  { infrastructure }: NetworkOptions,
): void => {
  new VpcEndpoint(scope, 's3', {
    vpcId: parts.references.vpcId,
    serviceName: serviceName(infrastructure.region, 's3'),
    vpcEndpointType: 'Gateway',
    routeTableIds: Object.values(parts.routeTables),
    policy: policyOf(statementsOf(accountOf(scope), infrastructure)),
    tags: { Name: `${infrastructure.name}-s3` },
  })
}

/** Creates endpoints that give AWS services an address inside the VPC, by short name: ssm, logs, … */
export const createInterfaceEndpoints = (
  scope: Construct,
  parts: NetworkParts,
  { infrastructure }: NetworkOptions,
): void => {
  const services = infrastructure.network.endpoints.filter((service) => service !== 's3')
  if (services.length === 0) return
  const { vpcId, vpcCidr, privateSubnetIds, publicSubnetIds } = parts.references
  const group = new RuledGroup(scope, 'endpoints', {
    name: nameWithin(255, infrastructure.name, 'endpoints'),
    vpcId,
    description: `Howdah ${infrastructure.name}: addresses of AWS services inside the VPC`,
  }).admit('vpc', { cidr: vpcCidr }, 443, 'HTTPS from the hosts of the VPC')
  for (const service of services)
    new VpcEndpoint(scope, `endpoint-${service}`, {
      vpcId,
      serviceName: serviceName(infrastructure.region, service),
      vpcEndpointType: 'Interface',
      privateDnsEnabled: true,
      subnetIds: [...(privateSubnetIds.length > 0 ? privateSubnetIds : publicSubnetIds)],
      securityGroupIds: [group.id],
      tags: { Name: `${infrastructure.name}-${service}` },
    })
}

const serviceName = (region: string, service: string): string =>
  // In China the names of most services, not those of S3 and DynamoDB, begin with the country.
  `${region.startsWith('cn-') && service !== 's3' ? 'cn.' : ''}com.amazonaws.${region}.${service}`
