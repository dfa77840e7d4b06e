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

/** The public subnets: those whose route table has a route to an internet gateway. */
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

/** A function that gives the kind of subnet of a resource, from what is folded into it; undefined: none. */
export const tiersOf = (
  stack: SynthesisedStack,
): ((folded: readonly SynthesisedResource[]) => Tier | undefined) => {
  const own = publicSubnets(stack)
  // The routes of existing subnets are unknown: those of a resource that faces the internet count as public.
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

/** Availability zones of a tier's new subnets, sorted; none for existing subnets. */
export const zonesOf = (stack: SynthesisedStack, tier: Tier): readonly string[] => {
  const own = publicSubnets(stack)
  const zones = stack
    .of('aws_subnet')
    .filter((subnet) => own.has(subnet.address) === (tier === 'public'))
    .map((subnet) => String(subnet.body.availability_zone ?? ''))
  return [...new Set(zones)].filter((zone) => zone !== '').sort()
}
