import { describe, expect, it } from 'vitest'
import type {
  Infrastructure,
  InfrastructureNetwork,
} from '../../../provisioners/config/infrastructure/types.ts'
import { Network } from '../../../stacks/constructs/network/index.ts'
import type { NetworkReferences } from '../../../stacks/constructs/references.ts'
import { RuledGroup } from '../../../stacks/constructs/security-group.ts'
import { largeEmr, largeHadoop } from '../support/infrastructures.ts'
import { synthesised, type Template } from '../support/template.ts'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/one'
const own = largeHadoop.network as Extract<InfrastructureNetwork, { kind: 'own' }>
const { lms: peering, ...alone } = own

const laid = (network: InfrastructureNetwork, infrastructure: Infrastructure = largeHadoop) => {
  let references: NetworkReferences | undefined
  const template = synthesised((scope) => {
    const net = new Network(scope, 'network', {
      infrastructure: { ...infrastructure, network },
      key: { keyArn: KEY },
    })
    references = net.references
    const group = new RuledGroup(scope, 'cluster', {
      name: 'cluster',
      vpcId: net.references.vpcId,
      description: 'The cluster',
    })
    net.allowLmsAccess(group)
  })
  if (references === undefined) throw new Error('no references')
  return { template, references }
}

const only = (template: Template, type: string): Record<string, unknown> => template.only(type)
const ids = (template: Template, type: string, tags: Record<string, string>): string[] =>
  Object.entries(template.resources(type))
    .filter(([, body]) =>
      Object.entries(tags).every(([k, v]) => (body.tags as Record<string, string> | undefined)?.[k] === v),
    )
    .map(([id]) => `\${${type}.${id}.id}`)

describe('a network of its own', () => {
  it('has a public and a private subnet in each zone, and assigns no public address by default', () => {
    const { template, references } = laid(alone)
    expect(only(template, 'aws_vpc')).toMatchObject({
      cidr_block: '10.20.0.0/16',
      enable_dns_hostnames: true,
    })
    const subnets = Object.values(template.resources('aws_subnet'))
    expect(subnets.map((s) => [s.cidr_block, s.availability_zone])).toEqual([
      ['10.20.16.0/20', 'eu-west-1a'],
      ['10.20.32.0/20', 'eu-west-1b'],
      ['10.20.0.0/24', 'eu-west-1a'],
      ['10.20.1.0/24', 'eu-west-1b'],
    ])
    for (const subnet of subnets) expect(subnet.map_public_ip_on_launch).toBe(false)
    expect(references.privateZones).toEqual(['eu-west-1a', 'eu-west-1b'])
    expect(references.publicSubnetIds).toHaveLength(2)
  })

  it.each([
    ['none', 0],
    ['single', 1],
    ['per-zone', 2],
  ] as const)('with nat: %s has %i NAT gateways', (nat, count) => {
    const { template } = laid({ ...alone, nat })
    expect(Object.keys(template.resources('aws_nat_gateway'))).toHaveLength(count)
    expect(Object.keys(template.resources('aws_eip'))).toHaveLength(count)
    for (const address of Object.values(template.resources('aws_eip'))) expect(address.domain).toBe('vpc')
    const routes = Object.values(template.resources('aws_route'))
    const out = routes.filter((route) => route.destination_cidr_block === '0.0.0.0/0')
    expect(out.filter((route) => route.nat_gateway_id !== undefined)).toHaveLength(count === 0 ? 0 : 2)
    expect(out.filter((route) => route.gateway_id !== undefined)).toHaveLength(1)
    expect(new Set(out.map((route) => route.nat_gateway_id).filter(Boolean)).size).toBe(count)
  })

  it('leads public subnets to the internet gateway, and private ones never', () => {
    const { template } = laid(alone)
    const [publicTable] = ids(template, 'aws_route_table', { Name: 'insights-public' })
    const [open] = template.having('aws_route', { route_table_id: publicTable as string })
    expect(open?.gateway_id).toMatch(/^\$\{aws_internet_gateway\./)
    const associations = Object.values(template.resources('aws_route_table_association'))
    const ofTable = associations.filter((a) => a.route_table_id === publicTable).map((a) => a.subnet_id)
    expect(ofTable).toEqual(ids(template, 'aws_subnet', { Tier: 'public' }))
    expect(associations).toHaveLength(4)
  })

  it("locks AWS's default security group", () => {
    const group = only(laid(alone).template, 'aws_default_security_group')
    expect(group.vpc_id).toMatch(/^\$\{aws_vpc\./)
    expect([group.ingress, group.egress]).toEqual([undefined, undefined])
  })

  it('records its traffic for a year, encrypted, by a role that can do nothing else', () => {
    const { template } = laid(alone)
    expect(only(template, 'aws_cloudwatch_log_group')).toMatchObject({
      retention_in_days: 365,
      kms_key_id: KEY,
    })
    expect(only(template, 'aws_flow_log')).toMatchObject({ traffic_type: 'ALL' })
    const [statement] = JSON.parse(String(only(template, 'aws_iam_role_policy').policy)).Statement
    const group = `\${aws_cloudwatch_log_group.${Object.keys(template.resources('aws_cloudwatch_log_group'))[0]}.arn}`
    expect(statement.Resource).toEqual([group, `${group}:*`])
    expect(laid({ ...alone, flowLogs: false }).template.types()).not.toContain('aws_flow_log')
  })

  it('reaches S3 without NAT: its own buckets, and those of AWS that hosts need to start', () => {
    const { template } = laid(alone)
    const [s3] = template.having('aws_vpc_endpoint', { vpc_endpoint_type: 'Gateway' })
    expect(s3?.service_name).toBe('com.amazonaws.eu-west-1.s3')
    expect(s3?.route_table_ids).toHaveLength(3)
    const [ours, theirs] = JSON.parse(String(s3?.policy)).Statement
    expect(ours.Condition.StringEquals['s3:ResourceAccount']).toBe(
      '${data.aws_caller_identity.account.account_id}',
    )
    for (const bucket of [
      '*.elasticmapreduce',
      'repo.eu-west-1.emr.amazonaws.com',
      'al2023-repos-eu-west-1-de612dc2',
      'amazonlinux-2-repos-eu-west-1',
    ])
      expect(theirs.Resource).toContain(`arn:aws:s3:::${bucket}/*`)
    expect(theirs.Action).not.toContain('s3:PutObject')
  })

  it('has interface endpoints in the private subnets, for the hosts of the VPC only', () => {
    const { template, references } = laid(alone)
    const endpoints = template.having('aws_vpc_endpoint', { vpc_endpoint_type: 'Interface' })
    expect(endpoints.map((e) => e.service_name)).toEqual([
      'com.amazonaws.eu-west-1.ec2messages',
      'com.amazonaws.eu-west-1.ssm',
      'com.amazonaws.eu-west-1.ssmmessages',
    ])
    for (const endpoint of endpoints) {
      expect(endpoint.private_dns_enabled).toBe(true)
      expect(endpoint.subnet_ids).toHaveLength(references.privateSubnetIds.length)
    }
    expect(only(template, 'aws_vpc_security_group_ingress_rule')).toMatchObject({
      cidr_ipv4: '10.20.0.0/16',
      from_port: 443,
      to_port: 443,
    })
    const none = laid({ ...alone, endpoints: [] }).template
    expect(none.having('aws_vpc_endpoint', { vpc_endpoint_type: 'Interface' })).toEqual([])
    expect(none.types()).not.toContain('aws_vpc_security_group_ingress_rule')
  })

  it("has EMR's tag where EMR runs in it, and not elsewhere", () => {
    const tag = { 'for-use-with-amazon-emr-managed-policies': 'true' }
    const emr = laid(alone, largeEmr).template
    expect(emr.having('aws_vpc', { tags: tag })).toHaveLength(1)
    expect(emr.having('aws_subnet', { tags: tag })).toHaveLength(4)
    expect(laid(alone).template.having('aws_subnet', { tags: tag })).toEqual([])
  })
})

describe('a network that is there', () => {
  const existing: InfrastructureNetwork = {
    kind: 'existing',
    cidr: '10.9.0.0/16',
    endpoints: [],
    vpcId: 'vpc-0aa',
    publicSubnetIds: ['subnet-0a'],
    privateSubnetIds: ['subnet-0b', 'subnet-0c'],
  }

  it('by ids is used as it is: nothing of a network is made', () => {
    const { template, references } = laid(existing)
    expect(template.types()).toEqual(['aws_security_group'])
    expect(references).toMatchObject({ vpcId: 'vpc-0aa', privateSubnetIds: ['subnet-0b', 'subnet-0c'] })
    expect(Object.values(template.data('aws_subnet')).map((s) => s.id)).toEqual([
      'subnet-0b',
      'subnet-0c',
      'subnet-0a',
    ])
    expect(references.privateZones).toHaveLength(2)
  })

  it('by tags is one subnet of each kind a zone, and says what is missing', () => {
    const { template, references } = laid({
      kind: 'found',
      cidr: '10.9.0.0/16',
      endpoints: [],
      vpcTags: { Name: 'main' },
      publicSubnetTags: {},
      privateSubnetTags: { Tier: 'private' },
    })
    expect(template.types()).toEqual(['aws_security_group'])
    expect(Object.values(template.data('aws_vpc'))).toMatchObject([{ tags: { Name: 'main' } }])
    const found = Object.values(template.data('aws_subnets'))
    expect(found).toHaveLength(2)
    expect(found[0]).toMatchObject({
      tags: { Tier: 'private' },
      filter: [{ name: 'vpc-id' }, { name: 'availability-zone', values: ['eu-west-1a'] }],
      lifecycle: {
        postcondition: [
          { error_message: 'No subnet with the tags Tier=private in eu-west-1a (aws.network).' },
        ],
      },
    })
    expect([references.publicSubnetIds, references.publicZones]).toEqual([[], []])
    expect(references.privateZones).toEqual(['eu-west-1a', 'eu-west-1b'])
  })

  it('gets one route to the LMS in each of its tables, though subnets share one', () => {
    const { template } = laid({ ...existing, ...(peering === undefined ? {} : { lms: peering }) })
    const tables = Object.keys(template.data('aws_route_table'))
    expect(tables).toHaveLength(3)
    const route = only(template, 'aws_route')
    expect(route.for_each).toMatch(/^\$\{toset\(\[/)
    for (const table of tables) expect(route.for_each).toContain(`data.aws_route_table.${table}.`)
    expect(route).toMatchObject({ route_table_id: '${each.value}', destination_cidr_block: '10.40.0.0/16' })
  })
})

describe('the way to the LMS', () => {
  it('is a peering accepted at once in the same account, with a route in every table', () => {
    const { template, references } = laid(own)
    expect(only(template, 'aws_vpc_peering_connection')).toMatchObject({
      peer_vpc_id: 'vpc-0123456789abcdef0',
      auto_accept: true,
      requester: { allow_remote_vpc_dns_resolution: true },
    })
    expect(template.having('aws_route', { destination_cidr_block: '10.40.0.0/16' })).toHaveLength(3)
    expect(only(template, 'aws_vpc_security_group_egress_rule')).toMatchObject({
      cidr_ipv4: '10.40.0.0/16',
      from_port: 3306,
      to_port: 3306,
    })
    expect(references.lmsCidr).toBe('10.40.0.0/16')
  })

  it('waits for the other side in another account or region', () => {
    const lms = { kind: 'peering', port: 3306, vpcId: 'vpc-0bb', cidr: '10.40.0.0/16' } as const
    const { template } = laid({ ...own, lms: { ...lms, accountId: '444455556666', region: 'us-east-1' } })
    const connection = only(template, 'aws_vpc_peering_connection')
    expect(connection).toMatchObject({
      peer_owner_id: '444455556666',
      peer_region: 'us-east-1',
      auto_accept: false,
    })
    expect(connection.requester).toBeUndefined()
    const abroad = laid({ ...own, lms: { ...lms, accountId: '444455556666' } }).template
    expect(abroad.only('aws_vpc_peering_connection')).toMatchObject({ auto_accept: false })
    const near = laid({ ...own, lms: { ...lms, region: 'eu-west-1' } }).template
    expect(near.only('aws_vpc_peering_connection')).toMatchObject({ auto_accept: true })
  })

  it('in the same VPC is a rule in its group that admits ours, and egress to that group alone', () => {
    const lms = { kind: 'security-group', port: 3307, securityGroupId: 'sg-0lms' } as const
    const { template, references } = laid({ ...alone, endpoints: [], lms })
    const ours = `\${aws_security_group.${Object.keys(template.resources('aws_security_group'))[0]}.id}`
    expect(only(template, 'aws_vpc_security_group_ingress_rule')).toMatchObject({
      security_group_id: 'sg-0lms',
      referenced_security_group_id: ours,
      from_port: 3307,
    })
    expect(only(template, 'aws_vpc_security_group_egress_rule')).toMatchObject({
      security_group_id: ours,
      referenced_security_group_id: 'sg-0lms',
    })
    expect(template.types()).not.toContain('aws_vpc_peering_connection')
    expect(references.lmsCidr).toBeUndefined()
  })

  it('is not there when cluster.yml names none', () => {
    const { template } = laid(alone)
    expect(template.types()).not.toContain('aws_vpc_peering_connection')
    expect(template.types()).not.toContain('aws_vpc_security_group_egress_rule')
  })
})
