import type {
  Infrastructure,
  InfrastructureDatabase,
} from '../../../provisioners/config/infrastructure/types.ts'
import { Construct } from '../../tf.ts'
import type {
  HostReferences,
  KeyReferences,
  NetworkReferences,
  ResultStoreReferences,
} from '../references.ts'
import type { RuledGroup } from '../security-group.ts'
import { type HostedImage, HostedStore } from './hosted.ts'
import { ManagedStore } from './managed.ts'

/** Port of MySQL, of RDS and of the server that `bootstrap` installs. */
export const MYSQL_PORT = 3306

export interface ResultStoreOptions {
  readonly infrastructure: Infrastructure
  readonly database: InfrastructureDatabase
  readonly network: NetworkReferences
  readonly key: KeyReferences
  /** For kind host: image and login key. */
  readonly host?: HostedImage
}

/**
 * The database of results: a managed MySQL (kind rds), or a host on which `bootstrap` installs one (kind host).
 * Only the clients that `admit` names can connect to it.
 */
export class ResultStore extends Construct {
  readonly references: ResultStoreReferences
  /** The server of kind host, for the outputs. */
  readonly host?: HostReferences
  readonly #group: RuledGroup

  constructor(scope: Construct, id: string, options: ResultStoreOptions) {
    super(scope, id)
    const store =
      options.database.kind === 'rds'
        ? new ManagedStore(this, 'rds', options)
        : new HostedStore(this, 'host', options)
    this.#group = store.group
    this.references = {
      address: store.address,
      port: MYSQL_PORT,
      securityGroupId: store.group.id,
      secretArn: store.secretArn,
    }
    if (store instanceof HostedStore) this.host = store.host
  }

  /** Lets members of `client` connect: an ingress rule in the store's group, and an egress rule in the client's. */
  admit(id: string, client: RuledGroup, why: string): this {
    this.#group.admit(id, { securityGroupId: client.id }, MYSQL_PORT, why)
    client.reach('result-store', { securityGroupId: this.#group.id }, MYSQL_PORT, why)
    return this
  }
}
