import type { Ground, GroundNetwork } from '../../../provisioners/config/infrastructure/types.ts'
import type { KeyPlaces, NetworkPlaces } from '../references.ts'

/** What the parts of a network are made from. */
export interface NetworkOptions {
  readonly ground: Ground
  readonly key: KeyPlaces
}

/** One kind of GroundNetwork. */
export type NetworkOf<K extends GroundNetwork['kind']> = Extract<GroundNetwork, { kind: K }>

/** A network that lies, whether made or found: its places, and the tables where routes are added. */
export interface Laid {
  readonly places: Omit<NetworkPlaces, 'lmsCidr'>
  /** By a name for the route. Empty for a network that is not ours: its tables are looked up when needed. */
  readonly routeTables: Readonly<Record<string, string>>
}
