import type { ResourceBase, ResourceType, State } from '../engine/types.ts'
import { type Statement, statementsFor } from './change.ts'
import { diffSql, type SqlDatabase, type SqlResource, type SqlServerDefault, type SqlUser } from './types.ts'

/** The types of what is on a database server, for the engine's registry. */

/** These resources are on a database server: the SQL driver reads and changes them, not a shell. */
const noShell = (resource: ResourceBase): never => {
  throw new TypeError(`${resource.id} is on a database server, which has no shell`)
}

const literal = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

function statementText({ sql, values }: Statement): string {
  let next = 0
  return `${sql.replaceAll('?', () => literal(values[next++] ?? ''))};`
}

const comment = (text: string): string => `-- ${text.replace(/\s*[\r\n]+\s*/g, ' ')}`

/**
 * The statements for a state. What a server that does not answer yet needs is known when it runs: shown are the
 * statements for a server that has nothing. The password is never among them.
 */
function showSql(resource: SqlResource, state: State): string {
  const { unknown } = state
  const head = unknown === undefined ? [] : ['read again when the server runs; if it has nothing:']
  try {
    const statements = statementsFor(resource, unknown === undefined ? state : {}, () => '[secret]')
    return [comment(resource.id), ...head.map(comment), ...statements.map(statementText)].join('\n')
  } catch (error) {
    return [comment(resource.id), comment(error instanceof Error ? error.message : String(error))].join('\n')
  }
}

export const databaseType: ResourceType<SqlDatabase> = {
  type: 'x-database',
  title: (resource) => `database ${resource.name}`,
  probe: noShell,
  diff: diffSql,
  apply: noShell,
  show: showSql,
}

export const databaseUserType: ResourceType<SqlUser> = {
  type: 'x-database-user',
  title: (resource) => `database user ${resource.user}`,
  probe: noShell,
  diff: diffSql,
  apply: noShell,
  show: showSql,
}

export const serverDefaultType: ResourceType<SqlServerDefault> = {
  type: 'x-server-default',
  title: () => 'default collation of the server',
  probe: noShell,
  diff: diffSql,
  apply: noShell,
  show: showSql,
}

export const sqlTypes = [databaseType, databaseUserType, serverDefaultType] as const
