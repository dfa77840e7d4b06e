import type {
  Infrastructure,
  InfrastructureFleet,
} from '../../../provisioners/config/infrastructure/types.ts'
import { nameWithin } from '../../names.ts'
import { Annotations, Construct, PlacementGroup } from '../../tf.ts'
import { dataStatements } from '../buckets/data.ts'
import { decrypting, readingOf } from '../buckets/policy.ts'
import type { BucketReferences, HostReferences, KeyReferences, NetworkReferences } from '../references.ts'
import { RuledGroup } from '../security-group.ts'
import { serverGroup, serverSubnet } from './group.ts'
import { type Generation, HADOOP_PORTS, type HadoopPort } from './hadoop-ports.ts'
import { ServerRole } from './role.ts'
import { Server, type ServerOptions } from './server.ts'

export interface HadoopFleetOptions {
  readonly infrastructure: Infrastructure
  readonly fleet: InfrastructureFleet
  readonly network: NetworkReferences
  readonly key: KeyReferences
  readonly configuration: BucketReferences
  readonly logs: BucketReferences
  readonly keyName?: string
}

/** AWS's limit of hosts in a spread group, and of partitions, in a zone. */
const MOST_IN_A_ZONE = 7

/**
 * The hosts of a Hadoop cluster without EMR, for `howdah bootstrap`: one master and the workers, all in one zone,
 * since blocks and map outputs go from every host to every other. Only members can open the web pages.
 */
export class HadoopFleet extends Construct {
  readonly hosts: readonly HostReferences[]
  /** The group of all hosts; the result store and the LMS admit it. */
  readonly members: RuledGroup
  /** The second group of the master. */
  readonly master: RuledGroup
  readonly #generation: Generation

  constructor(scope: Construct, id: string, options: HadoopFleetOptions) {
    super(scope, id)
    const { infrastructure, fleet, network } = options
    this.#generation = fleet.generation
    this.members = serverGroup(this, 'members', {
      infrastructure,
      network,
      kind: 'hadoop',
      description: `Hadoop of ${infrastructure.name}: daemons among themselves, SSH of the operators`,
    })
    this.master = new RuledGroup(this, 'master-group', {
      name: nameWithin(255, infrastructure.name, 'hadoop-master'),
      vpcId: network.vpcId,
      description: `Master of ${infrastructure.name}: what clients outside the cluster ask of it`,
    })
    for (const port of HADOOP_PORTS[fleet.generation]) this.#allowAmongMembers(port)
    this.hosts = this.#start(options)
  }

  /** Lets a server outside the cluster use HDFS and start jobs, and no other ports of the daemons. */
  admitClient(id: string, client: RuledGroup): this {
    for (const port of HADOOP_PORTS[this.#generation]) {
      if (port.client === undefined) continue
      const holders = port.on === 'master' ? this.master : this.members
      holders.admit(`${id}-${port.id}`, { securityGroupId: client.id }, port.ports, port.title)
      client.reach(`hadoop-${port.id}`, { securityGroupId: holders.id }, port.ports, port.title)
    }
    return this
  }

  #allowAmongMembers(port: HadoopPort): void {
    const peer = { securityGroupId: this.members.id }
    this.members.admit(port.id, peer, port.ports, port.title).reach(port.id, peer, port.ports, port.title)
  }

  #start(options: HadoopFleetOptions): HostReferences[] {
    const { infrastructure, fleet, network, key, keyName } = options
    const role = new ServerRole(this, 'role', {
      infrastructure,
      kind: 'hadoop',
      statements: [
        ...readingOf('Configuration', infrastructure.configuration, options.configuration),
        ...readingOf('Logs', infrastructure.logs, options.logs),
        ...dataStatements(infrastructure),
        decrypting(key),
      ],
    })
    const placement = this.#placement(infrastructure, fleet)
    const common = {
      ...serverSubnet(network),
      ...(placement === undefined ? {} : { placementGroup: placement.name }),
      ...(keyName === undefined ? {} : { keyName }),
      infrastructure,
      image: fleet.image,
      securityGroupId: this.members.id,
      key,
      role,
      dependsOn: network.ready,
    }
    const partition = (index: number) =>
      fleet.placement === 'partition' ? { placementPartition: (index % MOST_IN_A_ZONE) + 1 } : {}
    const server = (
      name: string,
      more: Pick<ServerOptions, 'roles' | 'type' | 'rootGb'> & Partial<ServerOptions>,
    ) => new Server(this, name, { ...common, ...more, name }).references
    return [
      server('master', {
        ...fleet.master,
        ...partition(0),
        roles: ['master'],
        moreSecurityGroupIds: [this.master.id],
      }),
      ...Array.from({ length: fleet.workers.count }, (_, i) =>
        server(`worker-${i + 1}`, {
          type: fleet.workers.type,
          rootGb: fleet.workers.rootGb,
          dataVolumes: fleet.workers.dataVolumes,
          ...partition(i + 1),
          roles: ['worker'],
        }),
      ),
    ]
  }

  #placement(infrastructure: Infrastructure, fleet: InfrastructureFleet): PlacementGroup | undefined {
    if (fleet.placement === 'none') return undefined
    const hosts = fleet.workers.count + 1
    if (fleet.placement === 'spread' && hosts > MOST_IN_A_ZONE) {
      Annotations.of(this).addError(
        `${infrastructure.file}: fleet.placement: spread puts at most ${MOST_IN_A_ZONE} hosts on separate hardware, and the cluster has ${hosts}. Write partition, or none`,
      )
    }
    const name = nameWithin(255, infrastructure.name, 'hadoop')
    return new PlacementGroup(this, 'placement', {
      name,
      strategy: fleet.placement,
      ...(fleet.placement === 'partition' ? { partitionCount: MOST_IN_A_ZONE } : {}),
      ...(fleet.placement === 'spread' ? { spreadLevel: 'rack' } : {}),
      tags: { Name: name },
    })
  }
}
