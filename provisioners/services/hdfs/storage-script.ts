import { mountFunctions } from '../../engine/index.ts'
import { sh } from '../../shell.ts'
import { SHARED } from './guard-scripts.ts'

export interface StorageOptions {
  /** The name of the host, for `host:path`. */
  readonly host: string
  /** Directories of a DataNode, which another fact checks as well. */
  readonly dataDirs: readonly string[]
  /** Where a NameNode or a SecondaryNameNode of this cluster.yml would keep its metadata. */
  readonly nameDirs: readonly string[]
  /** Directories that are not read, because another fact reads them. */
  readonly skip: readonly string[]
  /** The record of a format; '' where another fact reads it. */
  readonly formatRecord: string
  /** The host's record of what Howdah made there. */
  readonly resources: string
  readonly mounts: string
}

/**
 * Reads what is left of an HDFS on a host: in the directories of cluster.yml, in those that Howdah made there at any time,
 * and in those of a recorded format. Prints `names=` directories with metadata, `blocks=` directories with blocks, each as
 * host:path with its clusterID (its namespaceID in Hadoop 1), `record=` a format on record, and `unreadable=` what could
 * not be read.
 */
export const storageScript = (options: StorageOptions): string =>
  [
    SHARED,
    mountFunctions(options.mounts),
    sh`host=${options.host} format_record=${options.formatRecord} resources=${options.resources}`,
    sh`seen=${` ${options.skip.join(' ')} `}`,
    READ,
    ...options.dataDirs.map((dir) => sh`look ${dir} data`),
    ...options.nameDirs.map((dir) => sh`look ${dir} name`),
    RECORDED,
    REPORT,
  ].join('\n')

/** A line of `resources` is written by `recordLine`, which sorts its keys. */
const READ = `
names= blocks= record= unreadable=
id_of() {
  found=$(sed -n 's/^clusterID=/clusterID /p' "$1" | head -n 1)
  [ -n "$found" ] || found=$(sed -n 's/^namespaceID=/namespaceID /p' "$1" | head -n 1)
  [ -n "$found" ] || return 1
  printf '%s\\n' "$found"
}
hidden() { [ "$2" = data ] || add unreadable "$host:$1 $3" '; '; }
look() {
  case $seen in *" $1 "*) return 0 ;; esac
  seen="$seen$1 "
  lost=$(howdah_missing_mount "$1")
  if [ -n "$lost" ]; then hidden "$1" "$2" "is on the disk of $lost, which is not mounted"; return 0; fi
  there "$1" || return 0
  if [ ! -d "$1" ] || ! readable "$1"; then hidden "$1" "$2" 'cannot be read'; return 0; fi
  version=$1/current/VERSION
  if [ ! -e "$version" ]; then
    # Files of others may be in a directory that Howdah did not make.
    if [ "$2" = recorded ] &&
      [ -n "$(find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name in_use.lock | head -n 1)" ]; then
      hidden "$1" "$2" 'holds files, but no current/VERSION'
    fi
    return 0
  fi
  if ! id=$(id_of "$version" 2>/dev/null); then hidden "$version" "$2" 'names no clusterID'; return 0; fi
  if [ "$2" = data ] || grep -qx storageType=DATA_NODE "$version"; then add blocks "$host:$1 holds blocks of $id" '; '
  else add names "$host:$1 holds metadata of $id" '; '; fi
}
`.trim()

const RECORDED = `
set -f
if [ -f "$resources" ]; then
  made='{"component":"hdfs","type":"directory","id":"[^"]*","about":{"data":"own","path":"'
  made=$(sed -n "s/^$made\\([^\\"]*\\)\\"}.*/\\1/p" "$resources")
  # A path of cluster.yml has no blanks.
  for dir in $made; do look "$dir" recorded; done
fi
if [ -n "$format_record" ] && [ -e "$format_record" ]; then
  field() { sed -n "s/.*\\"$1\\": *\\"\\([^\\"]*\\)\\".*/\\1/p" "$format_record" | head -n 1; }
  id=$(field clusterId) dirs=$(field directories)
  record="$host:$format_record names clusterID \${id:-unreadable}\${dirs:+ in $dirs}"
  for dir in $dirs; do look "$dir" recorded; done
fi
`.trim()

const REPORT = `
printf 'names=%s\\n' "$names"
printf 'blocks=%s\\n' "$blocks"
printf 'record=%s\\n' "$record"
printf 'unreadable=%s\\n' "$unreadable"
`.trim()
