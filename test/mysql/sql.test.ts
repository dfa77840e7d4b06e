import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statementsFor } from '../../provisioners/mysql/change.ts'
import {
  compareGrants,
  databaseScope,
  isEmpty,
  parseGrants,
  wantedGrants,
} from '../../provisioners/mysql/grants.ts'
import { databaseType, databaseUserType, serverDefaultType } from '../../provisioners/mysql/sql-types.ts'
import type { SqlDatabase, SqlUser } from '../../provisioners/mysql/types.ts'
import { canonical, parseVersion, resolveCharset, spell } from '../../provisioners/mysql/version.ts'
import { sqlServers, sqlTargets } from '../../provisioners/services/result-store/index.ts'
import { cluster, context, external, generated, onHost } from '../services/store/cluster.ts'

const world = { fileSha256: () => undefined }

describe('server versions', () => {
  it.each([
    ['11.8.9-MariaDB-0+deb13u1 from Debian', 'mariadb', 11, 8, 9],
    ['5.5.5-10.3.39-MariaDB-log', 'mariadb', 10, 3, 39],
    ['9.7.4-2', 'mysql', 9, 7, 4],
    ['5.6.51-log', 'mysql', 5, 6, 51],
    ['8.0', 'mysql', 8, 0, 0],
  ])('%s', (text, flavor, major, minor, patch) => {
    expect(parseVersion(text)).toEqual({ flavor, major, minor, patch })
  })

  it.each([
    ['5.7.44', 'utf8mb3'],
    ['8.0.11', 'utf8mb4'],
    ['10.2.44-MariaDB', 'utf8mb3'],
    ['10.3.0-MariaDB', 'utf8mb4'],
    ['9.7.4-2', 'utf8mb4'],
  ])('auto on %s is %s', (text, charset) => {
    expect(resolveCharset('auto', parseVersion(text))).toBe(charset)
    expect(resolveCharset('utf8mb3', parseVersion(text))).toBe('utf8mb3')
  })

  it("uses the server's name of three-byte UTF-8, and treats both names as equal", () => {
    expect(spell('utf8mb3_bin', parseVersion('8.0.29'))).toBe('utf8_bin')
    expect(spell('utf8mb3_bin', parseVersion('8.0.30'))).toBe('utf8mb3_bin')
    expect(spell('utf8mb3_bin', parseVersion('10.5.23-MariaDB'))).toBe('utf8_bin')
    expect(spell('utf8mb4_bin', parseVersion('5.6.1'))).toBe('utf8mb4_bin')
    expect(canonical('utf8_bin')).toBe(canonical('utf8mb3_bin'))
    expect(canonical('utf8mb4_bin')).not.toBe(canonical('utf8mb3_bin'))
  })
})

describe('grants', () => {
  it('parses the output of both servers', () => {
    expect(
      parseGrants([
        "GRANT USAGE ON *.* TO `p`@`%` IDENTIFIED BY PASSWORD '*D82 ON x.* TO'",
        'GRANT SELECT, INSERT (`a`, `b`), CREATE TEMPORARY TABLES ON `my\\_db`.* TO `p`@`%` WITH GRANT OPTION',
        'GRANT SELECT ON `x`.`t``1` TO `p`@`%`',
      ]),
    ).toEqual({
      '`my\\_db`.*': ['CREATE TEMPORARY TABLES', 'GRANT OPTION', 'INSERT (`a`, `b`)', 'SELECT'],
      '`x`.`t``1`': ['SELECT'],
    })
  })

  it('counts a role as extra', () => {
    const found = parseGrants(['GRANT `boss`@`%` TO `p`@`%`'])
    expect(isEmpty(compareGrants({}, found).extra)).toBe(false)
  })

  it('escapes wildcards in a name, but not the scope `%`', () => {
    expect(databaseScope('edx_app')).toBe('`edx\\_app`.*')
    expect(databaseScope('a%`b')).toBe('`a\\%``b`.*')
    expect(databaseScope('%')).toBe('`%`.*')
  })

  it('finds no difference between a set and itself, and all of it against an empty set', () => {
    const privilege = fc.constantFrom('SELECT', 'INSERT', 'DROP', 'CREATE')
    const grants = fc.array(
      fc.record({ privileges: fc.array(privilege, { minLength: 1 }), on: fc.string({ minLength: 1 }) }),
    )
    fc.assert(
      fc.property(grants, (list) => {
        const wanted = wantedGrants(list)
        expect(compareGrants(wanted, wanted)).toEqual({ missing: {}, extra: {} })
        expect(compareGrants(wanted, {})).toEqual({ missing: wanted, extra: {} })
        expect(compareGrants({}, wanted)).toEqual({ missing: {}, extra: wanted })
      }),
    )
  })
})

const reports: SqlDatabase = {
  type: 'x-database',
  id: 'database:reports',
  component: 'result-store',
  name: 'reports',
  charset: 'auto',
  collation: 'bin',
}
const api: SqlUser = {
  type: 'x-database-user',
  id: 'database-user:api',
  component: 'result-store',
  user: 'api',
  host: '%',
  password: generated('api'),
  grants: [{ privileges: ['SELECT'], on: 'reports' }],
}

describe('the changes', () => {
  it('a server that is not up yet is read again by apply', () => {
    for (const change of [
      databaseType.diff(reports, { unknown: 'connection refused' }, world),
      databaseUserType.diff(api, { unknown: 'connection refused' }, world),
    ]) {
      expect(change).toMatchObject({
        action: 'ensure',
        reason: expect.stringContaining('connection refused'),
      })
    }
  })

  it('a database is created, corrected, or not changed', () => {
    const version = '9.7.4-2'
    expect(databaseType.diff(reports, { version }, world)?.action).toBe('create')
    const wrong = { version, collation: 'utf8mb4_0900_ai_ci' }
    expect(databaseType.diff(reports, wrong, world)?.reason).toBe(
      'default collation utf8mb4_0900_ai_ci → utf8mb4_bin',
    )
    expect(databaseType.diff({ ...reports, adopt: true }, wrong, world)).toBeUndefined()
    expect(databaseType.diff(reports, { version, collation: 'utf8mb4_bin' }, world)).toBeUndefined()
    const old = { version: '5.6.51', collation: 'utf8_bin' }
    expect(databaseType.diff(reports, old, world)).toBeUndefined()
  })

  it('an account shows missing and extra grants', () => {
    const grants = JSON.stringify({ '`reports`.*': ['DELETE'], '*.*': ['SUPER'] })
    const change = databaseUserType.diff(api, { version: '9.7.4', grants, login: 'no' }, world)
    expect(change).toEqual({
      action: 'update',
      reason:
        'the password does not log in; grant SELECT on `reports`.*; revoke DELETE on `reports`.*; SUPER on *.*',
    })
  })

  it('an account that is right needs nothing', () => {
    const grants = JSON.stringify({ '`reports`.*': ['SELECT'] })
    expect(databaseUserType.diff(api, { version: '9.7.4', grants, login: 'yes' }, world)).toBeUndefined()
  })

  it('extra grants are revoked first, and the password is a value, never text', () => {
    const grants = JSON.stringify({ '*.*': ['SUPER', 'GRANT OPTION'] })
    const statements = statementsFor(api, { version: '9.7.4', grants, login: 'no' }, () => "p'w")
    expect(statements.map(({ sql }) => sql)).toEqual([
      'ALTER USER ?@? IDENTIFIED BY ?',
      'REVOKE GRANT OPTION ON *.* FROM ?@?',
      'REVOKE SUPER ON *.* FROM ?@?',
      'GRANT SELECT ON `reports`.* TO ?@?',
    ])
    expect(statements.map(({ sql }) => sql).join()).not.toContain("p'w")
  })

  it('the default of an external server is persisted if possible, and otherwise the error names who can change it', () => {
    const resource = {
      type: 'x-server-default',
      id: 'server-default:collation',
      component: 'result-store',
      charset: 'auto',
      managed: false,
    } as const
    const mysql = { version: '9.7.4', collation: 'utf8mb4_0900_ai_ci' }
    expect(serverDefaultType.diff(resource, mysql, world)?.action).toBe('update')
    expect(statementsFor(resource, mysql, () => '')[1]?.sql).toBe(
      'SET PERSIST collation_server = utf8mb4_bin',
    )
    const mariadb = { version: '11.8.9-MariaDB', collation: 'utf8mb4_uca1400_ai_ci' }
    expect(() => statementsFor(resource, mariadb, () => '')).toThrow(/collation_server=utf8mb4_bin/)
    expect(statementsFor({ ...resource, managed: true }, mariadb, () => '')[1]?.sql).toBe(
      'SET GLOBAL collation_server = utf8mb4_bin',
    )
  })

  it('has no shell, and shows statements without the password instead', () => {
    expect(() => databaseType.probe(reports)).toThrow(/database server/)
    const unknown = { unknown: 'connect ECONNREFUSED 127.0.0.1:3306' }
    expect(databaseType.show?.(reports, unknown)).toMatch(/-- read again.*\nCREATE DATABASE IF NOT EXISTS/)
    const text = databaseUserType.show?.(api, unknown)
    expect(text).toContain(`CREATE USER '${api.user}'@`)
    expect(text).toContain("IDENTIFIED BY '[secret]'")
  })
})

describe('servers of a cluster', () => {
  it('are one target each, with all of their purposes', () => {
    const one = onHost('m1')
    const base = cluster()
    const shared = cluster({
      metastore: { ...base.metastore, server: one },
      ...(base.resultStore && { resultStore: { ...base.resultStore, server: one } }),
    })
    expect(sqlServers(shared).map(({ target, purposes }) => [target, purposes])).toEqual([
      ['sql:m1:3306', ['result-store', 'metastore']],
      ['sql:lms1:3306', ['lms']],
    ])
    expect(sqlServers(shared)[0]?.admin).toEqual({ user: 'howdah', password: generated('database-admin-m1') })
  })

  it('do not let the pipeline access other databases on its server', () => {
    const base = cluster()
    const one = onHost('m1')
    const all = cluster({
      metastore: { ...base.metastore, server: one },
      ...(base.resultStore && { resultStore: { ...base.resultStore, server: one } }),
      ...(base.lms && { lms: { ...base.lms, server: one } }),
    })
    const resources = sqlTargets(context(all))['sql:m1:3306'] ?? []
    const pipeline = resources.find(({ id }) => id === 'database-user:pipeline') as unknown as SqlUser
    const walls = pipeline.grants.filter(({ on }) => on !== '%')
    expect(walls.map(({ on }) => on)).toEqual(['performance_schema', 'mysql', 'sys', 'metastore', 'edxapp'])
    expect(
      walls.flatMap(({ privileges }) => privileges).every((p) => p === 'SHOW VIEW' || p === 'SELECT'),
    ).toBe(true)
    // The metastore keeps one-byte characters, whatever the default of the server is.
    expect(resources.find(({ id }) => id === 'database:metastore')).toMatchObject({ charset: 'latin1' })
  })

  it('that are external get accounts, and that of the LMS nothing else', () => {
    const base = cluster()
    const foreign = cluster({
      ...(base.lms && { lms: { ...base.lms, server: external('db.example', 3307) } }),
    })
    const resources = sqlTargets(context(foreign))['sql:db.example:3307'] ?? []
    expect(resources.map(({ id }) => id)).toEqual(['database-user:reader'])
    expect(resources[0]?.after).toEqual([])
  })

  it('have no secrets in their plans', () => {
    const text = JSON.stringify(sqlTargets(context(cluster(), { pipeline: 'S3CRET', api: 'S3CRET' })))
    expect(text).not.toContain('S3CRET')
    expect(text).not.toContain('secret of')
  })

  it('come after their administrator', () => {
    const resources = sqlTargets(context())['sql:rs1:3306'] ?? []
    for (const { after } of resources) expect(after).toContain('rs1!action:database-admin')
  })
})
