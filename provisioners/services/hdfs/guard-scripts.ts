import type { Generation } from '../../config/types.ts'
import { sh } from '../../shell.ts'

/**
 * The eyes of the NameNode's format guard, in shell. They only read, and what they cannot read is trouble,
 * never "empty".
 */

/** Where the format of a NameNode is put on record. It outlives the NameNode's own disks. */
export const FORMAT_RECORD = '/var/lib/howdah/hdfs-format.json'

/**
 * How a generation signs its storage. Hadoop 1 has no clusterID: the NameNode draws a namespaceID at its format, which
 * nobody can choose, so what a format of ours drew is told by its record alone.
 */
export interface Signature {
  /** In `current/VERSION`. */
  readonly id: 'clusterID' | 'namespaceID'
  /** Name pattern of a NameNode's image. */
  readonly image: string
}

export const SIGNATURES: Readonly<Record<Generation, Signature>> = {
  hadoop1: { id: 'namespaceID', image: 'fsimage' },
  hadoop2: { id: 'clusterID', image: 'fsimage_*' },
  hadoop3: { id: 'clusterID', image: 'fsimage_*' },
}

const shared = ({ id }: Signature): string => sh`idname=${id}\n` + SHARED

const SHARED = `
clusterid() { sed -n "s/^$idname=//p" "$1" | head -n 1; }
add() { eval "$1=\\"\\\${$1:+\\\${$1}$3}\\$2\\""; }
there() {
  [ ! -e "$1" ] || return 0
  # Only a plain "not there" counts: a disk that answers with an error, or a dangling link, is no empty directory.
  case $(LC_ALL=C stat -- "$1" 2>&1) in *'No such file or directory'*) return 1 ;; esac
}
holds_something() { [ -n "$(find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found 2>/dev/null | head -n 1)" ]; }
readable() { find "$1" -mindepth 1 -maxdepth 1 >/dev/null 2>&1; }
`.trim()

/**
 * What the DataNode directories hold. Prints `clusterIds=` (all that were found, with blanks between),
 * `foreign=` (those that are not `clusterId`, each with its place) and `trouble=` (what could not be read, and disks
 * that are not mounted).
 */
export function dataDirsScript(options: {
  readonly dirs: readonly { readonly path: string; readonly mount?: string }[]
  /** '' where the host itself cannot know it. */
  readonly clusterId: string
  readonly signature?: Signature
}): string {
  const looks = options.dirs.map(({ path, mount }) => sh`look ${path} ${mount ?? ''}`)
  return [
    shared(options.signature ?? SIGNATURES.hadoop3),
    sh`ours=${options.clusterId}`,
    LOOK_AT_DATA,
    ...looks,
    REPORT_DATA,
  ].join('\n')
}

const LOOK_AT_DATA = `
ids= foreign= trouble=
look() {
  if [ -n "$2" ] && ! mountpoint -q "$2"; then add trouble "$2 is not mounted" ', '; return; fi
  there "$1" || return 0
  if [ ! -d "$1" ] || ! readable "$1"; then add trouble "$1 cannot be read" ', '; return; fi
  holds_something "$1" || return 0
  version=$1/current/VERSION
  if [ ! -e "$version" ]; then
    # A DataNode that died at its very first start leaves a lock and nothing else.
    if [ -n "$(find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name in_use.lock | head -n 1)" ]; then
      add trouble "$1 holds files, but no current/VERSION" ', '
    fi
    return 0
  fi
  if ! id=$(clusterid "$version" 2>/dev/null) || [ -z "$id" ]; then
    add trouble "$version names no $idname" ', '
    return 0
  fi
  case " $ids " in *" $id "*) ;; *) add ids "$id" ' ' ;; esac
  [ -z "$ours" ] || [ "$id" = "$ours" ] || add foreign "$id (in $version)" ', '
}
`.trim()

const REPORT_DATA = `
printf 'clusterIds=%s\\n' "$ids"
printf 'foreign=%s\\n' "$foreign"
printf 'trouble=%s\\n' "$trouble"
`.trim()

/**
 * What the NameNode directories hold. Prints
 * `state=` empty (every directory is absent or empty), formatted (one or more is whole, the others are empty:
 * the NameNode fills those by itself) or broken; `found=` with the words for it; `clusterIds=`; `foreign=`;
 * `layouts=` the layout versions of the image; `record=` the clusterID of an earlier format on record; `lost=` the record, when it says formatted and the
 * directories are empty.
 */
export function nameDirsScript(options: {
  readonly dirs: readonly string[]
  readonly clusterId: string
  readonly record?: string
  readonly signature?: Signature
}): string {
  const signature = options.signature ?? SIGNATURES.hadoop3
  return [
    shared(signature),
    sh`ours=${options.clusterId} record_file=${options.record ?? FORMAT_RECORD} image=${signature.image}`,
    ...(signature.id === 'namespaceID' ? [OURS_BY_RECORD] : []),
    LOOK_AT_NAMES,
    ...options.dirs.map((dir) => sh`look ${dir}`),
    REPORT_NAMES,
  ].join('\n')
}

/** A format that was begun and not put on record ran to its end, or not at all: what it drew is taken for ours. */
const OURS_BY_RECORD = `
begun=
case $(cat "$record_file" 2>/dev/null) in
  *'"namespaceId"'*) ours=$(sed -n 's/.*"namespaceId": *"\\([^"]*\\)".*/\\1/p' "$record_file" | head -n 1) ;;
  *'"begunAt"'*) begun=yes ours= ;;
  *) ours='made by no format on record' ;;
esac
`.trim()

const LOOK_AT_NAMES = `
ids= layouts= foreign= broken= whole=0
look() {
  there "$1" || return 0
  if [ ! -d "$1" ] || ! readable "$1"; then add broken "$1 cannot be read" ', '; return; fi
  holds_something "$1" || return 0
  version=$1/current/VERSION
  if [ ! -f "$version" ]; then add broken "$1 holds files, but no current/VERSION" ', '; return; fi
  if ! id=$(clusterid "$version" 2>/dev/null) || [ -z "$id" ]; then
    add broken "$version names no $idname" ', '
    return 0
  fi
  case " $ids " in *" $id "*) ;; *) add ids "$id" ' ' ;; esac
  [ -z "$ours" ] || [ "$id" = "$ours" ] || add foreign "$id (in $version)" ', '
  layout=$(sed -n 's/^layoutVersion=//p' "$version" | head -n 1)
  case " $layouts " in *" $layout "*) ;; *) add layouts "$layout" ' ' ;; esac
  if [ -z "$(find "$1/current" -maxdepth 1 -type f -name "$image" ! -name '*.*' | head -n 1)" ]; then
    add broken "$1 has a VERSION, but no fsimage" ', '
    return 0
  fi
  whole=$((whole + 1))
}
`.trim()

const REPORT_NAMES = `
record= lost=
if [ -e "$record_file" ]; then
  record=$(sed -n 's/.*"clusterId": *"\\([^"]*\\)".*/\\1/p' "$record_file" | head -n 1)
  [ -n "$record" ] || record=unreadable
fi
if [ -n "$broken" ]; then state=broken
elif [ "$whole" -gt 0 ]; then state=formatted
else
  state=empty
  if [ -n "$record" ] && [ "\${begun:-}" != yes ]; then lost="clusterID $record ($record_file)"; fi
fi
printf 'state=%s\\n' "$state"
printf 'found=%s\\n' "$broken"
printf 'clusterIds=%s\\n' "$ids"
printf 'layouts=%s\\n' "$layouts"
printf 'foreign=%s\\n' "$foreign"
printf 'record=%s\\n' "$record"
printf 'lost=%s\\n' "$lost"
`.trim()
