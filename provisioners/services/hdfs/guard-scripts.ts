import type { Generation } from '../../config/types.ts'
import { MOUNTS_FILE, mountFunctions } from '../../engine/index.ts'
import { sh } from '../../shell.ts'

/**
 * The probes of the NameNode's format guard, in shell. They only read. What they cannot read is reported, and never
 * counts as empty.
 */

/** The record of a NameNode's format. It is not on the NameNode's own disks, so that it survives them. */
export const FORMAT_RECORD = '/var/lib/howdah/hdfs-format.json'

/**
 * How a generation identifies its storage. Hadoop 1 has no clusterID: the NameNode makes a random namespaceID when it
 * is formatted. So only the record shows that a namespaceID comes from a format by Howdah.
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

const shared = ({ id }: Signature): string =>
  [sh`idname=${id}`, `clusterid() { sed -n "s/^$idname=//p" "$1" | head -n 1; }`, SHARED].join('\n')

/** Shell functions of every script that reads storage directories. */
export const SHARED = `
add() { eval "$1=\\"\\\${$1:+\\\${$1}$3}\\$2\\""; }
there() {
  [ ! -e "$1" ] || return 0
  # Only "No such file" counts: a disk that answers with an error, or a dangling link, is not an empty directory.
  case $(LC_ALL=C stat -- "$1" 2>&1) in *'No such file or directory'*) return 1 ;; esac
}
holds_something() { [ -n "$(find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found 2>/dev/null | head -n 1)" ]; }
readable() { find "$1" -mindepth 1 -maxdepth 1 >/dev/null 2>&1; }
`.trim()

/**
 * Reads the DataNode directories. Prints `clusterIds=` (all that were found, separated by blanks), `foreign=` (those
 * that are not `clusterId`, each with its file) and `unreadable=` (what could not be read, and disks that are not
 * mounted).
 */
export function dataDirsScript(options: {
  readonly dirs: readonly { readonly path: string; readonly mount?: string }[]
  /** '' where it is not known. */
  readonly clusterId: string
  readonly signature?: Signature
  readonly mounts?: string
}): string {
  const looks = options.dirs.map(({ path, mount }) => sh`look ${path} ${mount ?? ''}`)
  return [
    shared(options.signature ?? SIGNATURES.hadoop3),
    mountFunctions(options.mounts ?? MOUNTS_FILE),
    sh`ours=${options.clusterId}`,
    READ_DATA,
    ...looks,
    REPORT_DATA,
  ].join('\n')
}

const READ_DATA = `
ids= foreign= unreadable=
look() {
  lost=$(howdah_missing_mount "$1")
  if [ -z "$lost" ] && [ -n "$2" ] && ! mountpoint -q "$2"; then lost=$2; fi
  if [ -n "$lost" ]; then add unreadable "$lost is not mounted" ', '; return; fi
  there "$1" || return 0
  if [ ! -d "$1" ] || ! readable "$1"; then add unreadable "$1 cannot be read" ', '; return; fi
  holds_something "$1" || return 0
  version=$1/current/VERSION
  if [ ! -e "$version" ]; then
    # A DataNode that ended at its first start leaves only a lock.
    if [ -n "$(find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name in_use.lock | head -n 1)" ]; then
      add unreadable "$1 holds files, but no current/VERSION" ', '
    fi
    return 0
  fi
  if ! id=$(clusterid "$version" 2>/dev/null) || [ -z "$id" ]; then
    add unreadable "$version names no $idname" ', '
    return 0
  fi
  case " $ids " in *" $id "*) ;; *) add ids "$id" ' ' ;; esac
  [ -z "$ours" ] || [ "$id" = "$ours" ] || add foreign "$id (in $version)" ', '
}
`.trim()

const REPORT_DATA = `
printf 'clusterIds=%s\\n' "$ids"
printf 'foreign=%s\\n' "$foreign"
printf 'unreadable=%s\\n' "$unreadable"
`.trim()

/**
 * Reads the NameNode directories. Prints `state=` empty (every directory is absent or empty), formatted (one or more is
 * complete, the others are empty: the NameNode fills those on its own) or broken; `found=` with the reason for broken;
 * `clusterIds=`; `foreign=`; `layouts=` the layout versions of the image; `record=` the clusterID of an earlier format
 * on record; `lost=` that record and its directories, when it exists and the configured directories are empty.
 */
export function nameDirsScript(options: {
  readonly dirs: readonly string[]
  readonly clusterId: string
  readonly record?: string
  readonly signature?: Signature
  readonly mounts?: string
}): string {
  const signature = options.signature ?? SIGNATURES.hadoop3
  return [
    shared(signature),
    mountFunctions(options.mounts ?? MOUNTS_FILE),
    sh`ours=${options.clusterId} record_file=${options.record ?? FORMAT_RECORD} image=${signature.image}`,
    ...(signature.id === 'namespaceID' ? [OURS_BY_RECORD] : []),
    READ_NAMES,
    ...options.dirs.map((dir) => sh`look ${dir}`),
    REPORT_NAMES,
  ].join('\n')
}

/** A format that was begun and not recorded either completed or did not run: its namespaceID counts as ours. */
const OURS_BY_RECORD = `
begun=
case $(cat "$record_file" 2>/dev/null) in
  *'"namespaceId"'*) ours=$(sed -n 's/.*"namespaceId": *"\\([^"]*\\)".*/\\1/p' "$record_file" | head -n 1) ;;
  *'"begunAt"'*) begun=yes ours= ;;
  *) ours='made by no format on record' ;;
esac
`.trim()

const READ_NAMES = `
ids= layouts= foreign= broken= whole=0
look() {
  lost=$(howdah_missing_mount "$1")
  if [ -n "$lost" ]; then add broken "$1 is on the disk of $lost, which is not mounted" ', '; return; fi
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
  formatted=$(sed -n 's/.*"directories": *"\\([^"]*\\)".*/\\1/p' "$record_file" | head -n 1)
fi
if [ -n "$broken" ]; then state=broken
elif [ "$whole" -gt 0 ]; then state=formatted
else
  state=empty
  if [ -n "$record" ] && [ "\${begun:-}" != yes ]; then
    lost="clusterID $record\${formatted:+ in $formatted} ($record_file)"
  fi
fi
printf 'state=%s\\n' "$state"
printf 'found=%s\\n' "$broken"
printf 'clusterIds=%s\\n' "$ids"
printf 'layouts=%s\\n' "$layouts"
printf 'foreign=%s\\n' "$foreign"
printf 'record=%s\\n' "$record"
printf 'lost=%s\\n' "$lost"
`.trim()
