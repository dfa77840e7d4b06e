import type { Host } from '../../config/types.ts'
import type { Action, Fact, Resource } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { serverOn, targetOf } from '../result-store/servers.ts'
import { has } from '../support/hosts.ts'
import { javaAfter } from '../support/java.ts'
import type { ComponentContext } from '../types.ts'
import { HIVE, hivePaths } from './paths.ts'
import { hasSchemaTool, loggingFiles, schemaVersion } from './releases.ts'
import { asHive, databaseOf, RECORDS, readSchema } from './schema-read.ts'
import { anyOf, BACKUPS, dumpAction, upgradeAction } from './schema-upgrade.ts'
import { newerThan, olderThan } from './schema-versions.ts'

/** Prints `schema=`, and the states that are refused in their own keys: `newer=`, `unversioned=`, `cut=`, `unread=`. */
function factScript(context: ComponentContext, wanted: string): string {
  const newer = newerThan(wanted)
  return [
    readSchema(context),
    sh`target=${databaseOf(context.cluster)} begun=${RECORDS.begun} upgrading=${RECORDS.upgrading} wanted=${wanted}`,
    'newer= unversioned= cut=',
    // Howdah may replace tables without a version if an initialisation by Howdah made them.
    'case $schema in partial | unversioned) [ "$(cat "$begun" 2>/dev/null)" != "$target" ] || schema=begun ;; esac',
    `case $schema in ${anyOf(newer)}) newer=$schema ;; esac`,
    'if [ "$schema" = unversioned ] && [ "$wanted" != unversioned ]; then unversioned=yes; fi',
    'if [ -f "$upgrading" ] && [ "$(sed -n 1p "$upgrading")" = "$target" ] && [ "$schema" != "$(sed -n 3p "$upgrading")" ]; then',
    '  cut="$(sed -n 2p "$upgrading") to $(sed -n 3p "$upgrading"), dumped before to $(sed -n 4p "$upgrading")"',
    'fi',
    'printf "schema=%s\\nnewer=%s\\nunversioned=%s\\ncut=%s\\nunread=%s\\n" "$schema" "$newer" "$unversioned" "$cut" "$(printf \'%s\' "$unread" | head -n 1)"',
  ].join('\n')
}

function schemaFact(context: ComponentContext): Fact {
  const { hive } = context.cluster.versions
  const wanted = schemaVersion(hive)
  const { database } = context.cluster.metastore
  const fine = [
    'absent',
    'begun',
    'unknown',
    'unversioned',
    wanted,
    ...olderThan(wanted),
    ...newerThan(wanted),
  ]
  const restore = `restore a dump of it (docs/hive.md; dumps are in ${BACKUPS} on the metastore's host)`
  return {
    type: 'fact',
    id: 'fact:hive-schema',
    component: HIVE,
    title: "schema of Hive's metastore",
    script: factScript(context, wanted),
    must: [
      {
        key: 'unread',
        oneOf: [''],
        message: `the schema version of the metastore's database ${database} could not be read: its client printed {value}`,
        next: `correct the database's client configuration on the metastore's host (/etc/mysql/conf.d, /etc/my.cnf.d), so that the client prints only its answer`,
      },
      {
        key: 'schema',
        oneOf: [...new Set(fine)],
        message: `the database ${database} holds a metastore schema of version {value}, and Hive ${hive} needs ${wanted}`,
        next: `${restore}, or give metastore.database another name`,
      },
      {
        key: 'newer',
        oneOf: [''],
        message: `the database ${database} holds a metastore schema of version {value}, which is newer than Hive ${hive} can read (${wanted}), and a schema cannot be downgraded`,
        next: `write the newer Hive in versions.hive; or ${restore}`,
      },
      {
        key: 'unversioned',
        oneOf: [''],
        message: `the database ${database} holds tables of a Hive before 0.12, which have no version, and no script upgrades them to the ${wanted} of Hive ${hive}`,
        next: 'give metastore.database another name and create the tables again over their directories in HDFS (docs/hive.md)',
      },
      {
        key: 'cut',
        oneOf: [''],
        message: `an upgrade of the metastore's schema in ${database} was interrupted: {value}`,
        next: `restore that dump, then remove ${RECORDS.upgrading} (docs/hive.md has the commands): an upgrade is not repeated on a partial result`,
      },
    ],
  }
}

const INITIALISE = `
case $schema in
  partial | unversioned)
    if [ "$(cat "$begun" 2>/dev/null)" = "$target" ]; then
      echo "an initialisation was interrupted before: its tables are removed, and it starts again"
      ask 'DROP DATABASE \`'"$database"'\`; CREATE DATABASE \`'"$database"'\` CHARACTER SET latin1 COLLATE latin1_bin'
      schema=absent
    fi ;;
esac
[ "$schema" = absent ] || { echo "the database $database has tables already ($schema): nothing is changed" >&2; exit 1; }
mkdir -p "$(dirname "$begun")"
printf '%s\\n' "$target" >"$begun"
sync "$begun"
`.trim()

function schemaAction(context: ComponentContext, after: readonly string[]): Action {
  const { cluster } = context
  const wanted = schemaVersion(cluster.versions.hive)
  const tool = `${hivePaths(cluster).current}/bin/schematool`
  const there = anyOf([wanted, ...olderThan(wanted)])
  return {
    type: 'action',
    id: 'action:hive-schema',
    component: HIVE,
    title: `schema of Hive's metastore, ${wanted}`,
    after,
    probe: [
      readSchema(context),
      `case $schema in ${there}) echo done=yes ;; unknown) echo done=unknown ;; *) echo done=no ;; esac`,
    ].join('\n'),
    run: [
      readSchema(context),
      sh`begun=${RECORDS.begun} target=${databaseOf(cluster)}`,
      INITIALISE,
      asHive(context, sh`${tool} -dbType mysql -initSchema`),
      'rm -f "$begun"',
    ].join('\n'),
    timeoutSeconds: 600,
  }
}

/** Ids of the resources that schematool needs, and a metastore that creates its tables itself. */
function prerequisites(context: ComponentContext, own: boolean): string[] {
  const { cluster } = context
  const paths = hivePaths(cluster)
  const { server, database, account } = cluster.metastore
  const target = targetOf(server)
  return [
    ...(own ? [] : [`package:${CLIENT}`]),
    ...javaAfter(cluster, 'hive'),
    'action:hive-repair',
    ...['hive-site.xml', 'hive-env.sh', ...loggingFiles(cluster.versions.hive)].map(
      (name) => `file:${paths.metastoreConf}/${name}`,
    ),
    `file:${paths.databaseOptions}`,
    `directory:${paths.home}`,
    `symlink:${paths.current}`,
    `${target}!database:${database}`,
    `${target}!database-user:${account.user}`,
  ]
}

/** A server's package has its own client, and the clients of MySQL and MariaDB cannot be installed together. */
const CLIENT = 'default-mysql-client'

const hasOwnServer = (host: Host, { cluster }: ComponentContext): boolean =>
  serverOn(cluster, host.name) !== undefined

/** Ids of the resources that the metastore's unit comes after, so that its schema has the right version. */
export const schemaAfter = (host: Host, context: ComponentContext): string[] =>
  hasSchemaTool(context.cluster.versions.hive)
    ? ['action:hive-schema', 'action:hive-schema-upgrade']
    : prerequisites(context, hasOwnServer(host, context))

/**
 * The database's client, the guard and the actions, on the metastore's host. Before 0.12 there is no action: the
 * metastore creates its tables itself, and the guard refuses the tables of another Hive.
 */
export function schema(host: Host, context: ComponentContext): Resource[] {
  if (!has(host, 'hive-metastore')) return []
  const own = hasOwnServer(host, context)
  const after = prerequisites(context, own)
  const actions = hasSchemaTool(context.cluster.versions.hive)
    ? [schemaAction(context, after), dumpAction(context, after), upgradeAction(context, after)]
    : []
  return [
    ...(own ? [] : [{ type: 'package', id: `package:${CLIENT}`, component: HIVE, names: [CLIENT] } as const]),
    schemaFact(context),
    ...actions,
  ]
}
