import type { SecretRef } from '../config/types.ts'
import type { Change, ResourceBase, State } from '../engine/types.ts'
import { compareGrants, describeGrants, type Grant, type Grants, isEmpty, wantedGrants } from './grants.ts'
import {
  canonical,
  parseVersion,
  resolveCharset,
  type ServerVersion,
  spell,
  type WantedCharset,
} from './version.ts'

/** A database. Its default collation is for new tables; the audit reports existing ones with another collation. */
export interface SqlDatabase extends ResourceBase {
  readonly type: 'x-database'
  readonly name: string
  readonly charset: WantedCharset
  /** `bin`: the charset's binary collation; else the name of a collation. */
  readonly collation: string
  /** Do not change it if it exists (the LMS's own database). */
  readonly adopt?: boolean
}

/** An account. It has a reference to its password, never the password. */
export interface SqlUser extends ResourceBase {
  readonly type: 'x-database-user'
  readonly user: string
  readonly host: string
  readonly password: SecretRef
  readonly grants: readonly Grant[]
}

/** The server's default collation, which a `CREATE DATABASE` without a collation uses. */
export interface SqlServerDefault extends ResourceBase {
  readonly type: 'x-server-default'
  readonly charset: WantedCharset
  /** Howdah writes the server's configuration file, so a change at run time is permanent. */
  readonly managed: boolean
}

export type SqlResource = SqlDatabase | SqlUser | SqlServerDefault

export interface Collated {
  readonly charset: string
  readonly collation: string
}

/** Charset and collation with the names that this server uses. */
export function wantedCollation(
  wanted: { readonly charset: WantedCharset; readonly collation?: string },
  version: ServerVersion,
): Collated {
  const charset = resolveCharset(wanted.charset, version)
  const collation = (wanted.collation ?? 'bin') === 'bin' ? `${charset}_bin` : (wanted.collation as string)
  return { charset: spell(charset, version), collation: spell(collation, version) }
}

const notKnown = (state: State): Change | undefined =>
  state.unknown === undefined ? undefined : { action: 'ensure', reason: `not known yet: ${state.unknown}` }

const sameCollation = (left: string | undefined, right: string): boolean =>
  canonical(left ?? '') === canonical(right)

function diffDatabase(resource: SqlDatabase, state: State): Change | undefined {
  const unknown = notKnown(state)
  if (unknown) return unknown
  const { collation } = wantedCollation(resource, parseVersion(state.version ?? ''))
  if (state.collation === undefined) return { action: 'create', reason: `absent (collation ${collation})` }
  if (resource.adopt || sameCollation(state.collation, collation)) return undefined
  return { action: 'update', reason: `default collation ${state.collation} → ${collation}` }
}

/** The grants in a state, as the driver stored them. */
export const grantsOf = (state: State): Grants => JSON.parse(state.grants ?? '{}') as Grants

function diffUser(resource: SqlUser, state: State): Change | undefined {
  const unknown = notKnown(state)
  if (unknown) return unknown
  const wanted = wantedGrants(resource.grants)
  if (state.grants === undefined) return { action: 'create', reason: `absent (${describeGrants(wanted)})` }
  const { missing, extra } = compareGrants(wanted, grantsOf(state))
  const reasons = [
    ...(state.login === 'no' ? ['the password does not log in'] : []),
    ...(isEmpty(missing) ? [] : [`grant ${describeGrants(missing)}`]),
    ...(isEmpty(extra) ? [] : [`revoke ${describeGrants(extra)}`]),
  ]
  return reasons.length === 0 ? undefined : { action: 'update', reason: reasons.join('; ') }
}

function diffDefault(resource: SqlServerDefault, state: State): Change | undefined {
  const unknown = notKnown(state)
  if (unknown) return unknown
  const { collation } = wantedCollation(resource, parseVersion(state.version ?? ''))
  if (sameCollation(state.collation, collation)) return undefined
  return { action: 'update', reason: `collation_server ${state.collation ?? 'unset'} → ${collation}` }
}

/** The change that a resource in this state needs; undefined if none. */
export function diffSql(resource: SqlResource, state: State): Change | undefined {
  if (resource.type === 'x-database') return diffDatabase(resource, state)
  if (resource.type === 'x-database-user') return diffUser(resource, state)
  return diffDefault(resource, state)
}
