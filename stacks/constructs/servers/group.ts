import type { Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import { nameWithin } from '../../names.ts'
import type { Construct } from '../../tf.ts'
import type { NetworkReferences } from '../references.ts'
import { RuledGroup } from '../security-group.ts'

export interface ServerGroupOptions {
  readonly infrastructure: Pick<Infrastructure, 'name' | 'operators'>
  readonly network: Pick<NetworkReferences, 'vpcId'>
  /** What the servers are, within the deployment: 'scheduler'. */
  readonly kind: string
  readonly description: string
}

const ANYWHERE = { cidr: '0.0.0.0/0' }

/**
 * The security group of servers of one kind: SSH of the operators in, the web out (packages of the operating
 * system, AWS's own interfaces, Session Manager). All else is a rule that somebody asks for.
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

/** The place of the `index`th server of a kind: private subnets in turn; public ones where there are no others. */
export function serverSubnet(network: NetworkReferences, index = 0): ServerSubnet {
  const isPrivate = network.privateSubnetIds.length > 0
  const subnets = isPrivate ? network.privateSubnetIds : network.publicSubnetIds
  const zones = isPrivate ? network.privateZones : network.publicZones
  const at = subnets.length === 0 ? 0 : index % subnets.length
  return { subnetId: subnets[at] ?? '', zone: zones[at] ?? '' }
}
