import type { Cidr } from '../../../provisioners/config/infrastructure/cidr.ts'
import type { BlockSchema, CtyType } from './bindings.ts'
import { arnOf, idOf, nameOf, relatedId } from './identities.ts'
import { type Fields, fieldsOf, isDynamic, listOf, textOf, UNKNOWN, type Value } from './values.ts'
import { addressesOf, hashOf, rangeOf, type World } from './world.ts'

/**
 * What AWS would have answered: values for everything that is known only after a resource is made. All of them
 * are decided by the type and the configuration, so the same stack gets the same answers every time.
 */

/** Optional arguments that AWS chooses itself when they are left out, in every type that has them. */
const CHOSEN_EVERYWHERE = new Set([
  'arn',
  'availability_zone',
  'availability_zone_id',
  'id',
  'identifier',
  'key_name',
  'name',
  'name_prefix',
  'private_dns',
  'private_ip',
  'region',
  'tags_all',
])

/** The same, for one type. */
const CHOSEN: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: [
    'port',
    'engine_version',
    'parameter_group_name',
    'kms_key_id',
    'ca_cert_identifier',
    'username',
  ],
  aws_ebs_volume: ['iops', 'throughput'],
  aws_eip: ['network_interface', 'instance', 'public_ipv4_pool'],
  aws_emr_cluster: ['cluster_state'],
  aws_instance: [
    'subnet_id',
    'vpc_security_group_ids',
    'associate_public_ip_address',
    'instance_type',
    'ami',
    'ebs_optimized',
  ],
  aws_internet_gateway: ['vpc_id'],
  aws_key_pair: ['key_name_prefix'],
  aws_kms_key: ['policy'],
  aws_launch_template: ['default_version'],
  aws_lb: ['subnets', 'security_groups', 'ip_address_type'],
  aws_nat_gateway: ['private_ip'],
  aws_s3_bucket: ['bucket', 'bucket_prefix'],
  aws_security_group: ['vpc_id', 'ingress', 'egress', 'description'],
  aws_vpc: ['cidr_block'],
}

/** Whether AWS fills an optional argument in; required and unset arguments stay as they were written. */
export const isChosenByAws = (type: string, name: string): boolean =>
  CHOSEN_EVERYWHERE.has(name) || (CHOSEN[type]?.includes(name) ?? false)

const SENSITIVE = new Set([
  'aws_db_instance.password',
  'aws_db_instance.password_wo',
  'aws_secretsmanager_secret_version.secret_string',
  'aws_ssm_parameter.value',
  'aws_ssm_parameter.value_wo',
])

export const isSensitive = (type: string, name: string): boolean => SENSITIVE.has(`${type}.${name}`)

/** Write-only arguments come with a version beside them, and never reach the state. */
export const isWriteOnly = (block: BlockSchema, name: string): boolean =>
  name.endsWith('_wo') && `${name}_version` in block.attributes

/** What a fake is made from. */
export interface Subject {
  readonly type: string
  readonly fields: Fields
  readonly seed: string
  readonly world: World
}

/** A value of the type for an attribute: of AWS's form where one is known, else recognisably made up. */
export function fakeOf(subject: Subject, attribute: string, type: CtyType): Value {
  if (type === 'string') return fakeText(subject, attribute)
  if (type === 'number') return fakeNumber(subject, attribute)
  if (type === 'bool') {
    return attribute === 'associate_public_ip_address' && subnetOf(subject).map_public_ip_on_launch === true
  }
  if (type === 'dynamic') return null
  const [form, of] = type as readonly [string, CtyType | Readonly<Record<string, CtyType>>]
  if (form === 'map') return {}
  if (form === 'object') return fakeObject(subject, of as Readonly<Record<string, CtyType>>)
  if (attribute === 'ingress' || attribute === 'egress') return []
  return [fakeOf(subject, attribute, of as CtyType)]
}

const fakeObject = (subject: Subject, fields: Readonly<Record<string, CtyType>>): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, type]) => {
      const inner = { ...subject, seed: hashOf(subject.seed, name) }
      return [
        name,
        type === 'string' && name === 'id'
          ? relatedId('id', inner.seed, subject.world)
          : fakeOf(inner, name, type),
      ]
    }),
  )

function fakeNumber({ type }: Subject, attribute: string): number {
  if (attribute === 'port' && type === 'aws_db_instance') return 3306
  return 1
}

type TextFake = (subject: Subject) => string

/** Ranges that nobody owns: for benchmarks, and for what lies outside of the stack. */
const range = (text: string): Cidr => {
  const parsed = rangeOf(text)
  if (!parsed) throw new Error(`${text} is not a range`)
  return parsed
}
const PUBLIC = range('198.18.0.0/15')
const ELSEWHERE = range('10.255.0.0/16')

const publicAddress: TextFake = ({ seed, world }) => world.take(addressesOf(PUBLIC, seed))

const subnetOf = ({ fields, world }: Subject): Fields => world.find('aws_subnet', fields.subnet_id) ?? {}

const privateAddress: TextFake = (subject) =>
  subject.world.take(addressesOf(rangeOf(subnetOf(subject).cidr_block) ?? ELSEWHERE, subject.seed))

/** An instance has a public address if it asks for one, or its subnet gives one to all. */
const instancePublicAddress: TextFake = (subject) =>
  subject.fields.associate_public_ip_address === true ? publicAddress(subject) : ''

/** The name inside of a VPC: us-east-1 keeps a form of its own. */
const privateName = (address: Value, world: World): string => {
  const { region } = world.place
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`
  return `ip-${String(address).replaceAll('.', '-')}.${domain}`
}

const zone: TextFake = (subject) =>
  textOf(subnetOf(subject).availability_zone) ?? `${subject.world.place.region}a`

const databaseAddress: TextFake = (subject) =>
  `${idOf('aws_db_instance', subject.fields, subject.seed, subject.world)}.c${subject.seed.slice(0, 10)}.${subject.world.place.region}.rds.amazonaws.com`

const emrMaster: TextFake = (subject) => {
  const ec2 = fieldsOf(listOf(subject.fields.ec2_attributes)[0])
  const subnet = ec2.subnet_id ?? listOf(ec2.subnet_ids)[0]
  const address = privateAddress({ ...subject, fields: { subnet_id: subnet } })
  return privateName(address, subject.world)
}

const TEXTS: Readonly<Record<string, TextFake>> = {
  'aws_db_instance.address': databaseAddress,
  'aws_db_instance.endpoint': (s) => `${databaseAddress(s)}:${String(s.fields.port ?? 3306)}`,
  'aws_db_instance.engine_version': () => '8.4.10',
  'aws_eip.private_ip': () => '',
  'aws_eip.public_ip': publicAddress,
  'aws_emr_cluster.cluster_state': () => 'WAITING',
  'aws_emr_cluster.master_public_dns': emrMaster,
  'aws_instance.public_dns': () => '',
  'aws_instance.public_ip': instancePublicAddress,
  'aws_instance.instance_state': () => 'running',
  'aws_lb.dns_name': (s) =>
    `${nameOf('aws_lb', s.fields, s.seed)}-${Number.parseInt(s.seed.slice(0, 7), 16)}.${s.world.place.region}.elb.amazonaws.com`,
  'aws_s3_bucket.bucket_regional_domain_name': (s) =>
    `${nameOf('aws_s3_bucket', s.fields, s.seed, 'bucket')}.s3.${s.world.place.region}.amazonaws.com`,
  'aws_s3_bucket.bucket_domain_name': (s) =>
    `${nameOf('aws_s3_bucket', s.fields, s.seed, 'bucket')}.s3.amazonaws.com`,
}

function fakeText(subject: Subject, attribute: string): string {
  const { type, fields, seed, world } = subject
  const special = TEXTS[`${type}.${attribute}`]
  if (special) return special(subject)
  if (attribute === 'id') return idOf(type, fields, seed, world)
  if (attribute === 'arn') return arnOf(type, fields, seed, world)
  if (attribute === 'region') return world.place.region
  if (attribute === 'availability_zone') return zone(subject)
  if (attribute === 'private_ip') return privateAddress(subject)
  if (attribute === 'public_ip') return publicAddress(subject)
  if (attribute === 'private_dns') return privateName(fields.private_ip, world)
  if (attribute === 'cidr_block') return '10.0.0.0/16'
  if (/^(name|bucket|key_name|identifier)$/.test(attribute)) return nameOf(type, fields, seed, attribute)
  if (/_prefix$/.test(attribute)) return ''
  if (/(^|_)policy$|json$/.test(attribute)) return '{"Version":"2012-10-17","Statement":[]}'
  if (/(^|_)arn$/.test(attribute))
    return `arn:aws:stand-in:${world.place.region}:${world.place.account}:${attribute}/${seed.slice(0, 16)}`
  if (/_ids?$/.test(attribute)) return relatedId(attribute, seed, world)
  return `${attribute.replaceAll('_', '-')}-${seed.slice(0, 8)}`
}

/** Others are made of these. */
const FIRST = ['id', 'associate_public_ip_address', 'private_ip'] as const

/** Fills what is unknown in a planned value, block by block, leaving all else as it was planned. */
export function settle(subject: Subject, block: BlockSchema, planned: Fields): Fields {
  const settled: Fields = { ...planned }
  const names = [...FIRST, ...Object.keys(block.attributes)]
  for (const name of names) {
    const schema = block.attributes[name]
    if (schema && settled[name] === UNKNOWN)
      settled[name] = fakeOf({ ...subject, fields: settled }, name, schema.type)
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    settled[name] = eachBlock(settled[name], (inner, i) => {
      const seed = hashOf(subject.seed, name, String(i))
      const id =
        inner.id === UNKNOWN ? { ...inner, id: idOf(nestedType(name), {}, seed, subject.world) } : inner
      return settle({ ...subject, seed, fields: id }, nested.block, id)
    })
  }
  return settled
}

const nestedType = (block: string): string =>
  /instance_group/.test(block)
    ? 'aws_emr_instance_group'
    : /instance_fleet/.test(block)
      ? 'aws_emr_instance_fleet'
      : `aws_${block}`

/** Applies a change to each element of a nested block's value, of whatever nesting. */
export function eachBlock(value: Value, change: (inner: Fields, index: number) => Fields): Value {
  if (isDynamic(value)) return value
  if (Array.isArray(value))
    return value.map((item, i) => (item === UNKNOWN ? item : change(fieldsOf(item), i)))
  if (value === null || value === UNKNOWN || value === undefined) return value
  return change(fieldsOf(value), 0)
}
