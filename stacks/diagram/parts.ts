import type { SynthesisedResource, SynthesisedStack } from '../terraform/synthesised.ts'
import { CAPTIONS, type Caption, humanised } from './captions.ts'
import { emrParts } from './emr.ts'
import { addressesNamed, foldedInto } from './fold.ts'

/** One thing to be drawn, before equal ones are joined into a box. */
export interface Part {
  readonly address: string
  readonly caption: Caption
  /** Whose attributes tell where it stands and what it reaches. */
  readonly resource: SynthesisedResource
  /** Addresses of the security groups that it is a member of. */
  readonly securityGroups: readonly string[]
  /** Title of the cluster that it is a member of. */
  readonly cluster?: string
}

/** Hosts that one construct makes are a cluster: several kinds of them are drawn with a frame around. */
const clusterOf = (stack: SynthesisedStack, resource: SynthesisedResource): string | undefined => {
  if (resource.type !== 'aws_instance') return undefined
  const [head] = resource.path.split('/')
  const siblings = stack.of('aws_instance').filter((one) => one.path.split('/')[0] === head)
  return siblings.length > 1 && head !== undefined ? humanised(head) : undefined
}

/** Everything of a stack that is drawn. */
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
