import type { SynthesisedResource, SynthesisedStack } from '../terraform/synthesised.ts'
import { CAPTIONS, type Caption, humanised } from './captions.ts'
import { emrParts } from './emr.ts'
import { addressesNamed, foldedInto } from './fold.ts'

/** One resource, or a part of one, that is drawn, before equal ones are joined into a box. */
export interface Part {
  readonly address: string
  readonly caption: Caption
  /** The resource whose attributes give its subnets and its connections. */
  readonly resource: SynthesisedResource
  /** Addresses of the security groups that it is a member of. */
  readonly securityGroups: readonly string[]
  /** Title of its cluster. */
  readonly cluster?: string
}

/** The hosts of one construct are a cluster: several kinds of them are drawn with a frame around them. */
const clusterOf = (stack: SynthesisedStack, resource: SynthesisedResource): string | undefined => {
  if (resource.type !== 'aws_instance') return undefined
  const [head] = resource.path.split('/')
  const siblings = stack.of('aws_instance').filter((one) => one.path.split('/')[0] === head)
  return siblings.length > 1 && head !== undefined ? humanised(head) : undefined
}

/** The parts of a stack that are drawn. */
export const partsOf = (stack: SynthesisedStack): readonly Part[] =>
  stack.resources.flatMap((resource) => {
    if (resource.data) return []
    if (resource.type === 'aws_emr_cluster') return emrParts(stack, resource)
    const caption = CAPTIONS[resource.type]
    if (caption === undefined) return []
    const cluster = clusterOf(stack, resource)
    return [
      {
        address: resource.address,
        caption: caption(resource, stack),
        resource,
        securityGroups: addressesNamed(foldedInto(stack, resource), 'aws_security_group'),
        ...(cluster === undefined ? {} : { cluster }),
      },
    ]
  })
