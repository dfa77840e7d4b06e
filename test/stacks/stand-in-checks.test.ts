import { describe, expect, it } from 'vitest'
import { checks, problemsOf } from './stand-in/checks/index.ts'
import { type Fields, UNKNOWN } from './stand-in/values.ts'
import { World } from './stand-in/world.ts'

const world = new World()
world.put('aws_vpc', { id: 'vpc-1', cidr_block: '10.1.0.0/16' })
world.put('aws_subnet', {
  id: 'subnet-1',
  vpc_id: 'vpc-1',
  cidr_block: '10.1.1.0/24',
  availability_zone: 'eu-west-1a',
})
world.put('aws_subnet', {
  id: 'subnet-2',
  vpc_id: 'vpc-1',
  cidr_block: '10.1.2.0/24',
  availability_zone: 'eu-west-1a',
})
const rule = {
  security_group_id: 'sg-1',
  ip_protocol: 'tcp',
  from_port: 22,
  to_port: 22,
  cidr_ipv4: '10.0.0.0/8',
}
world.put('aws_vpc_security_group_ingress_rule', { id: 'sgr-1', ...rule })

const policy = (statement: object, version = '2012-10-17') =>
  JSON.stringify({ Version: version, Statement: [statement] })
const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }

const database = {
  identifier: 'results',
  password: null,
  password_wo: null,
  skip_final_snapshot: true,
  monitoring_interval: 0,
}
const instance = { ami: 'ami-0123456789abcdef0', instance_type: 'm7i.large', launch_template: null }
const balancer = { name: 'insights-api', load_balancer_type: 'application', subnets: ['a', 'b'] }

/** A type, a configuration that AWS accepts, a change, and AWS's message for it. */
const RULES: readonly (readonly [string, Fields, Fields, RegExp])[] = [
  ['aws_vpc', { cidr_block: '10.0.0.0/16' }, { cidr_block: '10.0.0.0/8' }, /prefix from \/16 to \/28/],
  [
    'aws_subnet',
    { vpc_id: 'vpc-1', cidr_block: '10.1.3.0/24' },
    { cidr_block: '10.1.1.128/25' },
    /overlaps 10\.1\.1\.0/,
  ],
  [
    'aws_subnet',
    { vpc_id: 'vpc-1', cidr_block: '10.1.3.0/24' },
    { cidr_block: '10.3.1.0/24' },
    /outside of its VPC/,
  ],
  [
    'aws_security_group',
    { name: 'a', description: 'Masters' },
    { description: "The master's" },
    /letters, digits/,
  ],
  ['aws_security_group', { name: 'a' }, { name: 'sg-a' }, /must not start with sg-/],
  [
    'aws_security_group',
    { name_prefix: 'a-' },
    { name_prefix: `${'a'.repeat(229)}-` },
    /prefix of a security group/,
  ],
  [
    'aws_vpc_security_group_ingress_rule',
    { ...rule, from_port: 23, to_port: 23 },
    rule,
    /the same rule is in sg-1/,
  ],
  ['aws_vpc_security_group_ingress_rule', { ...rule, to_port: 80 }, { to_port: 1 }, /run backwards/],
  ['aws_vpc_security_group_egress_rule', rule, { cidr_ipv4: null }, /one source or destination, not 0/],
  ['aws_vpc_security_group_egress_rule', rule, { cidr_ipv4: '10.0.0.1/8' }, /is not a network/],
  ['aws_vpc_security_group_egress_rule', rule, { ip_protocol: '-1' }, /all protocols has no ports/],
  ['aws_vpc_security_group_egress_rule', rule, { from_port: null }, /needs from_port and to_port/],
  ['aws_route', { gateway_id: 'igw-1' }, { nat_gateway_id: 'nat-1' }, /one target, not 2/],
  ['aws_lb', balancer, { name: 'a-name-that-is-longer-than-32-chars' }, /at most 32/],
  ['aws_lb', balancer, { name: 'internal-api' }, /no internal- before it/],
  ['aws_lb', balancer, { subnets: ['a'] }, /subnets in two zones/],
  [
    'aws_lb_listener',
    { protocol: 'HTTPS', certificate_arn: 'arn' },
    { certificate_arn: null },
    /needs a certificate/,
  ],
  ['aws_lb_target_group', { name: 'api' }, { name: 'api-' }, /no hyphen at its ends/],
  ['aws_db_instance', database, { identifier: 'Results' }, /small letters/],
  ['aws_db_instance', database, { identifier: 'a--b' }, /single hyphens/],
  ['aws_db_instance', database, { username: 'rdsadmin' }, /reserved/],
  ['aws_db_instance', database, { manage_master_user_password: true, password: 'x' }, /exclude each other/],
  [
    'aws_db_instance',
    database,
    { skip_final_snapshot: false, final_snapshot_identifier: null },
    /final_snapshot/,
  ],
  [
    'aws_db_instance',
    database,
    { monitoring_interval: 60, monitoring_role_arn: null },
    /needs monitoring_role_arn/,
  ],
  ['aws_db_instance', database, { backup_retention_period: 36 }, /0 to 35 days/],
  [
    'aws_db_subnet_group',
    { name: 'a', subnet_ids: ['subnet-9'] },
    { subnet_ids: ['subnet-1', 'subnet-2'] },
    /two zones/,
  ],
  [
    'aws_db_parameter_group',
    { name: 'results', family: 'mysql8.4' },
    { family: 'mysql-8.4' },
    /families look like/,
  ],
  ['aws_iam_instance_profile', { name: 'insights' }, { name: 'x'.repeat(129) }, /at most 128/],
  ['aws_s3_bucket', { bucket: 'insights-logs' }, { bucket: 'Insights_Logs' }, /3 to 63 small letters/],
  ['aws_kms_alias', { name: 'alias/insights' }, { name: 'alias/aws/insights' }, /of your own/],
  [
    'aws_cloudwatch_log_group',
    { name: '/howdah/a', retention_in_days: 365 },
    { retention_in_days: 100 },
    /100 days/,
  ],
  ['aws_instance', instance, { instance_type: 'm7i-large' }, /types look like m7i.large/],
  ['aws_instance', instance, { user_data: 'x'.repeat(16_385) }, /more than 16384 bytes/],
  ['aws_launch_template', { name: 'app' }, { user_data: '#!/bin/sh' }, /takes base64/],
  ['aws_autoscaling_group', { min_size: 1, max_size: 2 }, { desired_capacity: 3 }, /not within 1 to 2/],
  [
    'aws_key_pair',
    { public_key: 'ssh-ed25519 AAAA me' },
    { public_key: '-----BEGIN KEY' },
    /ssh-rsa or ssh-ed25519/,
  ],
  ['aws_iam_role', { name: 'insights-emr' }, { name: 'insights emr' }, /letters, digits and/],
  [
    'aws_iam_role',
    { assume_role_policy: policy(allow) },
    { assume_role_policy: '{"Version":' },
    /is not JSON/,
  ],
  [
    'aws_iam_role',
    { assume_role_policy: policy(allow) },
    { assume_role_policy: policy(allow, '2015') },
    /Version "2015"/,
  ],
  [
    'aws_iam_role_policy',
    { policy: policy(allow) },
    { policy: policy({ ...allow, Sid: 'read-logs' }) },
    /Sid/,
  ],
  [
    'aws_s3_bucket_policy',
    { policy: policy(allow) },
    { policy: policy({ ...allow, Effect: 'Permit' }) },
    /Allow or Deny/,
  ],
  ['aws_emr_cluster', { release_label: 'emr-7.13.0' }, { release_label: '7.13.0' }, /labels look like/],
  ['aws_emr_cluster', { log_uri: 's3://logs/emr/' }, { log_uri: 'logs/emr' }, /an s3:\/\/ address/],
  ['aws_emr_cluster', { configurations_json: '[]' }, { configurations_json: '[,]' }, /is not JSON/],
  [
    'aws_emr_cluster',
    { master_instance_group: [{ instance_type: 'm5.xlarge', bid_price: '0.09' }] },
    { core_instance_fleet: [{}] },
    /groups or fleets, not both/,
  ],
  [
    'aws_emr_cluster',
    { auto_termination_policy: [{ idle_timeout: 3600 }] },
    { auto_termination_policy: [{ idle_timeout: 30 }] },
    /not within 60 to 604800/,
  ],
  ['aws_emr_instance_group', { bid_price: '0.09' }, { bid_price: '9 cents' }, /a price in US dollars/],
  ['aws_vpc', { tags: { Name: 'a' } }, { tags: { 'aws:a': 'b' } }, /the prefix aws: is reserved/],
  ['aws_vpc', { tags: { Name: 'a' } }, { tags: { Name: 'a, b' } }, /letters, digits, spaces/],
]

describe('what AWS would refuse and types cannot express', () => {
  it.each(RULES)('%s: %j but %j', (type, good, change, words) => {
    expect(problemsOf([checks], type, good, world)).toEqual([])
    expect(problemsOf([checks], type, { ...good, ...change }, world).join('\n')).toMatch(words)
  })

  it('accepts unknown values', () => {
    for (const [type, good] of RULES) {
      const unknown = Object.fromEntries(Object.keys(good).map((name) => [name, UNKNOWN]))
      expect([type, problemsOf([checks], type, unknown, undefined)]).toEqual([type, []])
    }
  })

  it('has a case for every type that it has rules for', () => {
    const missing = Object.keys(checks).filter((type) => !RULES.some(([tested]) => tested === type))
    expect(missing).toEqual([])
  })
})
