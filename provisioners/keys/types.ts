import type { PublicKey } from '../config/resolve/public-key.ts'

/** The keys of one user from all sources. */
export interface KeysOfUser {
  /** Each key once. */
  readonly keys: readonly PublicKey[]
  /** False when a source failed without cached keys: keys on a host may then be from it. */
  readonly complete: boolean
}

/** The keys of all users, by name. */
export interface UserKeys {
  readonly users: Readonly<Record<string, KeysOfUser>>
  /** A line for each use of cached keys, and for each skipped key. */
  readonly warnings: readonly string[]
  /** Users without any known key, because a source failed: their accounts do not change. */
  readonly unchanged: readonly UnchangedUser[]
}

export interface UnchangedUser {
  readonly name: string
  readonly why: string
}

/** True when no key of a user is known because a source failed: the account does not change. */
export const isUnchanged = ({ unchanged }: UserKeys, name: string): boolean =>
  unchanged.some((one) => one.name === name)
