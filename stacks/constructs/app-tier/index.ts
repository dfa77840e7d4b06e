import type { Infrastructure, InfrastructureApp } from '../../../provisioners/config/infrastructure/types.ts'
import { Construct } from '../../tf.ts'
import type { AppReferences, BucketReferences, KeyReferences, NetworkReferences } from '../references.ts'
import type { RuledGroup } from '../security-group.ts'
import { certificateFor } from './certificate.ts'
import { AppFleet } from './fleet.ts'
import { AppBalancer } from './load-balancer.ts'

/** The two applications of edX Insights. */
export type AppKind = 'api' | 'insights'

export interface AppTierOptions {
  readonly infrastructure: Infrastructure
  readonly kind: AppKind
  readonly app: InfrastructureApp
  readonly network: NetworkReferences
  readonly key: KeyReferences
  readonly configuration: BucketReferences
  /** Bucket of the load balancers' access logs. `balancerLogs` creates one for a deployment. */
  readonly accessLogs: BucketReferences
  readonly keyName?: string
}

/**
 * The Data API, or Insights: an auto-scaling group in private subnets behind a load balancer that terminates
 * TLS. Without a certificate, and without a zone to validate one in, the synthesis fails.
 */
export class AppTier extends Construct {
  readonly references: AppReferences
  /** Security group of the application servers, for `ResultStore.admit`. */
  readonly group: RuledGroup
  readonly #balancer: AppBalancer

  constructor(scope: Construct, id: string, options: AppTierOptions) {
    super(scope, id)
    const { app } = options
    this.#balancer = new AppBalancer(this, 'balancer', options, certificateFor(this, options))
    const servers = new AppFleet(this, 'servers', options, this.#balancer)
    this.group = servers.group
    this.references = { url: `https://${app.domain}`, securityGroupId: this.group.id }
  }

  /** Lets members of `client` use the application at its load balancer, Insights that of the Data API. */
  admit(id: string, client: RuledGroup, why: string): this {
    this.#balancer.group.admit(id, { securityGroupId: client.id }, 443, why)
    client.reach(`balancer-${this.node.id}`, { securityGroupId: this.#balancer.group.id }, 443, why)
    return this
  }
}
