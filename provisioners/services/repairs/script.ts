import { sh } from '../../shell.ts'
import type { Repair, RepairAction } from './types.ts'

const basename = (jar: string): string => jar.slice(jar.lastIndexOf('/') + 1)

/**
 * The functions that the script of a repair calls. $home, $extras and the function `say` must be set. `aside` has the
 * jars that were removed from lib, and a mark for each jar that was added. So a repair that is no longer in the list is
 * reverted: every run first restores lib as it was in the tarball.
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

function remove({ jars, below }: Extract<RepairAction, { kind: 'remove' }>): string {
  const old = below === undefined ? '' : sh` && [ "$(major "$jar")" -lt ${below} ]`
  return `for jar in "$lib"/${jars}; do if [ -f "$jar" ]${old}; then take "$jar"; fi; done`
}

function add({ jar, unless }: Extract<RepairAction, { kind: 'add' }>): string {
  return unless === undefined ? sh`put ${jar}` : sh`there ${unless} || put ${jar}`
}

/** Shell that applies a list of repairs to lib. POSIX sh; safe to run twice, and after an interruption. */
export const repairScript = (repairs: readonly Repair[]): string =>
  [
    PRELUDE,
    ...repairs.flatMap(({ actions }) =>
      actions.flatMap((action) => {
        if (action.kind === 'remove') return [remove(action)]
        return action.kind === 'add' ? [add(action)] : []
      }),
    ),
  ].join('\n')

function actionText(action: RepairAction): string {
  if (action.kind === 'opens') return 'packages of the JDK are opened'
  if (action.kind === 'driver') return `${action.jar} reaches a database of ${action.database}`
  if (action.kind === 'first') return `${basename(action.jar)} comes first on the class path`
  if (action.kind === 'tasks') return `${basename(action.jar)} on the class path of tasks`
  if (action.kind === 'remove')
    return `${action.jars}${action.below === undefined ? '' : ` before ${action.below}`} removed`
  return `${basename(action.jar)} added${action.unless === undefined ? '' : ` where no ${action.unless} is`}`
}

/** One repair in a line, with its reason. For the list on the host, and so for the plan. */
export const repairLine = ({ name, actions, reason }: Repair): string =>
  `${name}: ${actions.map(actionText).join(', ')} (${reason})`
