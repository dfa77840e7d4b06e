import type { Action, Fact, Resource } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import type { Host } from '../../spec/types.ts'
import { serverOn, targetOf } from '../result-store/servers.ts'
import { has } from '../support/hosts.ts'
import { javaAfter } from '../support/java.ts'
import type { ComponentContext } from '../types.ts'
import { hiveEnvironment } from './configuration.ts'
import { HIVE, HIVE_USER, hivePaths } from './paths.ts'

/** Hive changes its schema with its minor version at most; 3.1.1 to 3.1.3 still write 3.1.0. */
const SCHEMAS: Readonly<Record<string, string>> = {
  '2.3': '2.3.0',
  '3.1': '3.1.0',
  '4.0': '4.0.0',
  '4.1': '4.1.0',
}

/** Schema version that a Hive release wants in its metastore. */
export const schemaVersion = (hive: string): string => {
  const minor = hive.split('.').slice(0, 2).join('.')
  return SCHEMAS[minor] ?? `${minor}.0`
}

/**
 * Shell that sets $schema to what the metastore's database holds: `absent` (no table at all), `partial` (tables, but
 * no version), the version, or `unknown` (not reachable). Asks by the database's own client: no JVM starts in a probe.
 */
const readSchema = (context: ComponentContext): string => {
  const { databaseOptions } = hivePaths(context.cluster)
  const { database } = context.cluster.metastore
  return [
    'client=$(command -v mariadb || command -v mysql) || client=',
    sh`options=${databaseOptions} database=${database}`,
    'ask() { HOME=/root "$client" --defaults-file="$options" --connect-timeout=5 -N -B "$database" -e "$1" 2>&1; }',
    'schema=unknown',
    'if [ -n "$client" ] && [ -f "$options" ]; then',
    "  if schema=$(ask 'SELECT SCHEMA_VERSION FROM VERSION LIMIT 1'); then",
    '    [ -n "$schema" ] || schema=partial',
    '  else',
    '    case $schema in',
    "      *1146*) count=$(ask 'SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()') || count=unknown",
    '        case $count in 0) schema=absent ;; unknown) schema=unknown ;; *) schema=partial ;; esac ;;',
    '      *) schema=unknown ;;',
    '    esac',
    '  fi',
    'fi',
  ].join('\n')
}

/** Where an initialisation that has begun is on record, by its database. */
const BEGUN = '/var/lib/howdah/hive-schema-begun'

function schemaFact(context: ComponentContext): Fact {
  const { hive } = context.cluster.versions
  const wanted = schemaVersion(hive)
  const { database, server } = context.cluster.metastore
  const target = `${targetOf(server)}/${database}`
  return {
    type: 'fact',
    id: 'fact:hive-schema',
    component: HIVE,
    title: "schema of Hive's metastore",
    script: [
      readSchema(context),
      // Tables without a version are ours to replace when the initialisation that made them was ours.
      sh`if [ "$schema" = partial ] && [ "$(cat ${BEGUN} 2>/dev/null)" = ${target} ]; then schema=begun; fi`,
      'echo "schema=$schema"',
    ].join('\n'),
    must: [
      {
        key: 'schema',
        oneOf: ['absent', 'begun', 'unknown', wanted],
        message: `the database ${database} holds a metastore schema of version {value}, and Hive ${hive} needs ${wanted}`,
        next: `back it up (mysqldump ${database}), then: schematool -dbType mysql -upgradeSchema; or give metastore.database another name`,
      },
    ],
  }
}

/** Runs one of Hive's tools as its own user, with the metastore's configuration and nothing of root's environment. */
function asHive(context: ComponentContext, command: string): string {
  const paths = hivePaths(context.cluster)
  const environment = {
    ...hiveEnvironment(context),
    HIVE_CONF_DIR: paths.metastoreConf,
    HOME: paths.home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
  }
  const words = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return sh`cd ${paths.home} && runuser -u ${HIVE_USER} -- env -i ${words} ` + command
}

function schemaAction(context: ComponentContext, after: readonly string[]): Action {
  const { cluster } = context
  const paths = hivePaths(cluster)
  const { database, server } = cluster.metastore
  const target = `${targetOf(server)}/${database}`
  const wanted = schemaVersion(cluster.versions.hive)
  const read = readSchema(context)
  return {
    type: 'action',
    id: 'action:hive-schema',
    component: HIVE,
    title: `schema of Hive's metastore, ${wanted}`,
    after,
    probe: [
      read,
      sh`case $schema in ${wanted}) echo done=yes ;; unknown) echo done=unknown ;; *) echo done=no ;; esac`,
    ].join('\n'),
    run: [
      read,
      sh`begun=${BEGUN} target=${target} database=${database}`,
      'if [ "$schema" = partial ] && [ "$(cat "$begun" 2>/dev/null)" = "$target" ]; then',
      '  echo "an initialisation was cut off before: its tables are taken away, and it begins anew"',
      "  ask 'DROP DATABASE `'\"$database\"'`; CREATE DATABASE `'\"$database\"'` CHARACTER SET latin1 COLLATE latin1_bin'",
      '  schema=absent',
      'fi',
      '[ "$schema" = absent ] || { echo "the database $database holds tables already ($schema): not touched" >&2; exit 1; }',
      'mkdir -p "$(dirname "$begun")"',
      'printf \'%s\\n\' "$target" >"$begun"',
      'sync "$begun"',
      asHive(context, sh`${paths.current}/bin/schematool -dbType mysql -initSchema`),
      'rm -f "$begun"',
    ].join('\n'),
    timeoutSeconds: 600,
  }
}

/** The database's client, the guard and the deed, on the metastore's host. */
export function schema(host: Host, context: ComponentContext): Resource[] {
  if (!has(host, 'hive-metastore')) return []
  const { cluster } = context
  const paths = hivePaths(cluster)
  const { server, database, account } = cluster.metastore
  const target = targetOf(server)
  // A server brings its own client, and MySQL's and MariaDB's cannot be installed together.
  const client = 'default-mysql-client'
  const own = serverOn(cluster, host.name) !== undefined
  const after = [
    ...(own ? [] : [`package:${client}`]),
    ...javaAfter(cluster, 'hive'),
    'action:hive-repair',
    `file:${paths.metastoreConf}/hive-site.xml`,
    `file:${paths.metastoreConf}/hive-env.sh`,
    `file:${paths.metastoreConf}/hive-log4j2.properties`,
    `file:${paths.databaseOptions}`,
    `directory:${paths.home}`,
    `symlink:${paths.current}`,
    `${target}!database:${database}`,
    `${target}!database-user:${account.user}`,
  ]
  return [
    ...(own ? [] : [{ type: 'package', id: `package:${client}`, component: HIVE, names: [client] } as const]),
    schemaFact(context),
    schemaAction(context, after),
  ]
}
