import { referencesIn, type SynthesisedResource, type SynthesisedStack } from '../terraform/synthesised.ts'

export type Tier = 'public' | 'private'

const LITERAL = /^subnet-[0-9a-f]+$/

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value]
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(textsIn)
  return []
}

const literalsOf = (resources: readonly SynthesisedResource[]): readonly string[] =>
  resources.flatMap((one) => textsIn(one.body)).filter((text) => LITERAL.test(text))

/** Subnets whose route table leads to an internet gateway: that is what makes a subnet public. */
const publicSubnets = (stack: SynthesisedStack): ReadonlySet<string> => {
  const tables = stack
    .of('aws_route')
    .filter((route) =>
      referencesIn(route.body.gateway_id).some((to) => to.startsWith('aws_internet_gateway.')),
    )
    .flatMap((route) => referencesIn(route.body.route_table_id))
  const associations = stack
    .of('aws_route_table_association')
    .filter((one) => referencesIn(one.body.route_table_id).some((table) => tables.includes(table)))
  return new Set(associations.flatMap((one) => referencesIn(one.body.subnet_id)))
}

const facesInternet = ({ type, body }: SynthesisedResource): boolean =>
  type === 'aws_nat_gateway' ||
  (type === 'aws_lb' && body.internal !== true) ||
  (type === 'aws_instance' && body.associate_public_ip_address === true)

/** Tells in which kind of subnet a thing stands; undefined: in none. */
export const tiersOf = (
  stack: SynthesisedStack,
): ((folded: readonly SynthesisedResource[]) => Tier | undefined) => {
  const own = publicSubnets(stack)
  // Subnets that exist already say nothing of their routes: those of a thing that faces the internet are public.
  const given = new Set(literalsOf(stack.resources.filter(facesInternet)))
  return (folded) => {
    const addresses = folded.flatMap((one) => one.references)
    const subnets = addresses.filter((address) => address.startsWith('aws_subnet.'))
    if (subnets.length > 0) return subnets.some((subnet) => own.has(subnet)) ? 'public' : 'private'
    const found = addresses.find((address) => address.startsWith('data.aws_subnets.'))
    if (found !== undefined) return stack.at(found)?.path.includes('public') ? 'public' : 'private'
    const literals = literalsOf(folded)
    if (literals.length === 0) return undefined
    return literals.some((subnet) => given.has(subnet)) ? 'public' : 'private'
  }
}

/** Availability zones of a tier's own subnets, sorted; none where the subnets are not made here. */
export const zonesOf = (stack: SynthesisedStack, tier: Tier): readonly string[] => {
  const own = publicSubnets(stack)
  const zones = stack
    .of('aws_subnet')
    .filter((subnet) => own.has(subnet.address) === (tier === 'public'))
    .map((subnet) => String(subnet.body.availability_zone ?? ''))
  return [...new Set(zones)].filter((zone) => zone !== '').sort()
}
