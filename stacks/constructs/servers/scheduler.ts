import type { Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import { Construct } from '../../tf.ts'
import type { PolicyStatement } from '../policy.ts'
import type { HostReferences, KeyReferences, NetworkReferences } from '../references.ts'
import type { RuledGroup } from '../security-group.ts'
import { serverGroup, serverSubnet } from './group.ts'
import { ServerRole } from './role.ts'
import { Server } from './server.ts'

export interface SchedulerOptions {
  readonly infrastructure: Infrastructure
  readonly scheduler: NonNullable<Infrastructure['scheduler']>
  readonly network: NetworkReferences
  readonly key: KeyReferences
  readonly keyName?: string
  /** Permissions beyond those of Session Manager. */
  readonly statements?: readonly PolicyStatement[]
}

/** The server that starts the pipeline's tasks: in a private subnet, with SSH to the masters of `reachMaster`. */
export class Scheduler extends Construct {
  readonly references: HostReferences
  readonly group: RuledGroup

  constructor(scope: Construct, id: string, options: SchedulerOptions) {
    super(scope, id)
    const { infrastructure, scheduler, network, key, keyName, statements = [] } = options
    this.group = serverGroup(this, 'group', {
      infrastructure,
      network,
      kind: 'scheduler',
      description: `Scheduler of ${infrastructure.name}: SSH of the operators`,
    })
    this.references = new Server(this, 'server', {
      ...serverSubnet(network),
      infrastructure,
      name: 'scheduler',
      roles: ['scheduler'],
      type: scheduler.type,
      rootGb: scheduler.rootGb,
      image: scheduler.image,
      ...(keyName === undefined ? {} : { keyName }),
      securityGroupId: this.group.id,
      key,
      role: new ServerRole(this, 'role', { infrastructure, kind: 'scheduler', statements }),
      dependsOn: network.ready,
    }).references
  }

  /** Allows SSH to the members of `master`, by which the pipeline's tasks are started. */
  reachMaster(id: string, master: RuledGroup): this {
    const why = 'The scheduler starts tasks on the master'
    this.group.reach(`ssh-${id}`, { securityGroupId: master.id }, 22, why)
    master.admit('ssh-scheduler', { securityGroupId: this.group.id }, 22, why)
    return this
  }
}
