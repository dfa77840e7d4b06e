import type { State } from '../engine/types.ts'
import { compareGrants, type Grants, quoteName, wantedGrants } from './grants.ts'
import type { Reading } from './read.ts'
import {
  grantsOf,
  type SqlDatabase,
  type SqlResource,
  type SqlServerDefault,
  type SqlUser,
  wantedCollation,
} from './types.ts'
import { canPersist, parseVersion } from './version.ts'

/** A statement with `?` for its values. */
export interface Statement {
  readonly sql: string
  readonly values: readonly string[]
}

const plain = (sql: string): Statement => ({ sql, values: [] })

function changeDatabase(resource: SqlDatabase, state: State): Statement[] {
  const { charset, collation } = wantedCollation(resource, parseVersion(state.version ?? ''))
  const verb = state.collation === undefined ? 'CREATE DATABASE IF NOT EXISTS' : 'ALTER DATABASE'
  return [plain(`${verb} ${quoteName(resource.name)} CHARACTER SET ${charset} COLLATE ${collation}`)]
}

/** GRANT or REVOKE for each scope. Scopes come from the server or from `databaseScope`, quoted already. */
function grantStatements(verb: 'GRANT' | 'REVOKE', grants: Grants, account: readonly string[]): Statement[] {
  const to = verb === 'GRANT' ? 'TO' : 'FROM'
  const one = (privileges: readonly string[], scope: string): Statement => ({
    sql: `${verb} ${privileges.join(', ')} ON ${scope} ${to} ?@?`,
    values: account,
  })
  return Object.entries(grants).flatMap(([scope, privileges]) => {
    // In MySQL, ALL PRIVILEGES with the grant option in its list is another statement.
    const rest = privileges.filter((privilege) => privilege !== 'GRANT OPTION')
    const option = rest.length < privileges.length ? [one(['GRANT OPTION'], scope)] : []
    return [...option, ...(rest.length > 0 ? [one(rest, scope)] : [])]
  })
}

/**
 * Leaves out scopes that Howdah did not make (a role, a proxy). Only an operator can know whether they may be revoked.
 */
const known = (grants: Grants): Grants =>
  Object.fromEntries(Object.entries(grants).filter(([, privileges]) => !privileges.includes('other')))

function changeUser(resource: SqlUser, state: State, password: string): Statement[] {
  const account = [resource.user, resource.host]
  const exists = state.grants !== undefined
  const { missing, extra } = compareGrants(wantedGrants(resource.grants), grantsOf(state))
  const statements: Statement[] = []
  if (!exists) statements.push({ sql: 'CREATE USER ?@? IDENTIFIED BY ?', values: [...account, password] })
  else if (state.login === 'no') {
    statements.push({ sql: 'ALTER USER ?@? IDENTIFIED BY ?', values: [...account, password] })
  }
  // Revokes before it grants, so that an account never has the old and the new privileges together.
  statements.push(...grantStatements('REVOKE', known(extra), account))
  statements.push(...grantStatements('GRANT', missing, account))
  return statements
}

function changeDefault(resource: SqlServerDefault, state: State): Statement[] {
  const version = parseVersion(state.version ?? '')
  const { charset, collation } = wantedCollation(resource, version)
  if (!resource.managed && !canPersist(version)) {
    throw new Error(
      `collation_server is ${state.collation}, and only the configuration of the server can change it permanently: ` +
        `set character_set_server=${charset} and collation_server=${collation} there (on RDS: in the parameter group)`,
    )
  }
  const how = resource.managed ? 'GLOBAL' : 'PERSIST'
  return [
    plain(`SET ${how} character_set_server = ${charset}`),
    plain(`SET ${how} collation_server = ${collation}`),
  ]
}

/** The statements that change a resource from `state` to the desired state. Throws if no statement can. */
export function statementsFor(resource: SqlResource, state: State, password: () => string): Statement[] {
  if (resource.type === 'x-database') return changeDatabase(resource, state)
  if (resource.type === 'x-database-user') return changeUser(resource, state, password())
  return changeDefault(resource, state)
}

/** Runs statements in order. The client quotes their values. */
export async function runStatements(
  statements: readonly Statement[],
  { connection }: Pick<Reading, 'connection'>,
): Promise<void> {
  for (const { sql, values } of statements) await connection.query({ sql, values: [...values] })
}
