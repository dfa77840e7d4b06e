import { referencesIn, type SynthesisedResource, type SynthesisedStack } from '../terraform/synthesised.ts'

/** The other end of a rule, where it is not a drawn resource. */
export type Outsider = 'internet' | 'operators' | 'clients' | 'lms'

/** A rule of a security group: one end may connect to the other at some ports. */
export interface Flow {
  /** Addresses of security groups, or outsiders. */
  readonly from: string
  readonly to: string
  readonly ports: string
}

const EVERYONE = ['0.0.0.0/0', '::/0']

const portsOf = ({ body }: SynthesisedResource): string => {
  const { from_port: from, to_port: to } = body
  if (body.ip_protocol === '-1' || from === undefined) return 'all'
  return from === to ? `${from}` : `${from}–${to}`
}

/** CIDRs of the deployment itself: rules with them are about members, not about outsiders. */
const ownRanges = (stack: SynthesisedStack): readonly string[] => [
  ...stack.of('aws_vpc').map((vpc) => String(vpc.body.cidr_block ?? '')),
  ...stack.of('aws_subnet').map((subnet) => String(subnet.body.cidr_block ?? '')),
]

const peeredRanges = (stack: SynthesisedStack): readonly string[] =>
  stack
    .of('aws_route')
    .filter((route) => route.body.vpc_peering_connection_id !== undefined)
    .map((route) => String(route.body.destination_cidr_block ?? ''))

const outsiderOf = (
  rule: SynthesisedResource,
  own: readonly string[],
  ports: string,
): Outsider | undefined => {
  const cidr = String(rule.body.cidr_ipv4 ?? rule.body.cidr_ipv6 ?? '')
  if (EVERYONE.includes(cidr)) return 'internet'
  if (cidr === '' || cidr.includes('${') || own.includes(cidr)) return undefined
  return ports === '22' ? 'operators' : 'clients'
}

const groupIn = (value: unknown): string | undefined =>
  referencesIn(value).find((address) => address.startsWith('aws_security_group.'))

const admitted = (stack: SynthesisedStack): readonly Flow[] => {
  const own = ownRanges(stack)
  return stack.of('aws_vpc_security_group_ingress_rule').flatMap((rule) => {
    const ports = portsOf(rule)
    const group = groupIn(rule.body.security_group_id)
    const peer = groupIn(rule.body.referenced_security_group_id)
    // A rule of this stack in an existing group opens the LMS's database to the cluster.
    if (group === undefined) return peer === undefined ? [] : [{ from: peer, to: 'lms', ports }]
    const from = peer ?? outsiderOf(rule, own, ports)
    return from === undefined ? [] : [{ from, to: group, ports }]
  })
}

const reaching = (stack: SynthesisedStack): readonly Flow[] => {
  const peered = peeredRanges(stack)
  return stack.of('aws_vpc_security_group_egress_rule').flatMap((rule) => {
    const from = groupIn(rule.body.security_group_id)
    if (from === undefined) return []
    const to = groupIn(rule.body.referenced_security_group_id)
    if (to !== undefined) return [{ from, to, ports: portsOf(rule) }]
    return peered.includes(String(rule.body.cidr_ipv4 ?? ''))
      ? [{ from, to: 'lms', ports: portsOf(rule) }]
      : []
  })
}

/** The connections that the security groups allow, without a group's rules about itself. */
export const flowsOf = (stack: SynthesisedStack): readonly Flow[] =>
  [...admitted(stack), ...reaching(stack)].filter((flow) => flow.from !== flow.to)
