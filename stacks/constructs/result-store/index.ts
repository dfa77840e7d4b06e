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
  /** Of a store on a host of its own (kind host): image and login key. */
  readonly host?: HostedImage
}

/**
 * The database that results are published to: a managed MySQL (kind rds), or a server that `bootstrap` makes
 * one (kind host). Nobody reaches it whom `admit` has not named.
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

  /** Lets members of `client` connect: the rule in the store's group, and the way out in the client's. */
  admit(id: string, client: RuledGroup, why: string): this {
    this.#group.admit(id, { securityGroupId: client.id }, MYSQL_PORT, why)
    client.reach('result-store', { securityGroupId: this.#group.id }, MYSQL_PORT, why)
    return this
  }
}
