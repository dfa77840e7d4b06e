import { type Fields, textOf } from './values.ts'
import { hashOf, type World } from './world.ts'

/** Ids and ARNs in the forms that AWS gives them, decided by the type and a seed. */

const PREFIXES: Readonly<Record<string, string>> = {
  aws_default_security_group: 'sg',
  aws_ebs_volume: 'vol',
  aws_eip: 'eipalloc',
  aws_flow_log: 'fl',
  aws_instance: 'i',
  aws_internet_gateway: 'igw',
  aws_launch_template: 'lt',
  aws_nat_gateway: 'nat',
  aws_network_acl: 'acl',
  aws_network_interface: 'eni',
  aws_route: 'r-rtb',
  aws_route_table: 'rtb',
  aws_route_table_association: 'rtbassoc',
  aws_security_group: 'sg',
  aws_subnet: 'subnet',
  aws_volume_attachment: 'vai',
  aws_vpc: 'vpc',
  aws_vpc_endpoint: 'vpce',
  aws_vpc_peering_connection: 'pcx',
  aws_vpc_security_group_egress_rule: 'sgr',
  aws_vpc_security_group_ingress_rule: 'sgr',
}

/** EMR's own ids are upper case, of 13 characters. */
const EMR_PREFIXES: Readonly<Record<string, string>> = {
  aws_emr_cluster: 'j',
  aws_emr_instance_group: 'ig',
  aws_emr_instance_fleet: 'if',
}

/** Types whose id is the name that was written for them. */
const NAMED_BY: Readonly<Record<string, string>> = {
  aws_autoscaling_group: 'name',
  aws_cloudwatch_log_group: 'name',
  aws_db_instance: 'identifier',
  aws_db_parameter_group: 'name',
  aws_db_subnet_group: 'name',
  aws_emr_security_configuration: 'name',
  aws_iam_instance_profile: 'name',
  aws_iam_role: 'name',
  aws_key_pair: 'key_name',
  aws_kms_alias: 'name',
  aws_placement_group: 'name',
  aws_ssm_parameter: 'name',
}

const ID_IS_ARN = new Set([
  'aws_acm_certificate',
  'aws_iam_policy',
  'aws_lb',
  'aws_lb_listener',
  'aws_lb_target_group',
  'aws_secretsmanager_secret',
  'aws_sns_topic',
])

/** The word that a type is called in an `…_id` attribute: `default_security_group_id` holds an `sg-…`. */
const WORDS: Readonly<Record<string, string>> = {
  association: 'rtbassoc',
  dhcp_options: 'dopt',
  internet_gateway: 'igw',
  nat_gateway: 'nat',
  network_acl: 'acl',
  network_interface: 'eni',
  route_table: 'rtb',
  security_group: 'sg',
  security_group_rule: 'sgr',
  subnet: 'subnet',
  volume: 'vol',
  vpc: 'vpc',
}

const hex17 = (prefix: string, seed: string): string => `${prefix}-${seed.slice(0, 17)}`

const emrId = (prefix: string, seed: string): string =>
  `${prefix}-${BigInt(`0x${seed.slice(0, 24)}`)
    .toString(36)
    .toUpperCase()
    .padStart(13, '0')
    .slice(0, 13)}`

const uuid = (seed: string): string =>
  seed.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** The id of a resource, as AWS forms it. */
export function idOf(type: string, fields: Fields, seed: string, world: World): string {
  const named = NAMED_BY[type]
  if (named) return nameOf(type, fields, seed, named)
  if (type.startsWith('aws_s3_bucket')) return textOf(fields.bucket) ?? nameOf(type, fields, seed, 'bucket')
  if (type === 'aws_s3_object') return textOf(fields.key) ?? seed
  if (type === 'aws_iam_role_policy')
    return `${textOf(fields.role) ?? ''}:${textOf(fields.name) ?? seed.slice(0, 26)}`
  if (type === 'aws_kms_key' || type === 'aws_wafv2_web_acl') return uuid(seed)
  if (ID_IS_ARN.has(type)) return arnOf(type, fields, seed, world)
  const emr = EMR_PREFIXES[type]
  if (emr) return emrId(emr, seed)
  return hex17(PREFIXES[type] ?? type.replace(/^aws_/, '').replaceAll('_', '-'), seed)
}

/** The name a resource has: as given, or made of its prefix as the provider does. */
export function nameOf(type: string, fields: Fields, seed: string, attribute = 'name'): string {
  const prefix = textOf(fields[`${attribute}_prefix`]) ?? 'terraform-'
  return textOf(fields[attribute]) ?? `${prefix}${hashOf(type, seed).slice(0, 26)}`
}

/** Service and resource part of an ARN; `{id}` and `{name}` are filled in. Others: `ec2:<type>/{id}`. */
const ARNS: Readonly<Record<string, string>> = {
  aws_acm_certificate: 'acm:certificate/{uuid}',
  aws_autoscaling_group: 'autoscaling:autoScalingGroup:{uuid}:autoScalingGroupName/{name}',
  aws_cloudwatch_log_group: 'logs:log-group:{name}',
  aws_db_instance: 'rds:db:{name}',
  aws_db_parameter_group: 'rds:pg:{name}',
  aws_db_subnet_group: 'rds:subgrp:{name}',
  aws_emr_cluster: 'elasticmapreduce:cluster/{id}',
  aws_kms_alias: 'kms:{name}',
  aws_kms_key: 'kms:key/{id}',
  aws_lb: 'elasticloadbalancing:loadbalancer/app/{name}/{hex}',
  aws_lb_listener: 'elasticloadbalancing:listener/app/of/{hex}',
  aws_lb_target_group: 'elasticloadbalancing:targetgroup/{name}/{hex}',
  aws_secretsmanager_secret: 'secretsmanager:secret:{name}',
  aws_sns_topic: 'sns:{name}',
  aws_ssm_parameter: 'ssm:parameter{name}',
  aws_wafv2_web_acl: 'wafv2:regional/webacl/{name}/{id}',
}

/** IAM and S3 have neither region nor, for buckets, an account in their ARNs. */
const GLOBAL_ARNS: Readonly<Record<string, string>> = {
  aws_iam_instance_profile: 'instance-profile',
  aws_iam_policy: 'policy',
  aws_iam_role: 'role',
}

export function arnOf(type: string, fields: Fields, seed: string, world: World): string {
  const { region, account } = world.place
  const name = nameOf(type, fields, seed, NAMED_BY[type] ?? 'name')
  const global = GLOBAL_ARNS[type]
  if (global) return `arn:aws:iam::${account}:${global}/${name}`
  if (type === 'aws_s3_bucket') return `arn:aws:s3:::${nameOf(type, fields, seed, 'bucket')}`
  const form = ARNS[type] ?? `ec2:${type.replace(/^aws_/, '').replaceAll('_', '-')}/{id}`
  const [service = '', ...rest] = form.split(':')
  const resource = rest
    .join(':')
    .replace('{id}', () => (ID_IS_ARN.has(type) ? seed.slice(0, 16) : idOf(type, fields, seed, world)))
    .replace('{name}', () => name)
    .replace('{uuid}', () => uuid(seed))
    .replace('{hex}', () => seed.slice(0, 16))
  return `arn:aws:${service}:${region}:${account}:${resource}`
}

/** An id of another resource that AWS makes along with this one, known by the attribute's name. */
export function relatedId(attribute: string, seed: string, world: World): string {
  const word = attribute.replace(/_ids?$/, '')
  if (/(^|_)(owner|account|user|registry)$/.test(word)) return world.place.account
  if (/(^|_)zone$/.test(word)) return `Z${seed.slice(0, 13).toUpperCase()}`
  const known = Object.keys(WORDS).find((w) => word === w || word.endsWith(`_${w}`))
  return hex17(known === undefined ? word.replaceAll('_', '-') : (WORDS[known] ?? known), seed)
}
