/** Privileges as plain data. A scope is the text between ON and TO, as the server prints it: "*.*", "`reports`.*". */
export type Grants = Readonly<Record<string, readonly string[]>>

export interface Grant {
  readonly privileges: readonly string[]
  /** The name of a database, or `%`: any database without a grant for its own name. */
  readonly on: string
}

/** A name in backticks. */
export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** The scope of a whole database. In a grant `_` and `%` are wildcards, so they are escaped in a name. */
export const databaseScope = (on: string): string =>
  `${quoteName(on === '%' ? on : on.replace(/[_%\\]/g, '\\$&'))}.*`

const sorted = (privileges: Iterable<string>): string[] => [...new Set(privileges)].sort()

/** The desired grants, by scope. */
export function wantedGrants(grants: readonly Grant[]): Grants {
  const byScope: Record<string, string[]> = {}
  for (const { privileges, on } of grants) {
    const scope = databaseScope(on)
    byScope[scope] = sorted([...(byScope[scope] ?? []), ...privileges])
  }
  return byScope
}

/** Splits "SELECT, INSERT (a, b), UPDATE" at the commas outside of parentheses. */
const splitPrivileges = (list: string): string[] =>
  list
    .split(/,(?![^(]*\))/)
    .map((privilege) => privilege.trim())
    .filter((privilege) => privilege !== '')

/** A line of SHOW GRANTS: privileges, scope, grant option. */
const LINE =
  /^GRANT (?<list>.+?) ON (?<scope>(?:`(?:[^`]|``)+`|\*)\.(?:`(?:[^`]|``)+`|\*)) TO .*?(?<option> WITH GRANT OPTION)?$/s

/**
 * Reads the lines of SHOW GRANTS. USAGE grants nothing and is left out. Other grants, of a role or a proxy, are kept as
 * separate scopes, so that they count as extra.
 */
export function parseGrants(lines: readonly string[]): Grants {
  const byScope: Record<string, string[]> = {}
  for (const line of lines) {
    const found = LINE.exec(line)?.groups
    const list = found ? splitPrivileges(found.list ?? '') : ['other']
    const scope = found?.scope ?? line.replace(/ IDENTIFIED .*$/s, '')
    const privileges = list.filter((privilege) => privilege !== 'USAGE')
    if (found?.option) privileges.push('GRANT OPTION')
    if (privileges.length > 0) byScope[scope] = sorted([...(byScope[scope] ?? []), ...privileges])
  }
  return byScope
}

export interface GrantDifference {
  readonly missing: Grants
  readonly extra: Grants
}

function subtract(left: Grants, right: Grants): Grants {
  const rest: Record<string, string[]> = {}
  for (const [scope, privileges] of Object.entries(left)) {
    const others = right[scope] ?? []
    const kept = privileges.filter((privilege) => !others.includes(privilege))
    if (kept.length > 0) rest[scope] = kept
  }
  return rest
}

/** The grants that are missing, and the extra ones that must be revoked. */
export const compareGrants = (wanted: Grants, found: Grants): GrantDifference => ({
  missing: subtract(wanted, found),
  extra: subtract(found, wanted),
})

export const isEmpty = (grants: Grants): boolean => Object.keys(grants).length === 0

/** "SELECT, INSERT on `reports`.*; …" */
export const describeGrants = (grants: Grants): string =>
  Object.entries(grants)
    .map(([scope, privileges]) => `${privileges.join(', ')} on ${scope}`)
    .join('; ')
