import type { Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import { nameWithin } from '../../names.ts'
import type { Construct } from '../../tf.ts'
import type { NetworkReferences } from '../references.ts'
import { RuledGroup } from '../security-group.ts'

export interface ServerGroupOptions {
  readonly infrastructure: Pick<Infrastructure, 'name' | 'operators'>
  readonly network: Pick<NetworkReferences, 'vpcId'>
  /** The kind of the servers within the deployment: 'scheduler'. */
  readonly kind: string
  readonly description: string
}

const ANYWHERE = { cidr: '0.0.0.0/0' }

/**
 * The security group of servers of one kind: SSH from the operators, and HTTP and HTTPS to anywhere (packages of the
 * operating system, AWS's APIs, Session Manager). Other constructs add the other rules.
 */
export function serverGroup(scope: Construct, id: string, options: ServerGroupOptions): RuledGroup {
  const { infrastructure, network, kind, description } = options
  const group = new RuledGroup(scope, id, {
    name: nameWithin(255, infrastructure.name, kind),
    vpcId: network.vpcId,
    description,
  })
  for (const [i, cidr] of infrastructure.operators.entries()) {
    group.admit(`ssh-${i + 1}`, { cidr }, 22, 'SSH of an operator')
  }
  return group
    .reach('https', ANYWHERE, 443, 'Interfaces of AWS, Session Manager, packages')
    .reach('http', ANYWHERE, 80, 'Signed package lists of the operating system')
}

export interface ServerSubnet {
  readonly subnetId: string
  readonly zone: string
}

/** The subnet of the `index`th server of a kind: the private subnets in turn, or the public ones without private ones. */
export function serverSubnet(network: NetworkReferences, index = 0): ServerSubnet {
  const isPrivate = network.privateSubnetIds.length > 0
  const subnets = isPrivate ? network.privateSubnetIds : network.publicSubnetIds
  const zones = isPrivate ? network.privateZones : network.publicZones
  const at = subnets.length === 0 ? 0 : index % subnets.length
  return { subnetId: subnets[at] ?? '', zone: zones[at] ?? '' }
}
