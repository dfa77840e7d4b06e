import { referencesIn, type SynthesisedResource, type SynthesisedStack } from '../terraform/synthesised.ts'

/** What is never drawn but leads from a drawn thing to others: its profile, its role, its template, its subnets. */
const FOLDED_TYPES = new Set([
  'aws_db_subnet_group',
  'aws_iam_instance_profile',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_launch_template',
])

/**
 * A resource with all that serves it and nothing else: what its attributes name, as far as they lead through
 * things that are folded into it, and the policies of its roles.
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

/** Addresses of one type that a thing names, by itself or through what serves it. */
export const addressesNamed = (folded: readonly SynthesisedResource[], type: string): readonly string[] => {
  const all = folded.flatMap((one) => one.references.filter((address) => address.startsWith(`${type}.`)))
  return [...new Set(all)]
}
