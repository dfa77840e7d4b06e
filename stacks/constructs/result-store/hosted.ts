import { Construct } from '../../tf.ts'
import type { HostReferences } from '../references.ts'
import type { RuledGroup } from '../security-group.ts'
import { serverGroup, serverSubnet } from '../servers/group.ts'
import { ServerRole } from '../servers/role.ts'
import { Server } from '../servers/server.ts'
import type { ManagedStoreOptions } from './managed.ts'

/** What only a store on its own host needs. */
export interface HostedImage {
  readonly image: string
  readonly keyName?: string
}

export interface HostedStoreOptions extends ManagedStoreOptions {
  readonly host?: HostedImage
}

const ROOT_GB = 20

/** A host on which `howdah bootstrap` installs the result store. Its disk is kept when the host is terminated. */
export class HostedStore extends Construct {
  readonly group: RuledGroup
  readonly address: string
  /** `bootstrap` creates the accounts; there is no secret in AWS. */
  readonly secretArn = ''
  readonly host: HostReferences

  constructor(
    scope: Construct,
    id: string,
    { infrastructure, database, network, key, host }: HostedStoreOptions,
  ) {
    super(scope, id)
    if (host === undefined) throw new TypeError('a result store on a host needs an image')
    this.group = serverGroup(this, 'group', {
      infrastructure,
      network,
      kind: 'result-store',
      description: `Result store of ${infrastructure.name}: MySQL for the clients that are named`,
    })
    const server = new Server(this, 'server', {
      ...serverSubnet(network),
      infrastructure,
      name: 'result-store',
      roles: ['result-store'],
      type: database.instanceType,
      // `bootstrap` installs MySQL from the operating system, with its files on the root volume.
      rootGb: ROOT_GB + database.storageGb,
      image: host.image,
      ...(host.keyName === undefined ? {} : { keyName: host.keyName }),
      securityGroupId: this.group.id,
      key,
      role: new ServerRole(this, 'role', { infrastructure, kind: 'result-store' }),
      dependsOn: network.ready,
    })
    server.instance.disableApiTermination = true
    server.instance.addOverride('root_block_device.delete_on_termination', false)
    this.host = server.references
    this.address = server.references.privateAddress
  }
}
