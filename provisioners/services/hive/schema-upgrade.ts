import { unitOf } from '../../catalog/index.ts'
import type { Action } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import type { ComponentContext } from '../types.ts'
import { HIVE, hivePaths } from './paths.ts'
import { schemaVersion } from './releases.ts'
import { asHive, databaseOf, RECORDS, readSchema } from './schema-read.ts'
import { olderThan } from './schema-versions.ts'

/** Where dumps of the metastore are put; for root alone. */
export const BACKUPS = '/var/lib/howdah/backups'

/** A pattern of `case` that fits each of these versions, and one that fits nothing when there is none. */
export const anyOf = (versions: readonly string[]): string =>
  versions.length === 0 ? "''" : versions.join(' | ')

/**
 * Whether the schema is of this release or of another one that is not to be upgraded. On a host whose configuration is
 * not there yet nothing can be older, so a first plan does not speak of upgrades.
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

/** A dump that is cut off has no last line, whatever gzip thinks of it; and a pipe hides the status of its left side. */
const DUMP = `
dumper=$(command -v mariadb-dump || command -v mysqldump) || { echo "neither mariadb-dump nor mysqldump is here" >&2; exit 1; }
umask 077
mkdir -p "$backups"
chmod 0700 "$backups"
# A unit that is not on this host is none to stop; one that does not stop would write behind the dump.
for unit in ${unitOf('hiveserver2')}.service ${unitOf('hive-metastore')}.service; do
  [ "$(systemctl show -p LoadState --value "$unit")" != loaded ] || systemctl stop "$unit"
done
file=$backups/metastore-$schema-$(date -u +%Y%m%dT%H%M%SZ).sql.gz
HOME=/root "$dumper" --defaults-file="$options" --single-transaction --quick --skip-lock-tables --hex-blob --no-tablespaces "$database" |
  gzip -c >"$file.part"
gzip -t "$file.part"
gzip -dc "$file.part" | tail -n 1 | grep -q '^-- Dump completed' || { echo "the dump is not whole: $file.part" >&2; exit 1; }
sync "$file.part"
mv "$file.part" "$file"
printf '%s\\n' "$target" "$schema" "$file" >"$record.part"
sync "$record.part"
mv -f "$record.part" "$record"
echo "dumped to $file"
`.trim()

/** The dump that comes before an upgrade, with the metastore at rest: what it wrote later would not be in it. */
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
  echo "an upgrade was cut off before, and is not repeated over what it left: restore $(sed -n 4p "$upgrading")" >&2
  exit 1
fi
[ "$(sed -n 1p "$dumped" 2>/dev/null)" = "$target" ] && [ "$(sed -n 2p "$dumped")" = "$schema" ] || {
  echo "there is no dump of the schema $schema of $target: nothing is upgraded without" >&2
  exit 1
}
dump=$(sed -n 3p "$dumped")
gzip -t "$dump"
gzip -dc "$dump" | tail -n 1 | grep -q '^-- Dump completed' || { echo "the dump $dump is not whole" >&2; exit 1; }
printf '%s\\n' "$target" "$schema" "$wanted" "$dump" >"$upgrading.part"
sync "$upgrading.part"
mv -f "$upgrading.part" "$upgrading"
`.trim()

/** Brings the schema forward, once, by schematool. It may run again only where the dump was restored before. */
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
      'echo "the schema is of $wanted now; the dump of what it was: $dump"',
    ].join('\n'),
    timeoutSeconds: 1800,
  }
}
