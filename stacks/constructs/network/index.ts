import type { InfrastructureLms } from '../../../provisioners/config/infrastructure/types.ts'
import { Construct } from '../../tf.ts'
import type { NetworkReferences } from '../references.ts'
import type { RuledGroup } from '../security-group.ts'
import { layInterfaceEndpoints, layS3Endpoint } from './endpoints.ts'
import { layExisting, layFound } from './existing.ts'
import type { Laid, NetworkOptions } from './laid.ts'
import { layPeering, openWay } from './lms.ts'
import { layOwn } from './own.ts'

/** The network of a deployment: one of its own, or one that is there; its endpoints, and its way to the LMS. */
export class Network extends Construct {
  readonly references: NetworkReferences
  private readonly lms: InfrastructureLms | undefined

  /** Throws STACK_NETWORK_CIDR where the subnets of a network of its own do not fit. */
  constructor(scope: Construct, id: string, options: NetworkOptions) {
    super(scope, id)
    const { network } = options.infrastructure
    this.lms = network.lms
    const laid = this.lay(options)
    if (network.kind === 'own') layS3Endpoint(this, laid, options)
    layInterfaceEndpoints(this, laid, options)
    const peering = this.lms?.kind === 'peering' ? this.lms : undefined
    const routes = peering === undefined ? [] : layPeering(this, laid, peering, options)
    this.references = {
      ...laid.references,
      ...(peering === undefined ? {} : { lmsCidr: peering.cidr }),
      ready: [...laid.references.ready, ...routes],
    }
  }

  private lay(options: NetworkOptions): Laid {
    const { network } = options.infrastructure
    switch (network.kind) {
      case 'own':
        return layOwn(this, network, options)
      case 'existing':
        return layExisting(this, network, options)
      case 'found':
        return layFound(this, network, options)
    }
  }

  /** Lets the members of a group reach the database of the LMS, when cluster.yml names one. */
  letReachLms(group: RuledGroup): void {
    if (this.lms !== undefined) openWay(this, this.lms, group)
  }
}
