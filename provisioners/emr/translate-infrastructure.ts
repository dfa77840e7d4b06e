import type { Path } from '../config/index.ts'
import type { Legacy } from './legacy.ts'
import { NAME_DEFAULT, REGION_DEFAULT } from './legacy-keys.ts'
import { isPlaceholder, s3Parts, type Translation, tidyName } from './translation.ts'

/** Name, region, network, key pair, buckets, tags and security groups. */

/** The cluster's name for edX's tool. */
export const nameOf = ({ top }: Pick<Legacy, 'top'>): string => top.name ?? NAME_DEFAULT

export const regionOf = ({ top }: Pick<Legacy, 'top'>): string => top.region ?? REGION_DEFAULT

export function translateName({ legacy, draft }: Translation): void {
  const name = nameOf(legacy)
  const tidy = isPlaceholder(name) ? name : tidyName(name)
  draft.report({
    from: ['name'],
    to: ['name'],
    value: tidy,
    kind: tidy === name ? 'same' : 'translated',
    why:
      tidy === name
        ? 'the name of the cluster'
        : legacy.top.name
          ? 'the name is part of addresses: small letters, digits and dashes; the tag ansible:emr:name keeps the original'
          : `missing, so edX's tool named the cluster ${NAME_DEFAULT}; the tag ansible:emr:name keeps that name`,
  })
}

export function translateRegion({ legacy, draft }: Translation): void {
  const region = legacy.top.region
  draft.put(['aws', 'deployment'], 'small-emr', 'the cluster alone, as the legacy file describes it')
  draft.report({
    from: ['region'],
    to: ['aws', 'region'],
    value: regionOf(legacy),
    kind: region ? 'same' : 'translated',
    why: region ? 'the region' : `missing; the default was ${REGION_DEFAULT}`,
  })
  const zone = legacy.top.availability_zone
  const inner = legacy.ec2.AvailabilityZone
  if (zone || inner)
    draft.report({
      from: zone ? ['availability_zone'] : ['ec2_attributes', 'AvailabilityZone'],
      to: ['aws', 'zones'],
      value: [zone || inner],
      kind: 'translated',
      why: 'the zone of the cluster; the playbook never passed it to EMR',
    })
}

interface Subnets {
  readonly from: Path
  readonly ids: readonly string[]
}

/** The subnets of a legacy file, under any of their keys; undefined for none. */
export function subnetsOf({ top, ec2 }: Pick<Legacy, 'top' | 'ec2'>): Subnets | undefined {
  const named = top.vpc_subnet_id
  if (named) return { from: ['vpc_subnet_id'], ids: typeof named === 'string' ? [named] : named }
  for (const key of ['Ec2SubnetIds', 'SubnetIds', 'Ec2SubnetId', 'SubnetId'] as const) {
    const inner = ec2[key]
    if (inner) return { from: ['ec2_attributes', key], ids: typeof inner === 'string' ? [inner] : inner }
  }
  return undefined
}

export function translateNetwork(translation: Translation): void {
  const { draft, options } = translation
  const subnets = subnetsOf(translation.legacy)
  const cidr: Path = ['aws', 'network', 'cidr']
  const vpc: Path = ['aws', 'network', 'vpc', 'id']
  if (subnets === undefined) {
    draft.report({
      from: ['vpc_subnet_id'],
      kind: 'replaced',
      why: 'missing, which meant EC2 without a VPC; AWS has retired that, so the deployment creates a VPC',
    })
    return
  }
  const known = options.vpc
  const first = subnets.ids[0] ?? ''
  draft.put(
    cidr,
    known?.cidr ?? '<the addresses of that VPC, such as 10.0.0.0/16>',
    'the addresses of the VPC',
  )
  draft.put(vpc, known?.id ?? `<the VPC of ${isPlaceholder(first) ? 'that subnet' : first}>`)
  if (known === undefined)
    draft.require({
      from: subnets.from,
      to: vpc,
      code: 'LEGACY_VPC_UNKNOWN',
      why: 'the legacy file names the subnet but not its VPC, whose id and addresses the security groups need',
      next: `aws ec2 describe-subnets --subnet-ids ${isPlaceholder(first) ? 'SUBNET' : first} shows it; then give --vpc vpc-… --vpc-cidr 10.0.0.0/16, or VPC_ID and VPC_CIDR with make`,
    })
  draft.report({
    from: subnets.from,
    to: ['aws', 'network', 'vpc', 'publicSubnets'],
    value: subnets.ids,
    kind: 'translated',
    why: 'EMR needed a public subnet then; write a private one under privateSubnets, with emr.subnets: private',
  })
  if (known !== undefined)
    draft.report({
      from: subnets.from,
      to: ['aws', 'operators'],
      value: [known.cidr],
      kind: 'translated',
      why: 'in the guide users log in from a host of that VPC; add the networks of other users',
    })
}

export function translateKeyPair({ legacy: { top, ec2 }, draft, options }: Translation): void {
  const to: Path = ['aws', 'keyPair', 'existing']
  if (top.keypair_name) {
    const why = 'an existing key pair of the account'
    draft.report({ from: ['keypair_name'], to, value: top.keypair_name, kind: 'same', why })
    return
  }
  for (const key of ['Ec2KeyName', 'KeyName'] as const) {
    const value = ec2[key]
    if (!value) continue
    const why = 'an existing key pair of the account'
    draft.report({ from: ['ec2_attributes', key], to, value, kind: 'translated', why })
    return
  }
  if (options.keypairName) {
    const why = 'missing, so AWS_KEYPAIR_NAME of the environment counts, as in the playbook'
    draft.report({ from: ['keypair_name'], to, value: options.keypairName, kind: 'translated', why })
    return
  }
  draft.require({
    from: ['keypair_name'],
    code: 'LEGACY_NO_KEY_PAIR',
    why: 'no key pair: keypair_name is missing, and AWS_KEYPAIR_NAME is not set',
    next: 'write keypair_name, or export AWS_KEYPAIR_NAME',
  })
}

export function translateBuckets({ legacy, draft }: Translation): void {
  const logs = legacy.top.log_uri ? s3Parts(legacy.top.log_uri) : undefined
  if (logs === undefined)
    draft.report({
      from: ['log_uri'],
      kind: 'replaced',
      why: 'missing, which meant no logs; the deployment creates its own bucket for them',
    })
  else {
    draft.report({
      from: ['log_uri'],
      to: ['aws', 'buckets', 'logs', 'name'],
      value: logs.bucket,
      kind: 'translated',
      why: logs.key === '' ? 'an existing bucket' : `an existing bucket, with the folder ${logs.key}`,
    })
    draft.put(['aws', 'buckets', 'logs', 'existing'], true)
    if (logs.key !== '') draft.put(['aws', 'buckets', 'logs', 'prefix'], logs.key)
  }
  guessConfiguration({ legacy, draft })
}

/** Takes the bucket of scripts from the scripts' addresses, since the legacy file has no key for it. */
function guessConfiguration({ legacy, draft }: Pick<Translation, 'legacy' | 'draft'>): void {
  const named = [
    ...legacy.actions.map(({ path, value }) => ({ from: [...path, 'path'], address: value.path })),
    ...legacy.steps.flatMap(({ path, value }) =>
      value.type === 'script' && value.step_args?.[0] !== undefined
        ? [{ from: [...path, 'step_args', 0], address: value.step_args[0] }]
        : [],
    ),
  ]
  for (const { from, address } of named) {
    const bucket = s3Parts(address)?.bucket
    if (bucket === undefined || /(^|\.)elasticmapreduce$/.test(bucket)) continue
    draft.report({
      from,
      to: ['aws', 'buckets', 'configuration', 'name'],
      value: bucket,
      kind: 'translated',
      why: 'the bucket of the scripts; Howdah uploads its files there too, below howdah/',
    })
    draft.put(['aws', 'buckets', 'configuration', 'existing'], true)
    draft.put(['aws', 'buckets', 'configuration', 'prefix'], 'howdah')
    return
  }
}

/** The tag by which edX's remote-task finds the cluster. */
export const NAME_TAG = 'ansible:emr:name'

export function translateTags({ legacy, draft }: Translation): void {
  for (const { path, value } of legacy.tags)
    draft.report({
      from: path,
      to: ['aws', 'tags', value.key],
      value: value.value,
      kind: 'same',
      why: 'a tag',
    })
  draft.put(['aws', 'tags', NAME_TAG], nameOf(legacy), "edX's remote-task finds the cluster by this tag")
}

const GROUPS = [
  [
    'additional_master_security_groups',
    'AdditionalMasterSecurityGroups',
    ['additionalSecurityGroups', 'master'],
  ],
  ['additional_slave_security_groups', 'AdditionalSlaveSecurityGroups', ['additionalSecurityGroups', 'core']],
  ['emr_managed_master_security_group', 'EmrManagedMasterSecurityGroup', ['managedSecurityGroups', 'master']],
  ['emr_managed_slave_security_group', 'EmrManagedSlaveSecurityGroup', ['managedSecurityGroups', 'core']],
] as const

export function translateSecurityGroups({ legacy: { top, ec2 }, draft }: Translation): void {
  for (const [key, inner, to] of GROUPS) {
    const own = top[key]
    const value = own?.length ? own : ec2[inner]
    if (!value?.length) continue
    draft.report({
      from: own?.length ? [key] : ['ec2_attributes', inner],
      to: ['aws', 'emr', ...to],
      value,
      kind: 'same',
      why:
        to[0] === 'managedSecurityGroups'
          ? 'EMR writes its rules into this group; the playbook never passed it to EMR'
          : 'the instances have it besides the groups of the deployment',
    })
  }
  const service = ec2.ServiceAccessSecurityGroup
  if (service)
    draft.report({
      from: ['ec2_attributes', 'ServiceAccessSecurityGroup'],
      to: ['aws', 'emr', 'managedSecurityGroups', 'service'],
      value: service,
      kind: 'same',
      why: "EMR's service access group",
    })
}
