import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { dataStatements } from '../constructs/buckets/data.ts'
import { decrypting, readingOf } from '../constructs/buckets/policy.ts'
import type { Network } from '../constructs/network/index.ts'
import type { HostReferences } from '../constructs/references.ts'
import { MYSQL_PORT } from '../constructs/result-store/index.ts'
import { type ServerSubnet, serverGroup, serverSubnet } from '../constructs/servers/group.ts'
import { ServerRole } from '../constructs/servers/role.ts'
import { Server } from '../constructs/servers/server.ts'
import { hostOutput } from '../outputs.ts'
import type { Construct } from '../tf.ts'
import { type Base, baseOutputs, createBase } from './base.ts'
import { InfrastructureStack } from './base-stack.ts'

const ROLES = ['master', 'worker', 'result-store', 'scheduler', 'api', 'insights'] as const
const DATABASE = 'reports'

/** edX's smallest installation: one EC2 host with everything, reached by SSH or through Session Manager. */
export class SingleServer extends InfrastructureStack {
  constructor(scope: Construct, id: string, infrastructure: Infrastructure) {
    super(scope, id, infrastructure)
    const { base, network } = createBase(this, false)
    const server = serverIn(infrastructure)
    const host = this.start(server, base, network)
    this.declareOutputs(
      {
        ...baseOutputs(base),
        hosts: [hostOutput(host)],
        ssh: { user: server.sshUser, keyName: base.keyName ?? '' },
        resultStore: {
          address: host.privateAddress,
          port: MYSQL_PORT,
          database: infrastructure.resultStore?.database ?? DATABASE,
          secretArn: '',
        },
        emr: null,
        endpoints: { api: '', insights: '' },
      },
      base.network.vpcId,
    )
  }

  private start(server: ReturnType<typeof serverIn>, base: Base, network: Network): HostReferences {
    const { infrastructure, key, keyName } = base
    const group = serverGroup(this, 'group', {
      infrastructure,
      network: network.references,
      kind: 'server',
      description: `Server of ${infrastructure.name}: SSH of the operators`,
    })
    network.allowLmsAccess(group)
    const statements = [
      ...readingOf('Configuration', infrastructure.configuration, base.configuration),
      ...readingOf('Logs', infrastructure.logs, base.logs),
      ...dataStatements(infrastructure),
      decrypting(key),
    ]
    return new Server(this, 'server', {
      ...subnetOf(infrastructure, network),
      infrastructure,
      name: 'server',
      roles: ROLES,
      type: server.type,
      rootGb: server.rootGb,
      dataVolumes: server.dataVolumes,
      image: server.image,
      securityGroupId: group.id,
      key,
      ...(keyName === undefined ? {} : { keyName }),
      role: new ServerRole(this, 'role', { infrastructure, kind: 'server', statements }),
      dependsOn: network.references.ready,
    }).references
  }
}

/** A host in a private subnet without a NAT gateway cannot fetch packages, so it is then in a public subnet. */
const subnetOf = (
  infrastructure: Infrastructure,
  network: Network,
): ServerSubnet & { readonly publicAddress: boolean } => {
  const noInternet = infrastructure.network.kind === 'own' && infrastructure.network.nat === 'none'
  const { references } = network
  const publicAddress = noInternet || references.privateSubnetIds.length === 0
  return {
    ...serverSubnet(publicAddress ? { ...references, privateSubnetIds: [] } : references),
    publicAddress,
  }
}

const serverIn = (infrastructure: Infrastructure): NonNullable<Infrastructure['server']> => {
  if (infrastructure.server === undefined) throw new Error(`${infrastructure.deployment} without aws.server`)
  return infrastructure.server
}
