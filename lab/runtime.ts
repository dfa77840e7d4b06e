import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { unmountBelow } from './machine/mounts.ts'
import { bridgeName, stateDirOf } from './names.ts'

const NSPAWN = '/run/systemd/nspawn'

/**
 * Removes what a killed systemd-nspawn leaves in /run: a directory for each machine, and the lock of each tree, whose
 * name is the tree's inode. So call it while the trees are still mounted.
 */
export async function removeRuntime(lab: string): Promise<void> {
  for (const machine of await readdir(join(NSPAWN, 'propagate')).catch(() => [])) {
    if (!machine.startsWith(`${bridgeName(lab)}-`)) continue
    await unmountBelow(join(NSPAWN, 'propagate', machine))
    await rm(join(NSPAWN, 'propagate', machine), { recursive: true, force: true })
  }
  const hosts = join(stateDirOf(lab), 'hosts')
  for (const host of await readdir(hosts).catch(() => [])) {
    const tree = await stat(join(hosts, host, 'root')).catch(() => undefined)
    if (tree !== undefined) await rm(join(NSPAWN, 'locks', `inode-${tree.dev}:${tree.ino}`), { force: true })
  }
}
