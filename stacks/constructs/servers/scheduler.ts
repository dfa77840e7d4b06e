import type { Ground } from '../../../provisioners/config/infrastructure/types.ts'
import { Construct } from '../../tf.ts'
import type { PolicyStatement } from '../policy.ts'
import type { HostPlaces, KeyPlaces, NetworkPlaces } from '../references.ts'
import type { RuledGroup } from '../security-group.ts'
import { homeOf, serverGroup } from './group.ts'
import { ServerRole } from './role.ts'
import { Server } from './server.ts'

export interface SchedulerOptions {
  readonly ground: Ground
  readonly scheduler: NonNullable<Ground['scheduler']>
  readonly network: NetworkPlaces
  readonly key: KeyPlaces
  readonly keyName?: string
  /** What it may do with AWS, beyond being reached through Session Manager. */
  readonly statements?: readonly PolicyStatement[]
}

/** The server that starts the pipeline's tasks: in a private subnet, with SSH to the masters it is shown. */
export class Scheduler extends Construct {
  readonly places: HostPlaces
  readonly group: RuledGroup

  constructor(scope: Construct, id: string, options: SchedulerOptions) {
    super(scope, id)
    const { ground, scheduler, network, key, keyName, statements = [] } = options
    this.group = serverGroup(this, 'group', {
      ground,
      network,
      kind: 'scheduler',
      description: `Scheduler of ${ground.name}: SSH of the operators`,
    })
    this.places = new Server(this, 'server', {
      ...homeOf(network),
      ground,
      name: 'scheduler',
      roles: ['scheduler'],
      type: scheduler.type,
      rootGb: scheduler.rootGb,
      image: scheduler.image,
      ...(keyName === undefined ? {} : { keyName }),
      securityGroupId: this.group.id,
      key,
      role: new ServerRole(this, 'role', { ground, kind: 'scheduler', statements }),
      dependsOn: network.ready,
    }).places
  }

  /** SSH to the members of `master`, which is how the pipeline's tasks are started. */
  reachMaster(id: string, master: RuledGroup): this {
    const why = 'The scheduler starts tasks on the master'
    this.group.reach(`ssh-${id}`, { securityGroupId: master.id }, 22, why)
    master.admit('ssh-scheduler', { securityGroupId: this.group.id }, 22, why)
    return this
  }
}
