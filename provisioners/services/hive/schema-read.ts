import type { Cluster } from '../../config/types.ts'
import { sh } from '../../shell.ts'
import { targetOf } from '../result-store/servers.ts'
import type { ComponentContext } from '../types.ts'
import { hiveEnvironment } from './configuration.ts'
import { HIVE_USER, hivePaths, METASTORE_GROUP } from './paths.ts'

/** Records about the metastore's schema. Each names its database (`targetOf` and the name). */
export const RECORDS = {
  /** An initialisation that has begun. */
  begun: '/var/lib/howdah/hive-schema-begun',
  /** The newest dump: database, schema version, file. */
  dump: '/var/lib/howdah/hive-schema-dump',
  /** An upgrade that has begun: database, from, to, dump. */
  upgrading: '/var/lib/howdah/hive-schema-upgrading',
} as const

/** The metastore's database, as the records name it: `sql:<host>:<port>/<name>`. */
export const databaseOf = ({ metastore: { server, database } }: Cluster): string =>
  `${targetOf(server)}/${database}`

/**
 * Shell that sets $schema to the state of the metastore's database: `absent` (no tables), the version, `unversioned`
 * (tables of a Hive before 0.12: a table DBS, but no VERSION), `partial` (other tables, or an empty VERSION), or
 * `unknown` (not reachable); and $unread to what the client printed instead of a version. It uses the database's own client, so that a probe starts no JVM.
 */
export const readSchema = (context: ComponentContext): string => {
  const { databaseOptions } = hivePaths(context.cluster)
  const { database } = context.cluster.metastore
  return [
    'client=$(command -v mariadb || command -v mysql) || client=',
    sh`options=${databaseOptions} database=${database}`,
    'ask() { HOME=/root "$client" --defaults-file="$options" --connect-timeout=5 -N -B "$database" -e "$1"; }',
    'tables() { ask "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() $1"; }',
    'read_schema() {',
    '  schema=unknown unread=',
    '  [ -n "$client" ] && [ -f "$options" ] || return 0',
    // A client prints warnings on stderr, also when it succeeds: only stdout is the answer.
    "  if answer=$(ask 'SELECT SCHEMA_VERSION FROM VERSION LIMIT 1' 2>/dev/null); then",
    "    case $answer in '') schema=partial ;; *[!0-9.]*) unread=$answer ;; [0-9]*.[0-9]*) schema=$answer ;; *) unread=$answer ;; esac",
    '    return 0',
    '  fi',
    "  answer=$(ask 'SELECT SCHEMA_VERSION FROM VERSION LIMIT 1' 2>&1 >/dev/null) && return 0",
    "  case $answer in *'ERROR 1146 '*) ;; *) return 0 ;; esac",
    '  count=$(tables "" 2>/dev/null) || return 0',
    `  dbs=$(tables "AND table_name = 'DBS'" 2>/dev/null) || return 0`,
    "  case $count in '' | *[!0-9]*) unread=$count; return 0 ;; esac",
    "  case $dbs in '' | *[!0-9]*) unread=$dbs; return 0 ;; esac",
    '  if [ "$count" -eq 0 ]; then schema=absent',
    '  elif [ "$dbs" -eq 1 ]; then schema=unversioned',
    '  else schema=partial; fi',
    '}',
    'read_schema',
    `[ -z "$unread" ] || printf 'this is not a version of the schema: %s\\n' "$unread" >&2`,
  ].join('\n')
}

/** Runs one of Hive's tools as the metastore runs, with the metastore's configuration and without root's environment. */
export function asHive(context: ComponentContext, command: string): string {
  const paths = hivePaths(context.cluster)
  const environment = {
    ...hiveEnvironment(context),
    HIVE_CONF_DIR: paths.metastoreConf,
    HOME: paths.home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
  }
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return (
    sh`cd ${paths.home} && runuser -u ${HIVE_USER} -g ${METASTORE_GROUP} -G hadoop -- env -i ${assignments} ` +
    command
  )
}
