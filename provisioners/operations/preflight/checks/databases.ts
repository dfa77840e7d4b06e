import { compareVersions } from '../../../config/index.ts'
import { diffSql } from '../../../mysql/index.ts'
import type { Check, Finding, SeenDatabase, World } from '../types.ts'
import { eachHost, settingOf, shown, Unread, unchecked } from './reading.ts'

/** A check of each server that answered; `login` reports those that did not. */
const eachServer =
  (find: (seen: SeenDatabase, world: World) => readonly Omit<Finding, 'check' | 'host'>[]) =>
  (world: World): Omit<Finding, 'check'>[] =>
    world.databases
      .filter(({ refused }) => refused === undefined)
      .flatMap((seen) => {
        try {
          return find(seen, world).map((found) => ({ ...found, host: seen.target }))
        } catch (error) {
          return [{ ...unchecked(error), host: seen.target }]
        }
      })

const login: Check = {
  id: 'database-login',
  title: 'the administrator of an external database server can log in from this machine',
  severities: ['error'],
  run: ({ databases }) =>
    databases.flatMap(({ target, admin, refused }) =>
      refused === undefined
        ? []
        : [
            {
              host: target,
              severity: 'error',
              message: `the administrator ${admin} cannot log in`,
              evidence: shown(refused),
              fix: {
                where: 'hand',
                text: 'the right address, account and password in `external` of cluster.yml, or `via` a host that reaches the server',
              },
            },
          ],
    ),
}

/** What Howdah's statements need: databases, accounts, and grants of what the accounts get. */
const NEEDED = [
  'CREATE',
  'CREATE USER',
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'DROP',
  'ALTER',
  'INDEX',
] as const

const privileges: Check = {
  id: 'database-privileges',
  title: 'that administrator may create databases and accounts, and grant privileges',
  severities: ['error'],
  run: eachServer(({ grants, admin }) => {
    if (grants === undefined) throw new Unread('SHOW GRANTS did not answer')
    const wide = grants.filter((line) => / ON \*\.\* TO /i.test(line))
    const given = wide.join(', ').toUpperCase()
    const has = (name: string): boolean =>
      given.includes('ALL PRIVILEGES') || new RegExp(`(?:GRANT |, )${name}(?:,| ON )`).test(given)
    const missing = [
      ...NEEDED.filter((name) => !has(name)),
      ...(given.includes('WITH GRANT OPTION') ? [] : ['GRANT OPTION']),
    ]
    if (missing.length === 0) return []
    // Roles give privileges that SHOW GRANTS does not list.
    const roles = grants.some((line) => !/ ON /i.test(line))
    return [
      {
        severity: roles ? 'unchecked' : 'error',
        message: roles ? 'this could not be checked' : `the administrator ${admin} lacks privileges`,
        evidence: roles ? `the privileges of ${admin} come from roles` : shown(missing.join(', ')),
        ...(roles
          ? {}
          : {
              fix: {
                where: 'hand',
                text: `as root of the server: GRANT ${NEEDED.join(', ')} ON *.* TO '${admin}'@'%' WITH GRANT OPTION`,
              },
            }),
      },
    ]
  }),
}

const numberOf = (version: string): string => /\d+(\.\d+)*/.exec(version.replace(/^5\.5\.5-/, ''))?.[0] ?? ''

const driver: Check = {
  id: 'database-driver',
  title: "the version and the authentication of the server suit Howdah's JDBC drivers",
  severities: ['error', 'warning'],
  run: eachServer(({ version, variables }) => {
    const number = numberOf(version ?? '')
    if (number === '') throw new Unread('the server did not report its version')
    const plugin = variables?.default_authentication_plugin ?? ''
    const old = compareVersions(number, '5.5') < 0
    const strange = plugin !== '' && !['mysql_native_password', 'caching_sha2_password'].includes(plugin)
    return [
      ...(old
        ? [
            {
              severity: 'error',
              message: "the server is older than what Howdah's JDBC drivers connect to",
              evidence: shown(version),
              fix: { where: 'hand', text: 'MySQL 5.5 or later, or MariaDB' },
            } as const,
          ]
        : []),
      ...(strange
        ? [
            {
              severity: 'warning',
              message: 'new accounts of the server authenticate in a way that the JDBC drivers may not have',
              evidence: `default_authentication_plugin is ${shown(plugin)}`,
              fix: {
                where: 'hand',
                text: 'default_authentication_plugin=mysql_native_password in the configuration of the server',
              },
            } as const,
          ]
        : []),
    ]
  }),
}

const charset: Check = {
  id: 'database-charset',
  title: 'databases that exist already have the collation that Howdah gives them',
  severities: ['note'],
  run: eachServer(({ planned }) => {
    if (planned === undefined) throw new Unread('the databases of the server could not be read')
    return planned.flatMap(({ resource, state }) => {
      const change = diffSql(resource, state)
      if (change?.action !== 'update') return []
      return [
        {
          severity: 'note',
          message: `the database ${resource.name} exists, and bootstrap changes its default collation, which new tables get`,
          evidence: shown(change.reason),
        },
      ]
    })
  }),
}

const settings: Check = {
  id: 'database-settings',
  title: 'the server is writable, and keeps the case of names as Linux does',
  severities: ['error', 'warning'],
  run: eachServer(({ variables }) => {
    const { read_only: readOnly, lower_case_table_names: lower } = variables ?? {}
    if (readOnly === undefined || lower === undefined)
      throw new Unread('the settings of the server could not be read')
    return [
      ...(/^(1|on)$/i.test(readOnly)
        ? [
            {
              severity: 'error',
              message: 'the server is read-only, as a replica is',
              evidence: `read_only is ${readOnly}`,
              fix: { where: 'hand', text: 'the address of the primary in cluster.yml' },
            } as const,
          ]
        : []),
      ...(lower === '0'
        ? []
        : [
            {
              severity: 'warning',
              message:
                "the server ignores or changes the case of table names, and Hive's metastore has names in capitals",
              evidence: `lower_case_table_names is ${shown(lower)}`,
              fix: { where: 'hand', text: 'lower_case_table_names=0, which a server has to be created with' },
            } as const,
          ]),
    ]
  }),
}

const reach: Check = {
  id: 'database-network',
  title: "the host of Hive's metastore reaches an external server",
  severities: ['error'],
  run: eachHost((seen, { cluster }) => {
    const { server } = cluster.metastore
    if (server.kind !== 'external' || !seen.host.daemons.includes('hive-metastore')) return []
    const answer = settingOf(seen, 'reach', 'reach')
    if (answer === 'yes') return []
    if (answer !== 'no') throw new Unread('the host did not try the connection')
    return [
      {
        severity: 'error',
        message: `no TCP connection to ${server.address}:${server.port}, where the database of Hive's metastore is`,
        evidence: 'a connection failed, or was not made in 10 seconds',
        fix: {
          where: 'hand',
          text: 'open the port in the firewall or the security group of the server for this host',
        },
      },
    ]
  }),
}

/** Database servers that others run. */
export const databaseChecks: readonly Check[] = [login, privileges, driver, charset, settings, reach]
