import { quote } from '../../shell.ts'
import { sha256 } from '../hash.ts'
import type { Unit, World } from '../types.ts'

/** The files of a unit. `root` is '' on a real host. */
export function unitPaths(root: string, name: string) {
  return {
    unit: `${root}/etc/systemd/system/${name}.service`,
    dropInDir: `${root}/etc/systemd/system/${name}.service.d`,
    dropIn: `${root}/etc/systemd/system/${name}.service.d/howdah.conf`,
    list: `${root}/etc/howdah/units/${name}.files`,
    started: `${root}/run/howdah/started/${name}`,
    recorder: `${root}/usr/local/lib/howdah/record-start`,
  }
}

/**
 * The script that a unit runs before its process starts: it records the sha256 of every file that the process
 * reads. First line: the sha256 of the lines that follow; then `<sha256 or absent>  <path>`, one line per file.
 */
export const recordStart = (root: string): string => `#!/bin/sh
# Written by Howdah. Records what a unit is started with, so that a plan sees when a restart is due.
set -eu
umask 077
name=$1
list=${quote(`${root}/etc/howdah/units`)}/$name.files
dir=${quote(`${root}/run/howdah/started`)}
mkdir -p "$dir"
chmod 0700 "$dir"
tmp=$(mktemp "$dir/.$name.XXXXXX")
trap 'rm -f "$tmp" "$tmp.lines"' EXIT
while IFS= read -r path; do
  sum=absent
  if [ -f "$path" ]; then sum=$(sha256sum <"$path"); fi
  printf '%s  %s\\n' "\${sum%% *}" "$path"
done <"$list" >"$tmp.lines"
sum=$(sha256sum <"$tmp.lines")
{ printf '%s\\n' "\${sum%% *}"; cat "$tmp.lines"; } >"$tmp"
mv -f "$tmp" "$dir/$name"
`

/**
 * The drop-in of every unit. The leading '-' lets a unit start when the recorder is missing: a cluster must not
 * depend on Howdah to boot; the plan then asks for a restart.
 */
export const dropInContent = (root: string, name: string): string =>
  `# Written by Howdah.\n[Service]\nExecStartPre=-+${unitPaths(root, name).recorder} ${name}\n`

/** Everything whose change means a restart, sorted by bytes as the list file holds it. */
export function effectivePaths(root: string, unit: Unit): string[] {
  const paths = unitPaths(root, unit.name)
  const own = unit.content === undefined ? [paths.dropIn] : [paths.unit, paths.dropIn]
  return [...new Set([...unit.effective, ...own])].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
}

export const listContent = (root: string, unit: Unit): string => `${effectivePaths(root, unit).join('\n')}\n`

/** What the recorder will write when the unit starts with the files that the plan wants. */
export function wantedRecord(root: string, unit: Unit, world: World): { hash: string; lines: string[] } {
  const paths = unitPaths(root, unit.name)
  const sumOf = (path: string): string => {
    if (path === paths.unit && unit.content !== undefined) return sha256(unit.content)
    if (path === paths.dropIn) return sha256(dropInContent(root, unit.name))
    return world.fileSha256(path) ?? 'absent'
  }
  const lines = effectivePaths(root, unit).map((path) => `${sumOf(path)}  ${path}`)
  return { hash: sha256(`${lines.join('\n')}\n`), lines }
}

/** Paths whose lines differ between two records. */
export function changedPaths(started: readonly string[], wanted: readonly string[]): string[] {
  const pathOf = (line: string) => line.slice(line.indexOf('  ') + 2)
  const [before, after] = [new Set(started), new Set(wanted)]
  const changed = [
    ...wanted.filter((line) => !before.has(line)),
    ...started.filter((line) => !after.has(line)),
  ]
  return [...new Set(changed.map(pathOf))]
}
