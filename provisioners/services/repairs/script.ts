import { sh } from '../../shell.ts'
import type { Deed, Repair } from './types.ts'

const basename = (jar: string): string => jar.slice(jar.lastIndexOf('/') + 1)

/**
 * The functions that a repair's script is made of; $home and $extras are set, `say` is there. What is taken out of lib
 * lies in `aside` and what is put in is on record there, so that a list of repairs which got shorter is undone: every
 * run begins by making lib what the tarball held.
 */
const PRELUDE = `
lib=$home/lib aside=$home/.howdah-aside
mkdir -p "$lib" "$aside/removed" "$aside/added"
undo() {
  for mark in "$aside"/added/*.jar; do
    [ -f "$mark" ] || continue
    rm -f "$lib/\${mark##*/}"
    rm -f "$mark"
  done
  for jar in "$aside"/removed/*.jar; do
    [ -f "$jar" ] || continue
    mv -f "$jar" "$lib/\${jar##*/}"
  done
}
take() {
  mv -f "$1" "$aside/removed/\${1##*/}"
  say "removed \${1##*/}"
}
major() {
  number=\${1##*/}
  number=\${number#"\${number%%-[0-9]*}"-}
  printf '%s' "\${number%%[!0-9]*}"
}
put() {
  name=\${1##*/}
  [ -f "$extras/$1" ] || { echo "$extras/$1 is missing" >&2; exit 1; }
  if [ -f "$lib/$name" ]; then mv -f "$lib/$name" "$aside/removed/$name"; fi
  : >"$aside/added/$name"
  install -m 0644 "$extras/$1" "$lib/.$name.part"
  mv -f "$lib/.$name.part" "$lib/$name"
  say "added $name"
}
there() { for jar in "$lib"/$1; do [ ! -f "$jar" ] || return 0; done; return 1; }
undo
`.trim()

function remove({ jars, below }: Extract<Deed, { kind: 'remove' }>): string {
  const old = below === undefined ? '' : sh` && [ "$(major "$jar")" -lt ${below} ]`
  return `for jar in "$lib"/${jars}; do if [ -f "$jar" ]${old}; then take "$jar"; fi; done`
}

function add({ jar, unless }: Extract<Deed, { kind: 'add' }>): string {
  return unless === undefined ? sh`put ${jar}` : sh`there ${unless} || put ${jar}`
}

/** The files of lib, made what a list of repairs wants. POSIX sh; safe to run twice, and after it was cut off. */
export const repairScript = (repairs: readonly Repair[]): string =>
  [
    PRELUDE,
    ...repairs.flatMap(({ deeds }) =>
      deeds.flatMap((deed) => {
        if (deed.kind === 'remove') return [remove(deed)]
        return deed.kind === 'add' ? [add(deed)] : []
      }),
    ),
  ].join('\n')

function deedWords(deed: Deed): string {
  if (deed.kind === 'opens') return 'packages of the JDK are opened'
  if (deed.kind === 'driver') return `${deed.jar} reaches a database of ${deed.database}`
  if (deed.kind === 'first') return `${basename(deed.jar)} comes first on the class path`
  if (deed.kind === 'tasks') return `${basename(deed.jar)} on the class path of tasks`
  if (deed.kind === 'remove')
    return `${deed.jars}${deed.below === undefined ? '' : ` before ${deed.below}`} removed`
  return `${basename(deed.jar)} added${deed.unless === undefined ? '' : ` where no ${deed.unless} is`}`
}

/** One repair in a line: what, and why. For the list on the host, and so for the plan. */
export const repairLine = ({ name, deeds, reason }: Repair): string =>
  `${name}: ${deeds.map(deedWords).join(', ')} (${reason})`
