import { nameWithin } from '../names.ts'
import { Construct, SecurityGroup, VpcSecurityGroupEgressRule, VpcSecurityGroupIngressRule } from '../tf.ts'

/** The other end of a rule: a network, or a security group (its own included). */
export type Peer =
  | { readonly cidr: string }
  | { readonly securityGroupId: string }
  | { readonly prefixListId: string }

/** A port, a range of ports, or every protocol (`all`, between members of one cluster only). */
export type Ports =
  | number
  | { readonly from: number; readonly to: number; readonly protocol?: 'tcp' | 'udp' }
  | 'all'

export interface GroupOptions {
  /** The tag Name, and the prefix of the group's name. */
  readonly name: string
  readonly vpcId: string
  readonly description: string
  /** EMR adds rules of its own, which must be revoked before the group can be deleted. */
  readonly revokeRulesOnDelete?: boolean
  readonly tags?: Readonly<Record<string, string>>
}

/** EC2 takes names of 255 characters; Terraform adds 26 to a prefix, and ours ends with a dash. */
const PREFIX_LIMIT = 228

const portsOf = (ports: Ports): { ipProtocol: string; fromPort?: number; toPort?: number } => {
  if (ports === 'all') return { ipProtocol: '-1' }
  if (typeof ports === 'number') return { ipProtocol: 'tcp', fromPort: ports, toPort: ports }
  return { ipProtocol: ports.protocol ?? 'tcp', fromPort: ports.from, toPort: ports.to }
}

const peerOf = (
  peer: Peer,
): { cidrIpv4?: string; referencedSecurityGroupId?: string; prefixListId?: string } => {
  if ('cidr' in peer) return { cidrIpv4: peer.cidr }
  if ('prefixListId' in peer) return { prefixListId: peer.prefixListId }
  return { referencedSecurityGroupId: peer.securityGroupId }
}

/**
 * A security group whose rules are separate resources, each with the reason in its description: inline rules make
 * cycles between groups, and EMR's own rules would be drift.
 */
export class RuledGroup extends Construct {
  readonly group: SecurityGroup
  readonly rules: (VpcSecurityGroupIngressRule | VpcSecurityGroupEgressRule)[] = []

  constructor(scope: Construct, id: string, options: GroupOptions) {
    super(scope, id)
    this.group = new SecurityGroup(this, 'group', {
      // No fixed name: a group that is created before the old one is deleted cannot have the same name.
      namePrefix: `${nameWithin(PREFIX_LIMIT, options.name)}-`,
      vpcId: options.vpcId,
      description: options.description,
      ...(options.revokeRulesOnDelete === true ? { revokeRulesOnDelete: true } : {}),
      tags: { Name: options.name, ...options.tags },
      lifecycle: { createBeforeDestroy: true },
    })
  }

  get id(): string {
    return this.group.id
  }

  /** Admits `peer` to `ports`; `why` becomes the rule's description, `id` names it within the group. */
  admit(id: string, peer: Peer, ports: Ports, why: string): this {
    this.rules.push(
      new VpcSecurityGroupIngressRule(this, `in-${id}`, {
        securityGroupId: this.group.id,
        description: why,
        ...peerOf(peer),
        ...portsOf(ports),
      }),
    )
    return this
  }

  /** Lets members connect to `peer` at `ports`. All other egress is denied. */
  reach(id: string, peer: Peer, ports: Ports, why: string): this {
    this.rules.push(
      new VpcSecurityGroupEgressRule(this, `out-${id}`, {
        securityGroupId: this.group.id,
        description: why,
        ...peerOf(peer),
        ...portsOf(ports),
      }),
    )
    return this
  }
}
