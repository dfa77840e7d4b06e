import type { PublicKey } from '../config/resolve/public-key.ts'

/** The keys of one person, from everywhere. */
export interface KeysOfUser {
  /** Each key once. */
  readonly keys: readonly PublicKey[]
  /** False when a source gave no answer and none is remembered: keys that a host has already may be of it. */
  readonly complete: boolean
}

/** What the sources said, by name of the person. */
export interface UserKeys {
  readonly users: Readonly<Record<string, KeysOfUser>>
  /** Answers that were remembered, keys that were left out: a line each. */
  readonly warnings: readonly string[]
  /** Users of whom no key is known, since a source did not answer: they are left as they are. */
  readonly unchanged: readonly UnchangedUser[]
}

export interface UnchangedUser {
  readonly name: string
  readonly why: string
}

/** True when no key of a person is known for want of an answer: whatever is there stays. */
export const isUnchanged = ({ unchanged }: UserKeys, name: string): boolean =>
  unchanged.some((one) => one.name === name)
