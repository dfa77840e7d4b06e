/** The base tree of the hosts of a release: made once by mmdebstrap, then only read. */
import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { withLock } from '../../provisioners/artifacts/lock.ts'
import type { Reporter } from '../../provisioners/events.ts'
import { labCache } from '../names.ts'
import { run } from '../run.ts'
import { APT_CONF } from '../texts.ts'
import { OPS_PASSWORD_USER, OPS_USER, type Release } from '../types.ts'
import { machineMirror } from './apt.ts'

const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'iproute2', 'procps'],
  ...['sudo', 'ca-certificates', 'curl'],
]

/** Runs on this machine with the tree as $1: adds users, and removes what hosts must not share or what slows them. */
const CUSTOMIZE = `set -e
for user in ${OPS_USER} ${OPS_PASSWORD_USER}; do
  chroot "$1" useradd --create-home --shell /bin/bash "$user"
  chroot "$1" install -d -m 0700 -o "$user" -g "$user" "/home/$user/.ssh"
  chroot "$1" install -m 0600 -o "$user" -g "$user" /dev/null "/home/$user/.ssh/authorized_keys"
done
printf '%s\\n' '${OPS_USER} ALL=(ALL:ALL) NOPASSWD: ALL' '${OPS_PASSWORD_USER} ALL=(ALL:ALL) ALL' >"$1/etc/sudoers.d/lab"
chmod 0440 "$1/etc/sudoers.d/lab"
printf '%s' '${APT_CONF}' >"$1/etc/apt/apt.conf.d/50lab"
rm -f "$1"/etc/ssh/ssh_host_*
: >"$1/etc/machine-id"
rm -f "$1/etc/resolv.conf"
: >"$1/etc/resolv.conf"
rm -f "$1/etc/hostname"
for unit in apt-daily.timer apt-daily-upgrade.timer; do ln -sf /dev/null "$1/etc/systemd/system/$unit"; done
touch "$1/etc/.updated" "$1/var/.updated"
`

const recipeOf = (release: string): string[] => [
  '--mode=root',
  '--variant=minbase',
  `--include=${PACKAGES.join(',')}`,
  // Package lists are kept, so that a host can install without fetching them again.
  '--skip=cleanup/apt/lists',
  '--aptopt=Acquire::Check-Valid-Until "false"',
  '--aptopt=Acquire::Languages "none"',
  '--dpkgopt=force-unsafe-io',
  `--customize-hook=${CUSTOMIZE}`,
  release,
]

/** The name of a tree depends on all its inputs, so that a changed recipe makes a new tree. */
export function baseName(release: string, mirror: string): string {
  const recipe = JSON.stringify(recipeOf(release).concat(mirror))
  return `base-${release}-${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}`
}

/**
 * The base tree of a release, from the cache or made now (about 30 s, 250 MB).
 * Throws LAB_NO_MIRROR, LAB_COMMAND_FAILED, LAB_INTERRUPTED.
 */
export async function ensureBase(
  release: Release,
  cacheDir: string | undefined,
  report: Reporter,
  signal?: AbortSignal,
): Promise<string> {
  const mirror = await machineMirror()
  const cache = labCache(cacheDir)
  const dir = join(cache, baseName(release, mirror))
  const isThere = () =>
    access(dir).then(
      () => true,
      () => false,
    )
  if (await isThere()) return dir
  await mkdir(cache, { recursive: true })
  await withLock(
    `${dir}.lock`,
    async () => {
      if (await isThere()) return
      report({ type: 'phase', title: `Making the base tree of Debian ${release} (once)` })
      await sweep(cache, `${basename(dir)}.part-`)
      const temporary = await mkdtemp(`${dir}.part-`)
      try {
        const tree = join(temporary, 'tree')
        await run('mmdebstrap', [...recipeOf(release), tree, mirror], { signal, timeout: 900_000 })
        await rename(tree, dir)
      } finally {
        await rm(temporary, { recursive: true, force: true })
      }
    },
    signal,
  )
  return dir
}

/** Removes what a killed run left. The caller holds the lock, so no other process uses it. */
async function sweep(dir: string, prefix: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (name.startsWith(prefix)) await rm(join(dir, name), { recursive: true, force: true })
  }
}
