import type { Ground } from '../../provisioners/spec/ground-types.ts'
import { GroundStack } from '../base-stack.ts'
import { decrypting, readingOf } from '../bucket-policy.ts'
import { Buckets } from '../buckets.ts'
import { dataStatements } from '../data-buckets.ts'
import { LoginKey } from '../key-pair.ts'
import { Keys } from '../keys.ts'
import { Network } from '../network.ts'
import { hostOutput, OUTPUTS_FORMAT } from '../outputs.ts'
import type { HostPlaces, KeyPlaces } from '../places.ts'
import { Server } from '../server.ts'
import { type Home, homeOf, serverGroup } from '../server-group.ts'
import { ServerRole } from '../server-role.ts'
import type { Construct } from '../tf.ts'

const ROLES = ['master', 'worker', 'result-store', 'scheduler', 'api', 'insights'] as const
const MYSQL = 3306
const DATABASE = 'reports'

interface Parts {
  readonly key: KeyPlaces
  readonly network: Network
  readonly buckets: Buckets
  readonly login: LoginKey
}

/** The seed's smallest install: one EC2 host with everything, reached by SSH or through Session Manager. */
export class SingleServer extends GroundStack {
  constructor(scope: Construct, id: string, ground: Ground) {
    super(scope, id, ground)
    const key = new Keys(this, 'keys', ground).places
    const parts: Parts = {
      key,
      network: new Network(this, 'network', { ground, key }),
      buckets: new Buckets(this, 'buckets', { ground, key, scripts: false }),
      login: new LoginKey(this, 'login', ground.keyPair),
    }
    const server = serverIn(ground)
    const host = this.start(server, parts)
    this.declareOutputs(
      {
        formatVersion: OUTPUTS_FORMAT,
        name: ground.name,
        deployment: ground.deployment,
        region: ground.region,
        hosts: [hostOutput(host)],
        ssh: { user: server.sshUser, keyName: parts.login.name ?? '' },
        resultStore: {
          address: host.privateAddress,
          port: MYSQL,
          database: ground.resultStore?.database ?? DATABASE,
          secretArn: '',
        },
        emr: null,
        buckets: { logs: parts.buckets.logs.name, configuration: parts.buckets.configuration.name },
        endpoints: { api: '', insights: '' },
      },
      parts.network.places.vpcId,
    )
  }

  private start(server: ReturnType<typeof serverIn>, { key, network, buckets, login }: Parts): HostPlaces {
    const { ground } = this
    const group = serverGroup(this, 'group', {
      ground,
      network: network.places,
      kind: 'server',
      description: `Server of ${ground.name}: SSH of the operators`,
    })
    network.letReachLms(group)
    const statements = [
      ...readingOf('Configuration', ground.configuration, buckets.configuration),
      ...readingOf('Logs', ground.logs, buckets.logs),
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
      ...(login.name === undefined ? {} : { keyName: login.name }),
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
