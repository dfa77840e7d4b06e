import { HowdahError } from '../../../provisioners/errors.ts'

export interface SubnetPlan {
  /** CIDRs in the order of the zones. */
  readonly publicCidrs: readonly string[]
  readonly privateCidrs: readonly string[]
}

/** AWS's limits: the largest VPC and the smallest subnet. */
const LARGEST_VPC = 16
const SMALLEST_SUBNET = 28
/** The number of zones with reserved addresses, so that a zone added later moves no subnet. */
const MOST_ZONES = 8

const cidrOf = (base: number, prefix: number): string =>
  `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${prefix}`

const refused = (cidr: string, expected: string, where: string | undefined): HowdahError =>
  new HowdahError({
    code: 'STACK_NETWORK_CIDR',
    exit: 'configuration',
    message: `aws.network.cidr ${cidr} can't be divided into subnets`,
    found: cidr,
    expected,
    ...(where === undefined ? {} : { where }),
    next: 'give a larger network, 10.20.0.0/16 for example',
  })

const parse = (cidr: string): { base: number; prefix: number } | undefined => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr)
  if (match === null) return undefined
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = match.slice(1).map(Number)
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined
  return { base: ((a * 256 + b) * 256 + c) * 256 + d, prefix }
}

/**
 * Divides a VPC: each zone has a private subnet of a sixteenth of it (a /20 of a /16), and a public subnet of a
 * sixteenth of that (a /24, never below AWS's /28) in front. The subnets of a zone depend only on its position, so
 * you can add zones. Throws STACK_NETWORK_CIDR for a text that is not a network, and where the zones do not fit.
 */
export const planSubnets = (cidr: string, zones: number, where?: string): SubnetPlan => {
  const vpc = parse(cidr)
  if (vpc === undefined) throw refused(cidr, 'an IPv4 network, 10.20.0.0/16 for example', where)
  if (vpc.base % 2 ** (32 - vpc.prefix) !== 0)
    throw refused(cidr, `the first address of a /${vpc.prefix}`, where)
  const privatePrefix = vpc.prefix + 4
  const publicPrefix = Math.min(SMALLEST_SUBNET, vpc.prefix + 8)
  const size = 2 ** (32 - privatePrefix)
  const publicSize = 2 ** (32 - publicPrefix)
  const first = Math.ceil((MOST_ZONES * publicSize) / size)
  if (vpc.prefix < LARGEST_VPC || privatePrefix > SMALLEST_SUBNET)
    throw refused(cidr, 'a network from /16 to /24', where)
  if (zones > MOST_ZONES) throw refused(cidr, `at most ${MOST_ZONES} zones, not ${zones}`, where)
  const each = <T>(make: (index: number) => T): T[] =>
    Array.from({ length: zones }, (_, index) => make(index))
  return {
    publicCidrs: each((i) => cidrOf(vpc.base + i * publicSize, publicPrefix)),
    privateCidrs: each((i) => cidrOf(vpc.base + (first + i) * size, privatePrefix)),
  }
}
