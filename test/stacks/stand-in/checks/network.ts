import { overlap } from '../../../../provisioners/config/infrastructure/cidr.ts'
import { type Fields, listOf, textOf, UNKNOWN, type Value } from '../values.ts'
import { rangeOf, type World, within } from '../world.ts'
import { form, longest, numberOf, when } from './forms.ts'
import type { Checks } from './index.ts'

const DESCRIPTION = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]*$/
const DESCRIPTION_RULE = 'letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* only'

function cidr(what: string, value: Value, largest = 0, smallest = 32): readonly string[] {
  const text = textOf(value)
  if (text === undefined) return []
  const range = rangeOf(text)
  if (!range) return [`${what} ${text} is not a network: an address and a prefix, no bits beyond it`]
  return when(
    range.prefix < largest || range.prefix > smallest,
    `${what} ${text} must have a prefix from /${largest} to /${smallest}`,
  )
}

function subnet(config: Fields, world: World | undefined): readonly string[] {
  const range = rangeOf(config.cidr_block)
  const vpc = rangeOf(world?.find('aws_vpc', config.vpc_id)?.cidr_block)
  const siblings = (world?.all('aws_subnet') ?? []).filter(
    (s) => s.vpc_id === config.vpc_id && s.id !== config.id,
  )
  return [
    ...cidr('the subnet', config.cidr_block, 16, 28),
    ...when(
      !!range && !!vpc && !within(range, vpc),
      `the subnet ${String(config.cidr_block)} lies outside of its VPC's range`,
    ),
    ...siblings.flatMap((sibling) => {
      const other = rangeOf(sibling.cidr_block)
      const clash = !!range && !!other && overlap(range, other)
      return when(clash, `the subnet ${String(config.cidr_block)} overlaps ${String(sibling.cidr_block)}`)
    }),
  ]
}

const SOURCES = ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id'] as const
const RULE = ['security_group_id', 'ip_protocol', 'from_port', 'to_port', ...SOURCES] as const

const ruleCheck =
  (type: string) =>
  (config: Fields, world: World | undefined): readonly string[] => {
    const sources = SOURCES.filter((name) => config[name] !== null && config[name] !== undefined)
    const from = numberOf(config.from_port)
    const to = numberOf(config.to_port)
    const twin = world
      ?.all(type)
      .find((other) => other.id !== config.id && RULE.every((name) => other[name] === config[name]))
    return [
      ...when(sources.length !== 1, `a rule has one source or destination, not ${sources.length}`),
      ...when(from !== undefined && to !== undefined && from > to, `ports ${from} to ${to} run backwards`),
      ...when(
        config.ip_protocol === '-1' && from !== undefined && from !== -1,
        'a rule for all protocols has no ports',
      ),
      ...when(
        /^(tcp|udp)$/.test(textOf(config.ip_protocol) ?? '') &&
          (from === undefined || to === undefined) &&
          config.from_port !== UNKNOWN &&
          config.to_port !== UNKNOWN,
        'a rule for tcp or udp needs from_port and to_port',
      ),
      ...cidr('the rule', config.cidr_ipv4),
      ...longest('the description', config.description, 255),
      ...form('the description', config.description, DESCRIPTION, DESCRIPTION_RULE),
      ...when(twin !== undefined, `the same rule is in ${String(config.security_group_id)} already`),
    ]
  }

const ROUTE_TARGETS = [
  'carrier_gateway_id',
  'core_network_arn',
  'egress_only_gateway_id',
  'gateway_id',
  'local_gateway_id',
  'nat_gateway_id',
  'network_interface_id',
  'transit_gateway_id',
  'vpc_endpoint_id',
  'vpc_peering_connection_id',
] as const

export const network: Checks = {
  aws_vpc: (config) => cidr('the VPC', config.cidr_block, 16, 28),
  aws_subnet: subnet,
  aws_security_group: (config) => [
    ...longest('the security group', config.name, 255),
    ...longest('the prefix of a security group', config.name_prefix, 229),
    ...form(
      'the security group',
      config.name ?? config.name_prefix,
      /^(?!sg-)/,
      'a name must not start with sg-',
    ),
    ...form('the description', config.description, DESCRIPTION, DESCRIPTION_RULE),
    ...longest('the description', config.description, 255),
  ],
  aws_vpc_security_group_ingress_rule: ruleCheck('aws_vpc_security_group_ingress_rule'),
  aws_vpc_security_group_egress_rule: ruleCheck('aws_vpc_security_group_egress_rule'),
  aws_route: (config) => {
    const targets = ROUTE_TARGETS.filter((name) => config[name] !== null && config[name] !== undefined)
    return when(targets.length !== 1, `a route has one target, not ${targets.length}`)
  },
  aws_lb: (config) => [
    ...form(
      'the load balancer',
      config.name,
      /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
      'at most 32 letters, digits and hyphens; no hyphen at its ends, no internal- before it',
    ),
    ...when(
      config.load_balancer_type !== 'network' &&
        Array.isArray(config.subnets) &&
        listOf(config.subnets).length < 2,
      'an application load balancer needs subnets in two zones',
    ),
  ],
  aws_lb_target_group: (config) => [
    ...form(
      'the target group',
      config.name,
      /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
      'at most 32 letters, digits and hyphens; no hyphen at its ends',
    ),
    ...longest('the prefix of a target group', config.name_prefix, 6),
  ],
  aws_lb_listener: (config) => [
    ...when(
      config.protocol === 'HTTPS' && config.certificate_arn === null,
      'an HTTPS listener needs a certificate',
    ),
    ...when(
      config.protocol === 'HTTP' && config.certificate_arn !== null,
      'an HTTP listener has no certificate',
    ),
    ...form('the policy', config.ssl_policy, /^ELBSecurityPolicy-/, 'names begin with ELBSecurityPolicy-'),
  ],
}
