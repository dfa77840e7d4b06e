import { defined } from '../resolve/context.ts'
import { overlap, parseCidr } from './cidr.ts'
import { checkCidr, type InfrastructureContext, notUsed, refuse, shown, warn } from './context.ts'
import type { Infrastructure, InfrastructureLms, InfrastructureNetwork } from './types.ts'

const DEFAULT_CIDR = '10.20.0.0/16'

/** What users reach hosts by, and what hosts say where to. */
const SSM = ['ssm', 'ssmmessages', 'ec2messages', 'logs', 'kms']

/** Regions whose first two zones are not a and b. */
const ZONE_LETTERS: Readonly<Partial<Record<string, string>>> = { 'ap-northeast-1': 'ac' }

/** Regions where each account sees zones of its own. */
const UNEVEN = ['us-west-1']

export function resolveZones(context: InfrastructureContext): readonly string[] {
  const { region, zones } = context.aws
  if (zones === undefined) return defaultZones(context)
  for (const [i, zone] of zones.entries()) {
    if (zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length))) continue
    refuse(context, 'SPEC_ZONE', ['zones', i], {
      message: `${zone} is not a zone of ${region}`,
      found: zone,
      expected: `${region} and a letter`,
      next: /^[a-z]$/.test(zone) ? `write ${region}${zone}` : `write ${region}a`,
    })
  }
  const second = zones.findIndex((zone, i) => zones.indexOf(zone) !== i)
  if (second >= 0) {
    refuse(context, 'SPEC_ZONE', ['zones', second], {
      message: `${zones[second]} is named twice`,
      found: zones[second],
      expected: 'each zone once',
      next: 'remove one of the two',
    })
  }
  return zones
}

function defaultZones(context: InfrastructureContext): readonly string[] {
  const { region } = context.aws
  if (UNEVEN.includes(region)) {
    refuse(context, 'SPEC_ZONE', ['region'], {
      message: `aws.zones is missing: each account sees zones of its own in ${region}`,
      found: region,
      expected: 'aws.zones',
      next: `aws ec2 describe-availability-zones --region ${region}, then write zones: [${region}b, ${region}c]`,
    })
  }
  const letters = ZONE_LETTERS[region] ?? 'ab'
  return [...letters.slice(0, context.large ? 2 : 1)].map((letter) => `${region}${letter}`)
}

/** `privateHosts`: whether the deployment puts hosts into private subnets; `emr`: whether EMR is among them. */
export function resolveNetwork(
  context: InfrastructureContext,
  inPrivate: { readonly hosts: boolean; readonly emr: boolean },
): InfrastructureNetwork {
  const input = context.aws.network
  const nat = input?.nat ?? (context.large ? 'single' : 'none')
  const found = input?.vpc
  const cidr = input?.cidr ?? DEFAULT_CIDR
  checkVpcCidr(context, cidr, found !== undefined)
  const closed = found === undefined && nat === 'none' && inPrivate.hosts
  const endpoints =
    input?.endpoints ?? (closed ? [...SSM, ...(inPrivate.emr ? ['elasticmapreduce'] : [])] : [])
  const lms = resolveLms(context, cidr, found !== undefined)
  const common = { cidr, endpoints: [...new Set(endpoints)], ...(lms === undefined ? {} : { lms }) }
  if (found === undefined) return { kind: 'own', ...common, nat, flowLogs: input?.flowLogs ?? true }
  for (const key of ['nat', 'flowLogs'] as const) {
    if (input?.[key] !== undefined)
      notUsed(context, ['network', key], 'the VPC is there already', `remove ${key}`)
  }
  if (found.id !== undefined) return existing(context, found.id, common)
  return foundByTags(context, common)
}

/** Private subnets without NAT are allowed; a warning says what does not work there, before hosts hang for want of it. */
export function warnOfNoInternet(context: InfrastructureContext, infrastructure: Infrastructure): void {
  const { network } = infrastructure
  if (network.kind !== 'own' || network.nat !== 'none') return
  const inside = [
    infrastructure.emr?.subnets === 'private' && 'nodes of EMR',
    infrastructure.fleet !== undefined && 'hosts of Hadoop',
    infrastructure.resultStore?.kind === 'host' && 'the result store',
    infrastructure.scheduler !== undefined && 'the scheduler',
    infrastructure.api !== undefined && 'the Data API',
    infrastructure.insights !== undefined && 'Insights',
  ].filter((one) => one !== false)
  if (inside.length === 0) return
  const endpoints = network.endpoints.filter((service) => service !== 's3')
  const works = ['S3 of this region', ...endpoints].join(', ')
  warn(
    context,
    ['network', 'nat'],
    `aws.network.nat is none, so these have no internet access from their private subnets: ${inside.join(', ')}. Packages of the operating system and downloads from the internet fail there; ${works} still work. Write nat: single, or take images and addresses in S3 that have all that is needed`,
  )
}

function checkVpcCidr(context: InfrastructureContext, text: string, there: boolean): void {
  const path = ['network', 'cidr']
  if (there && context.aws.network?.cidr === undefined) {
    refuse(context, 'SPEC_MISSING_KEY', ['network', 'vpc'], {
      message: 'aws.network.cidr is missing: rules are written with the addresses of the VPC',
      expected: 'the range of the VPC that is there',
      next: 'add cidr beside vpc: aws ec2 describe-vpcs shows it as CidrBlock',
      at: 'key',
    })
  }
  if (!checkCidr(context, path, text)) return
  const range = parseCidr(text)
  if ('wrong' in range) return
  const smallest = there ? 28 : 24
  if (range.prefix >= 16 && range.prefix <= smallest) return
  refuse(context, 'SPEC_BAD_CIDR', path, {
    message: `${shown(path)} is ${range.prefix < 16 ? 'larger than a VPC may be' : 'too small to be cut into subnets'}`,
    found: text,
    expected: `a prefix from /16 to /${smallest}`,
  })
}

type Common = Pick<InfrastructureNetwork, 'cidr' | 'endpoints' | 'lms'>

function existing(context: InfrastructureContext, vpcId: string, common: Common): InfrastructureNetwork {
  const vpc = context.aws.network?.vpc
  for (const key of ['tags', 'publicSubnetTags', 'privateSubnetTags'] as const) {
    if (vpc?.[key] === undefined) continue
    notUsed(context, ['network', 'vpc', key], 'the VPC is named by its id', `remove ${key}, or id`)
  }
  return {
    kind: 'existing',
    ...common,
    vpcId,
    publicSubnetIds: vpc?.publicSubnets ?? [],
    privateSubnetIds: vpc?.privateSubnets ?? [],
  }
}

function foundByTags(context: InfrastructureContext, common: Common): InfrastructureNetwork {
  const vpc = context.aws.network?.vpc
  if (vpc?.tags === undefined || Object.keys(vpc.tags).length === 0) {
    refuse(context, 'SPEC_MISSING_KEY', ['network', 'vpc'], {
      message: 'aws.network.vpc names no VPC',
      expected:
        'id with publicSubnets and privateSubnets, or tags with publicSubnetTags and privateSubnetTags',
      next: 'add id or tags',
      at: 'key',
    })
  }
  for (const key of ['publicSubnets', 'privateSubnets'] as const) {
    if (vpc?.[key] === undefined) continue
    notUsed(
      context,
      ['network', 'vpc', key],
      'the VPC is found by tags',
      `write ${key.slice(0, -1)}Tags, or add id`,
    )
  }
  return {
    kind: 'found',
    ...common,
    vpcTags: asTexts(vpc?.tags),
    publicSubnetTags: asTexts(vpc?.publicSubnetTags),
    privateSubnetTags: asTexts(vpc?.privateSubnetTags),
  }
}

export const asTexts = (
  map: Readonly<Record<string, string | number | boolean>> | undefined,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, String(value)]))

function resolveLms(
  context: InfrastructureContext,
  cidr: string,
  there: boolean,
): InfrastructureLms | undefined {
  const input = context.aws.network?.lms
  if (input === undefined) return undefined
  const path = ['network', 'lms']
  const { peering, securityGroup, port = 3306 } = input
  if ((peering === undefined) === (securityGroup === undefined)) {
    refuse(context, 'SPEC_LMS', path, {
      message: `aws.network.lms says ${peering === undefined ? 'no way' : 'two ways'} to the LMS`,
      expected: 'peering, or securityGroup',
      next: peering === undefined ? 'add one of them' : 'remove one of them',
      at: 'key',
    })
    return undefined
  }
  if (securityGroup !== undefined) {
    if (!there) {
      refuse(context, 'SPEC_LMS', [...path, 'securityGroup'], {
        message: 'a security group can let the cluster in only from the same VPC, and a new VPC is made',
        found: securityGroup,
        expected: 'aws.network.vpc, or aws.network.lms.peering',
        next: 'name the VPC of the LMS in aws.network.vpc, or write peering',
      })
    }
    return { kind: 'security-group', port, securityGroupId: securityGroup }
  }
  return peering && resolvePeering(context, peering, port, cidr)
}

type Peering = NonNullable<
  NonNullable<NonNullable<InfrastructureContext['aws']['network']>['lms']>['peering']
>

function resolvePeering(
  context: InfrastructureContext,
  peering: Peering,
  port: number,
  cidr: string,
): InfrastructureLms {
  const path = ['network', 'lms', 'peering']
  const accountId = peering.account === undefined ? undefined : String(peering.account)
  if (accountId !== undefined && !/^\d{12}$/.test(accountId)) {
    refuse(context, 'SPEC_INVALID_VALUE', [...path, 'account'], {
      message: `${shown([...path, 'account'])} is not an account of AWS`,
      found: accountId,
      expected: 'twelve digits',
    })
  }
  if (checkCidr(context, [...path, 'cidr'], peering.cidr)) {
    const [ours, theirs] = [parseCidr(cidr), parseCidr(peering.cidr)]
    if (!('wrong' in ours) && !('wrong' in theirs) && overlap(ours, theirs)) {
      refuse(context, 'SPEC_CIDR_OVERLAP', [...path, 'cidr'], {
        message: `${peering.cidr} and the VPC's ${cidr} share addresses, so the two can't be peered`,
        found: peering.cidr,
        expected: 'ranges apart',
        next: 'give aws.network.cidr another range, such as 10.21.0.0/16',
      })
    }
  }
  return defined({
    kind: 'peering' as const,
    port,
    vpcId: peering.vpc,
    cidr: peering.cidr,
    accountId,
    region: peering.region,
  })
}
