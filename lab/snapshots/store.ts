/** Snapshots on this machine's disk: `<cache>/lab/snapshots/<name>-<random>/`. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { HowdahError } from '../../provisioners/errors.ts'
import { labCache } from '../names.ts'
import { hostsSchema, labNames, readState, subnetSchema } from '../state.ts'
import type { LabStateHost, StoredSnapshot } from '../types.ts'

const schema = z.object({
  formatVersion: z.literal(1),
  name: z.string(),
  key: z.string(),
  lab: z.string(),
  stateDir: z.string().startsWith('/'),
  subnet: subnetSchema,
  hosts: hostsSchema,
  taken: z.string(),
})

export const snapshotsDir = (cacheDir?: string): string => join(labCache(cacheDir), 'snapshots')

async function readSnapshot(dir: string): Promise<StoredSnapshot | undefined> {
  const text = await readFile(join(dir, 'snapshot.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return { ...schema.parse(JSON.parse(text)), dir }
  } catch {
    return undefined
  }
}

/** Every complete snapshot, the newest first. */
export async function listSnapshots(cacheDir?: string): Promise<StoredSnapshot[]> {
  const root = snapshotsDir(cacheDir)
  const names = await readdir(root).catch(() => [])
  const found = await Promise.all(names.map((name) => readSnapshot(join(root, name))))
  return found.filter((one) => one !== undefined).sort((a, b) => (a.taken < b.taken ? 1 : -1))
}

/**
 * The newest snapshot of this name. Throws LAB_SNAPSHOT_UNKNOWN without one, and LAB_SNAPSHOT_STALE when other sources
 * than `key` made it.
 */
export async function findSnapshot(name: string, key: string, cacheDir?: string): Promise<StoredSnapshot> {
  const all = await listSnapshots(cacheDir)
  const found = all.find((snapshot) => snapshot.name === name)
  if (found === undefined) {
    throw new HowdahError({
      code: 'LAB_SNAPSHOT_UNKNOWN',
      exit: 'preflight',
      message: `There is no snapshot "${name}" here`,
      found: [...new Set(all.map((one) => one.name))].join(', ') || 'no snapshot',
      next: `howdah lab demo && howdah lab snapshot ${name}`,
    })
  }
  if (found.key === key) return found
  throw new HowdahError({
    code: 'LAB_SNAPSHOT_STALE',
    exit: 'preflight',
    message: `Other sources than these made the snapshot "${name}"`,
    found: found.key.slice(0, 12),
    expected: key.slice(0, 12),
    where: found.dir,
    next: `howdah lab demo && howdah lab snapshot ${name}`,
  })
}

const layersOf = (hosts: readonly LabStateHost[]): string[] => hosts.flatMap(({ layers }) => layers)

/** Removes all snapshots of this name, except those that a lab or another snapshot uses. Returns the number removed. */
export async function removeSnapshots(
  name: string,
  keep: string | undefined,
  cacheDir?: string,
): Promise<number> {
  const all = await listSnapshots(cacheDir)
  const states = await Promise.all((await labNames()).map(readState))
  let removed = 0
  for (const { dir } of all.filter((one) => one.name === name && one.dir !== keep)) {
    const others = all.filter((one) => one.dir !== dir).flatMap(({ hosts }) => layersOf(hosts))
    const used = [...others, ...states.flatMap((state) => layersOf(state?.hosts ?? []))]
    if (used.some((layer) => layer.startsWith(`${dir}/`))) continue
    await rm(dir, { recursive: true, force: true })
    removed += 1
  }
  return removed
}

/** Removes what an interrupted snapshot left. The caller holds the store's lock. */
export async function sweepSnapshots(cacheDir?: string): Promise<void> {
  const root = snapshotsDir(cacheDir)
  await mkdir(root, { recursive: true, mode: 0o700 })
  for (const name of await readdir(root)) {
    if (name.includes('.part-')) await rm(join(root, name), { recursive: true, force: true })
  }
}
