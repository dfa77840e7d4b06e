import type { Subject } from './fakes.ts'
import { relatedId } from './identities.ts'
import { type Fields, textOf } from './values.ts'
import { hashOf } from './world.ts'

type Answer = (config: Fields, subject: Subject) => Fields

const ANSWERS: Readonly<Record<string, Answer>> = {
  aws_caller_identity: (_, { world }) => ({
    account_id: world.place.account,
    arn: `arn:aws:iam::${world.place.account}:role/stand-in`,
    id: world.place.account,
    user_id: 'AROASTANDIN:stand-in',
  }),
  aws_partition: () => ({
    id: 'aws',
    partition: 'aws',
    dns_suffix: 'amazonaws.com',
    reverse_dns_prefix: 'com.amazonaws',
  }),
  aws_region: (config, { world }) => {
    const region = textOf(config.region) ?? textOf(config.name) ?? world.place.region
    return { id: region, name: region, region, endpoint: `ec2.${region}.amazonaws.com` }
  },
  aws_availability_zones: (_, { world }) => ({
    id: world.place.region,
    names: ['a', 'b', 'c'].map((letter) => `${world.place.region}${letter}`),
  }),
  aws_vpc: (config, { seed, world }) => ({
    id: config.id ?? relatedId('vpc_id', seed, world),
    cidr_block: config.cidr_block ?? '10.0.0.0/16',
    enable_dns_hostnames: true,
    enable_dns_support: true,
    state: 'available',
  }),
  aws_subnet: (config, { seed, world }) => ({
    id: config.id ?? relatedId('subnet_id', seed, world),
    vpc_id: config.vpc_id ?? relatedId('vpc_id', seed, world),
    cidr_block: config.cidr_block ?? '10.0.1.0/24',
  }),
  aws_subnets: (_, { seed, world }) => ({
    ids: ['a', 'b', 'c'].map((letter) => relatedId('subnet_id', hashOf(seed, letter), world)),
  }),
  aws_ssm_parameter: (config, { seed }) => {
    const name = textOf(config.name) ?? ''
    const value = /ami|image|debian|ubuntu|canonical/.test(name)
      ? `ami-${seed.slice(0, 17)}`
      : `value-${seed.slice(0, 8)}`
    return { id: name, value, insecure_value: value, type: 'String', version: 1 }
  },
  aws_route53_zone: (config, { seed }) => ({
    zone_id: config.zone_id ?? `Z${seed.slice(0, 13).toUpperCase()}`,
    id: config.zone_id ?? `Z${seed.slice(0, 13).toUpperCase()}`,
  }),
}

/** What a data source answers where its configuration decides it; the rest is made up by type and name. */
export const dataOf = (type: string, config: Fields, subject: Subject): Fields =>
  ANSWERS[type]?.(config, subject) ?? {}
