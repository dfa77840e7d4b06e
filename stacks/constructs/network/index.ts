import type { InfrastructureLms } from '../../../provisioners/config/infrastructure/types.ts'
import { Construct } from '../../tf.ts'
import type { NetworkReferences } from '../references.ts'
import type { RuledGroup } from '../security-group.ts'
import { createInterfaceEndpoints, createS3Endpoint } from './endpoints.ts'
import { existingNetwork, findNetwork } from './existing.ts'
import { addLmsRules, createPeering } from './lms.ts'
import { createNetwork } from './own.ts'
import type { NetworkOptions, NetworkParts } from './parts.ts'

/** The network of a deployment, new or existing, with its endpoints and its connection to the LMS. */
export class Network extends Construct {
  readonly references: NetworkReferences
  private readonly lms: InfrastructureLms | undefined

  /** Throws STACK_NETWORK_CIDR where the subnets of a new network do not fit. */
  constructor(scope: Construct, id: string, options: NetworkOptions) {
    super(scope, id)
    const { network } = options.infrastructure
    this.lms = network.lms
    const parts = this.createParts(options)
    if (network.kind === 'own') createS3Endpoint(this, parts, options)
    createInterfaceEndpoints(this, parts, options)
    const peering = this.lms?.kind === 'peering' ? this.lms : undefined
    const routes = peering === undefined ? [] : createPeering(this, parts, peering, options)
    this.references = {
      ...parts.references,
      ...(peering === undefined ? {} : { lmsCidr: peering.cidr }),
      ready: [...parts.references.ready, ...routes],
    }
  }

  private createParts(options: NetworkOptions): NetworkParts {
    const { network } = options.infrastructure
    switch (network.kind) {
      case 'own':
        return createNetwork(this, network, options)
      case 'existing':
        return existingNetwork(this, network, options)
      case 'found':
        return findNetwork(this, network, options)
    }
  }

  /** Lets the members of a group connect to the database of the LMS, when cluster.yml names one. */
  allowLmsAccess(group: RuledGroup): void {
    if (this.lms !== undefined) addLmsRules(this, this.lms, group)
  }
}
