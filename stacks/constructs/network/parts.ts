import type {
  Infrastructure,
  InfrastructureNetwork,
} from '../../../provisioners/config/infrastructure/types.ts'
import type { KeyReferences, NetworkReferences } from '../references.ts'

/** What the parts of a network are made from. */
export interface NetworkOptions {
  readonly infrastructure: Infrastructure
  readonly key: KeyReferences
}

/** One kind of InfrastructureNetwork. */
export type NetworkOf<K extends InfrastructureNetwork['kind']> = Extract<InfrastructureNetwork, { kind: K }>

/** A network that lies, whether made or found: its references, and the tables where routes are added. */
export interface NetworkParts {
  readonly references: Omit<NetworkReferences, 'lmsCidr'>
  /** By a name for the route. Empty for a network that is not ours: its tables are looked up when needed. */
  readonly routeTables: Readonly<Record<string, string>>
}
