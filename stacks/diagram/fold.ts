import { referencesIn, type SynthesisedResource, type SynthesisedStack } from '../terraform/synthesised.ts'

/** Types that are never drawn but connect a drawn resource to others: profile, role, template, subnets. */
const FOLDED_TYPES = new Set([
  'aws_db_subnet_group',
  'aws_iam_instance_profile',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_launch_template',
])

/**
 * A resource with everything that is folded into it: the resources of these types that its attributes name, also
 * through each other, and the policies of its roles.
 */
export const foldedInto = (
  stack: SynthesisedStack,
  resource: SynthesisedResource,
): readonly SynthesisedResource[] => {
  const found = new Map<string, SynthesisedResource>([[resource.address, resource]])
  const visit = (one: SynthesisedResource): void => {
    for (const address of one.references) {
      const next = stack.at(address)
      if (next !== undefined && FOLDED_TYPES.has(next.type) && !found.has(address)) {
        found.set(address, next)
        visit(next)
      }
    }
    if (one.type === 'aws_iam_role')
      for (const policy of policiesOf(stack, one.address)) found.set(policy.address, policy)
  }
  visit(resource)
  return [...found.values()]
}

const policiesOf = (stack: SynthesisedStack, role: string): readonly SynthesisedResource[] =>
  stack.of('aws_iam_role_policy').filter((policy) => referencesIn(policy.body.role).includes(role))

/** Addresses of one type that any of these resources names. */
export const addressesNamed = (folded: readonly SynthesisedResource[], type: string): readonly string[] => {
  const all = folded.flatMap((one) => one.references.filter((address) => address.startsWith(`${type}.`)))
  return [...new Set(all)]
}
