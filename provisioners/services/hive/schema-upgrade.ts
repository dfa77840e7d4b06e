import { unitOf } from '../../catalog/index.ts'
import type { Action } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import type { ComponentContext } from '../types.ts'
import { HIVE, hivePaths } from './paths.ts'
import { schemaVersion } from './releases.ts'
import { asHive, databaseOf, RECORDS, readSchema } from './schema-read.ts'
import { olderThan } from './schema-versions.ts'

/** The directory of the metastore's dumps. Only root can read it. */
export const BACKUPS = '/var/lib/howdah/backups'

/** A pattern of `case` that matches these versions, or nothing when there are none. */
export const anyOf = (versions: readonly string[]): string =>
  versions.length === 0 ? "''" : versions.join(' | ')

/**
 * Whether there is nothing to upgrade: the schema is the one of this release, or one that schematool cannot upgrade. On
 * a host without the configuration nothing can be older, so a first plan has no upgrade.
 */
const probe = (context: ComponentContext, older: readonly string[]): string =>
  [
    readSchema(context),
    'case $schema in',
    `  ${anyOf(older)}) echo done=no ;;`,
    '  unknown) if [ -f "$options" ]; then echo done=unknown; else echo done=yes; fi ;;',
    '  *) echo done=yes ;;',
    'esac',
  ].join('\n')

/**
 * The last line shows that a dump is complete: an interrupted one may be valid gzip, and a pipe hides a failed dump.
 */
const DUMP = `
dumper=$(command -v mariadb-dump || command -v mysqldump) || { echo "neither mariadb-dump nor mysqldump is installed" >&2; exit 1; }
umask 077
mkdir -p "$backups"
chmod 0700 "$backups"
# A unit that is not on this host need not be stopped. One that runs on would write after the dump.
for unit in ${unitOf('hiveserver2')}.service ${unitOf('hive-metastore')}.service; do
  [ "$(systemctl show -p LoadState --value "$unit")" != loaded ] || systemctl stop "$unit"
done
file=$backups/metastore-$schema-$(date -u +%Y%m%dT%H%M%SZ).sql.gz
HOME=/root "$dumper" --defaults-file="$options" --single-transaction --quick --skip-lock-tables --hex-blob --no-tablespaces "$database" |
  gzip -c >"$file.part"
gzip -t "$file.part"
gzip -dc "$file.part" | tail -n 1 | grep -q '^-- Dump completed' || { echo "the dump is not complete: $file.part" >&2; exit 1; }
sync "$file.part"
mv "$file.part" "$file"
printf '%s\\n' "$target" "$schema" "$file" >"$record.part"
sync "$record.part"
mv -f "$record.part" "$record"
echo "dumped to $file"
`.trim()

/** The dump before an upgrade. The metastore is stopped, because the dump would miss what it writes later. */
export function dumpAction(context: ComponentContext, after: readonly string[]): Action {
  const { cluster } = context
  const older = olderThan(schemaVersion(cluster.versions.hive))
  const { database } = cluster.metastore
  return {
    type: 'action',
    id: 'action:hive-schema-dump',
    component: HIVE,
    title: `stop Hive's metastore and dump its database ${database} to ${BACKUPS}`,
    after,
    probe: probe(context, older),
    run: [
      readSchema(context),
      `case $schema in ${anyOf(older)}) ;; *) echo "there is no older schema to dump: $schema"; exit 0 ;; esac`,
      sh`target=${databaseOf(cluster)} record=${RECORDS.dump} backups=${BACKUPS}`,
      DUMP,
    ].join('\n'),
    timeoutSeconds: 1800,
  }
}

const CHECK_DUMP = `
if [ -f "$upgrading" ] && [ "$(sed -n 1p "$upgrading")" = "$target" ]; then
  echo "an upgrade was interrupted before, and is not repeated on its partial result: restore $(sed -n 4p "$upgrading")" >&2
  exit 1
fi
[ "$(sed -n 1p "$dumped" 2>/dev/null)" = "$target" ] && [ "$(sed -n 2p "$dumped")" = "$schema" ] || {
  echo "there is no dump of the schema $schema of $target: no upgrade without one" >&2
  exit 1
}
dump=$(sed -n 3p "$dumped")
gzip -t "$dump"
gzip -dc "$dump" | tail -n 1 | grep -q '^-- Dump completed' || { echo "the dump $dump is not complete" >&2; exit 1; }
printf '%s\\n' "$target" "$schema" "$wanted" "$dump" >"$upgrading.part"
sync "$upgrading.part"
mv -f "$upgrading.part" "$upgrading"
`.trim()

/** Upgrades the schema once, with schematool. After an interruption it runs again only when the dump was restored. */
export function upgradeAction(context: ComponentContext, after: readonly string[]): Action {
  const { cluster } = context
  const wanted = schemaVersion(cluster.versions.hive)
  const older = olderThan(wanted)
  const tool = `${hivePaths(cluster).current}/bin/schematool`
  return {
    type: 'action',
    id: 'action:hive-schema-upgrade',
    component: HIVE,
    title: `upgrade the schema of Hive's metastore to ${wanted}`,
    after: ['action:hive-schema-dump', ...after],
    probe: probe(context, older),
    run: [
      readSchema(context),
      `case $schema in ${anyOf(older)}) ;; *) echo "there is no older schema to upgrade: $schema"; exit 0 ;; esac`,
      sh`target=${databaseOf(cluster)} wanted=${wanted} dumped=${RECORDS.dump} upgrading=${RECORDS.upgrading}`,
      CHECK_DUMP,
      asHive(context, sh`${tool} -dbType mysql -upgradeSchema`),
      'read_schema',
      '[ "$schema" = "$wanted" ] || { echo "schematool left the schema at $schema; the dump is $dump" >&2; exit 1; }',
      'rm -f "$upgrading" "$dumped"',
      'echo "the schema has the version $wanted now; the dump of the old one: $dump"',
    ].join('\n'),
    timeoutSeconds: 1800,
  }
}
