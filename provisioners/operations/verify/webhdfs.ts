/** Shell for the gateway that uses WebHDFS with curl, because each start of `hdfs dfs` takes a second or more. */

import { raw, sh } from '../../shell.ts'
import { HDFS_SUPERUSER, type Place, RUN_GROUP, RUN_USER } from './place.ts'

/** Marks a directory that Howdah created for the demo. */
export const MARKER = '.howdah-sample'

/** Shell functions: `ask METHOD PATH OP-AND-PARAMETERS USER`, `there PATH`, `put FILE PATH`, `own PATH MODE`. */
const preamble = (namenode: string, scratch: string): string => sh`set -eu
base=${`${namenode}/webhdfs/v1`}
reply=$(mktemp ${`${scratch}/reply.XXXXXX`})
trap 'rm -f "$reply"' EXIT
ask() {
  code=$(curl -sS -m 60 -o "$reply" -w '%{http_code}' -X "$1" "$base$2?op=$3&user.name=$4") || exit 1
  case $code in 2??) ;; *) echo "HTTP $code from $1 $base$2?op=$3: $(cat "$reply")" >&2; exit 1 ;; esac
}
there() {
  code=$(curl -sS -m 60 -o "$reply" -w '%{http_code}' "$base$1?op=GETFILESTATUS&user.name=${HDFS_SUPERUSER}") || exit 1
  case $code in 200) return 0 ;; 404) return 1 ;; *) echo "HTTP $code: $(cat "$reply")" >&2; exit 1 ;; esac
}
put() {
  place=$(curl -sS -m 60 -o "$reply" -w '%{redirect_url}' -X PUT "$base$2?op=CREATE&overwrite=true&user.name=${RUN_USER}")
  [ -n "$place" ] || { echo "the NameNode named no DataNode for $2: $(cat "$reply")" >&2; exit 1; }
  code=$(curl -sS -m 120 -o "$reply" -w '%{http_code}' -T "$1" "$place") || exit 1
  [ "$code" = 201 ] || { echo "HTTP $code while writing $2: $(cat "$reply")" >&2; exit 1; }
}
own() {
  ask PUT "$1" "MKDIRS&permission=$2" ${HDFS_SUPERUSER}
  ask PUT "$1" ${`SETOWNER&owner=${RUN_USER}&group=${RUN_GROUP}`} ${HDFS_SUPERUSER}
}
`

export const TREE = ['tracking', 'import', 'hive', 'course_enrollment_daily', 'course_activity'] as const

/** Empties the root first. Refuses a root that Howdah did not create. Prints `home=made` when it created the home. */
const makeTree = (place: Place): string => sh`
home=${`/user/${RUN_USER}`}
there "$home" || { own "$home" 755; echo home=made; }
root=${place.root}
if there "$root"; then
  there "$root/${raw(MARKER)}" || { echo "$root exists in HDFS and was not made by howdah, so it was not changed" >&2; exit 3; }
  ask DELETE "$root" 'DELETE&recursive=true&skiptrash=true' ${HDFS_SUPERUSER}
fi
own "$root" 775
: > ${`${place.local}/marker`}
put ${`${place.local}/marker`} "$root/${raw(MARKER)}"
for name in ${TREE}; do own "$root/$name" 775; done
`

/** Creates the directories of the run, writes the logs, and prints a listing at the end. */
export const loadLogs = (
  place: Place,
  namenode: string,
  files: readonly string[],
): string => sh`${raw(preamble(namenode, place.local))}${raw(makeTree(place))}
for name in ${files}; do put ${`${place.local}/`}"$name" "$root/tracking/$name"; done
ask GET "$root/tracking" LISTSTATUS ${RUN_USER}
cat "$reply"
`

/** Removes the directories of the run, and the home when the run created it. */
export const removeTree = (
  place: Place,
  namenode: string,
  homeMade: boolean,
): string => sh`${raw(preamble(namenode, '/tmp'))}
ask DELETE ${place.root} 'DELETE&recursive=true&skiptrash=true' ${HDFS_SUPERUSER}
${raw(homeMade ? sh`ask DELETE ${`/user/${RUN_USER}`} 'DELETE&recursive=true&skiptrash=true' ${HDFS_SUPERUSER}` : '')}
`

/** Parses names and lengths from the LISTSTATUS answer at the end of the output. */
export function parseListing(text: string): Map<string, number> {
  const start = text.indexOf('{"FileStatuses"')
  const listing = JSON.parse(start < 0 ? '{}' : text.slice(start)) as {
    FileStatuses?: { FileStatus: { pathSuffix: string; length: number }[] }
  }
  return new Map((listing.FileStatuses?.FileStatus ?? []).map((file) => [file.pathSuffix, file.length]))
}

/** Asks the NameNode for every block below the root and its locations, like `hdfs fsck`. */
export const fsck = (place: Place, namenode: string): string =>
  sh`curl -sS -m 60 ${`${namenode}/fsck?ugi=${HDFS_SUPERUSER}&user.name=${HDFS_SUPERUSER}&files=1&blocks=1&locations=1&path=${place.root}`}`

export interface BlockHealth {
  readonly blocks: number
  /** The lowest number of live replicas of a block. */
  readonly fewest: number
  readonly healthy: boolean
}

export function parseFsck(text: string): BlockHealth {
  const copies = [...text.matchAll(/\b(?:Live_)?repl=(\d+)/g)].map((match) => Number(match[1]))
  return {
    blocks: copies.length,
    fewest: copies.length === 0 ? 0 : Math.min(...copies),
    healthy: /is HEALTHY/.test(text),
  }
}
