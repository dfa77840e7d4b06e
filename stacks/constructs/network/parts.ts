import type {
  Infrastructure,
  InfrastructureNetwork,
} from '../../../provisioners/config/infrastructure/types.ts'
import type { KeyReferences, NetworkReferences } from '../references.ts'

/** What every part of a network needs. */
export interface NetworkOptions {
  readonly infrastructure: Infrastructure
  readonly key: KeyReferences
}

/** One kind of InfrastructureNetwork. */
export type NetworkOf<K extends InfrastructureNetwork['kind']> = Extract<InfrastructureNetwork, { kind: K }>

/** The parts of a network, new or existing: its references, and the route tables that get routes. */
export interface NetworkParts {
  readonly references: Omit<NetworkReferences, 'lmsCidr'>
  /** By a name for the route. Empty for an existing network: its tables are looked up when needed. */
  readonly routeTables: Readonly<Record<string, string>>
}
