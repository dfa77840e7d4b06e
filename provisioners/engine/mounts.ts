import { quote } from '../shell.ts'

/** Where a host keeps the mount points of its data directories. `root` is '' on a real host. */
export const mountsFileAt = (root: string): string => `${root}/var/lib/howdah/mounts`

/** A line for each data directory that is not on the root disk: the directory, a tab, and the mount point that holds it. */
export const MOUNTS_FILE = mountsFileAt('')

/**
 * Shell functions about mount points. `howdah_mount_of DIR` prints the mount point that holds a directory, which need not
 * exist: `/` for the root disk. `howdah_recorded_mount DIR` prints the one on record, or nothing. `howdah_lost_mount DIR`
 * prints the one on record when it is no longer mounted; `howdah_missing_mount PATH` does so for a path and for all
 * directories above it.
 */
const FUNCTIONS = `
howdah_mount_of() (
  at=$1
  until [ -z "$at" ] || mountpoint -q "$at"; do at=\${at%/*}; done
  printf '%s\\n' "\${at:-/}"
)
howdah_recorded_mount() {
  [ -f "$howdah_mounts" ] || return 0
  WANT=$1 awk -F '\\t' '$1 == ENVIRON["WANT"] { print $2; exit }' "$howdah_mounts"
}
howdah_lost_mount() (
  was=$(howdah_recorded_mount "$1")
  [ -n "$was" ] || exit 0
  now=$(howdah_mount_of "$1")
  # Both are above the directory, so the longer one is the nearer one.
  [ "\${#now}" -ge "\${#was}" ] || printf '%s\\n' "$was"
)
howdah_missing_mount() (
  at=$1
  while [ -n "$at" ]; do
    lost=$(howdah_lost_mount "$at")
    if [ -n "$lost" ]; then printf '%s\\n' "$lost"; exit 0; fi
    at=\${at%/*}
  done
)
`.trim()

/** The functions above, for a script that reads the record of mount points. */
export const mountFunctions = (mountsFile: string): string =>
  `howdah_mounts=${quote(mountsFile)}\n${FUNCTIONS}`

/**
 * A function for the probe of a directory: `howdah_fstab MOUNT` prints what /etc/fstab mounts there. Not the options, since
 * they may hold a password.
 */
export const FSTAB = `
howdah_fstab() {
  [ -f /etc/fstab ] || return 0
  WANT=$1 awk '$1 !~ /^#/ && $2 == ENVIRON["WANT"] { print $1 " (" $3 ")"; exit }' /etc/fstab
}
`.trim()

/**
 * A function for a script that makes a directory: `howdah_keep_mount DIR` records the mount point that holds it, unless
 * that is the root. It writes a new file and renames it.
 */
export const KEEP_MOUNT = `
howdah_keep_mount() {
  now=$(howdah_mount_of "$1")
  if [ "$now" = / ] || [ "$now" = "$(howdah_recorded_mount "$1")" ]; then return 0; fi
  mkdir -p "\${howdah_mounts%/*}"
  new=$(mktemp "$howdah_mounts.XXXXXX")
  if [ -f "$howdah_mounts" ]; then
    WANT=$1 awk -F '\\t' '$1 != ENVIRON["WANT"]' "$howdah_mounts" >"$new"
  fi
  printf '%s\\t%s\\n' "$1" "$now" >>"$new"
  chmod 0644 "$new"
  sync "$new"
  mv -fT "$new" "$howdah_mounts"
}
`.trim()
