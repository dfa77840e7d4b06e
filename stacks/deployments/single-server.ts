import type { Ground } from '../../provisioners/config/infrastructure/types.ts'
import { dataStatements } from '../constructs/buckets/data.ts'
import { decrypting, readingOf } from '../constructs/buckets/policy.ts'
import type { Network } from '../constructs/network/index.ts'
import type { HostPlaces } from '../constructs/references.ts'
import { MYSQL_PORT } from '../constructs/result-store/index.ts'
import { type Home, homeOf, serverGroup } from '../constructs/servers/group.ts'
import { ServerRole } from '../constructs/servers/role.ts'
import { Server } from '../constructs/servers/server.ts'
import { hostOutput } from '../outputs.ts'
import type { Construct } from '../tf.ts'
import { type Base, layBase, tellBase } from './base.ts'
import { GroundStack } from './base-stack.ts'

const ROLES = ['master', 'worker', 'result-store', 'scheduler', 'api', 'insights'] as const
const DATABASE = 'reports'

/** The seed's smallest install: one EC2 host with everything, reached by SSH or through Session Manager. */
export class SingleServer extends GroundStack {
  constructor(scope: Construct, id: string, ground: Ground) {
    super(scope, id, ground)
    const { base, network } = layBase(this, false)
    const server = serverIn(ground)
    const host = this.start(server, base, network)
    this.declareOutputs(
      {
        ...tellBase(base),
        hosts: [hostOutput(host)],
        ssh: { user: server.sshUser, keyName: base.keyName ?? '' },
        resultStore: {
          address: host.privateAddress,
          port: MYSQL_PORT,
          database: ground.resultStore?.database ?? DATABASE,
          secretArn: '',
        },
        emr: null,
        endpoints: { api: '', insights: '' },
      },
      base.network.vpcId,
    )
  }

  private start(server: ReturnType<typeof serverIn>, base: Base, network: Network): HostPlaces {
    const { ground, key, keyName } = base
    const group = serverGroup(this, 'group', {
      ground,
      network: network.places,
      kind: 'server',
      description: `Server of ${ground.name}: SSH of the operators`,
    })
    network.letReachLms(group)
    const statements = [
      ...readingOf('Configuration', ground.configuration, base.configuration),
      ...readingOf('Logs', ground.logs, base.logs),
      ...dataStatements(ground),
      decrypting(key),
    ]
    return new Server(this, 'server', {
      ...placeOf(ground, network),
      ground,
      name: 'server',
      roles: ROLES,
      type: server.type,
      rootGb: server.rootGb,
      dataVolumes: server.dataVolumes,
      image: server.image,
      securityGroupId: group.id,
      key,
      ...(keyName === undefined ? {} : { keyName }),
      role: new ServerRole(this, 'role', { ground, kind: 'server', statements }),
      dependsOn: network.places.ready,
    }).places
  }
}

/** A private subnet without a way out can't fetch a package: the host then stands in a public one. */
const placeOf = (ground: Ground, network: Network): Home & { readonly publicAddress: boolean } => {
  const noWayOut = ground.network.kind === 'own' && ground.network.nat === 'none'
  const { places } = network
  const publicAddress = noWayOut || places.privateSubnetIds.length === 0
  return { ...homeOf(publicAddress ? { ...places, privateSubnetIds: [] } : places), publicAddress }
}

const serverIn = (ground: Ground): NonNullable<Ground['server']> => {
  if (ground.server === undefined) throw new Error(`${ground.deployment} without aws.server`)
  return ground.server
}
