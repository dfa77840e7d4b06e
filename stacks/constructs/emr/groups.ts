import type { Infrastructure, InfrastructureEmr } from '../../../provisioners/config/infrastructure/types.ts'
import { nameWithin } from '../../names.ts'
import { Construct, type ITerraformDependable } from '../../tf.ts'
import type { NetworkReferences } from '../references.ts'
import { RuledGroup } from '../security-group.ts'
import { EMR_TAG } from '../tags.ts'

export interface EmrGroupsOptions {
  readonly infrastructure: Pick<Infrastructure, 'name' | 'operators'>
  readonly emr: Pick<InfrastructureEmr, 'subnets' | 'managedSecurityGroups'>
  readonly network: Pick<NetworkReferences, 'vpcId'>
}

/** The groups that EMR manages, created here: other constructs add rules to them. */
export interface OwnGroups {
  readonly master: RuledGroup
  readonly core: RuledGroup
  /** In private subnets: EMR's own hosts connect to the cluster through it. */
  readonly service?: RuledGroup
}

const ANYWHERE = { cidr: '0.0.0.0/0' }
const SSH = 22
/** EMR's cluster manager on the master, and the port that the master calls back (emr-5.30.0 and later). */
const CLUSTER_MANAGER = 8443
const SERVICE = 9443

/**
 * Security groups of an EMR cluster. EMR adds its missing rules to them (in public subnets the addresses of its own
 * hosts, to port 8443), so nothing else is a member, and those rules are revoked when a group is deleted. Rules for
 * addresses open only port 22: EMR's block on public access would refuse the cluster otherwise.
 */
export class EmrGroups extends Construct {
  /** Absent where cluster.yml names groups of the account. */
  readonly own?: OwnGroups
  readonly ids: { readonly master: string; readonly core: string; readonly service?: string }

  constructor(scope: Construct, id: string, options: EmrGroupsOptions) {
    super(scope, id)
    const { managedSecurityGroups: given, subnets } = options.emr
    if (given !== undefined) {
      this.ids = given
      return
    }
    const master = this.group('master', 'Master of the EMR cluster', options)
    const core = this.group('core', 'Core and task instances of the EMR cluster', options)
    allowClusterTraffic(master, core)
    for (const [i, cidr] of options.infrastructure.operators.entries())
      master.admit(`ssh-${i + 1}`, { cidr }, SSH, 'SSH of an operator')
    const service = subnets === 'private' ? this.service(master, core, options) : undefined
    this.own = { master, core, ...(service === undefined ? {} : { service }) }
    this.ids = {
      master: master.id,
      core: core.id,
      ...(service === undefined ? {} : { service: service.id }),
    }
  }

  /** What the cluster depends on. Read it after the last rule is added. */
  get ready(): ITerraformDependable[] {
    const { own } = this
    if (own === undefined) return []
    return [own.master, own.core, ...(own.service === undefined ? [] : [own.service])].flatMap((g) => g.rules)
  }

  private group(kind: string, what: string, { infrastructure, network }: EmrGroupsOptions): RuledGroup {
    return new RuledGroup(this, kind, {
      name: nameWithin(255, infrastructure.name, 'emr', kind),
      vpcId: network.vpcId,
      description: `${what} ${infrastructure.name}; EMR adds rules of its own`,
      revokeRulesOnDelete: true,
      tags: EMR_TAG,
    })
  }

  private service(master: RuledGroup, core: RuledGroup, options: EmrGroupsOptions): RuledGroup {
    const service = this.group('service', 'Access of EMR to the private cluster', options)
    const calls = 'The master answers to EMR'
    service.admit('master', { securityGroupId: master.id }, SERVICE, calls)
    master.reach('service', { securityGroupId: service.id }, SERVICE, calls)
    for (const [kind, group] of [['master', master] as const, ['core', core] as const]) {
      const why = `EMR manages the ${kind} instances`
      service.reach(kind, { securityGroupId: group.id }, CLUSTER_MANAGER, why)
      group.admit('service', { securityGroupId: service.id }, CLUSTER_MANAGER, why)
    }
    return service
  }
}

/** Hadoop's daemons use ephemeral ports, so members of one cluster may use all ports among themselves. */
const allowClusterTraffic = (master: RuledGroup, core: RuledGroup): void => {
  const both = [['master', master] as const, ['core', core] as const]
  for (const [from, group] of both) {
    for (const [to, peer] of both) {
      const why = `Hadoop between ${from} and ${to} instances`
      group.admit(to, { securityGroupId: peer.id }, 'all', why)
      group.reach(to, { securityGroupId: peer.id }, 'all', why)
    }
    group
      .reach('https', ANYWHERE, 443, 'S3, interfaces of AWS, software')
      .reach('http', ANYWHERE, 80, 'Packages of Amazon Linux')
  }
}
