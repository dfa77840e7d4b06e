import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { contentFile, indexEntries } from './cache.ts'
import { hashFile } from './hash.ts'
import type { Artifact, ProviderContext } from './types.ts'

/** A file of the cache, with the requests that it answers. */
export interface CachedFile {
  readonly artifact: Omit<Artifact, 'url'>
  /** Index files that lead to it. */
  readonly index: readonly string[]
}

/** What the cache holds, by name and version. A file whose index is gone is not listed; `prune` removes it. */
export async function listCache(cacheDir: string): Promise<readonly CachedFile[]> {
  const byFile = new Map<string, CachedFile>()
  for (const { file: index, artifact } of await indexEntries(cacheDir)) {
    const file = contentFile(cacheDir, artifact)
    if (!(await stat(file).catch(() => undefined))) continue
    const known = byFile.get(file)
    byFile.set(file, { artifact: { ...artifact, file }, index: [...(known?.index ?? []), index] })
  }
  const order = ({ artifact }: CachedFile) => `${artifact.name} ${artifact.version} ${artifact.sha256}`
  return [...byFile.values()].sort((a, b) => order(a).localeCompare(order(b)))
}

export interface Damage {
  readonly artifact: Omit<Artifact, 'url'>
  /** The hash that it has. */
  readonly found: string
}

/** Hashes every file of the cache anew. @returns those whose content is not what it was. */
export async function verifyCache(
  context: ProviderContext,
): Promise<{ readonly good: number; readonly damaged: readonly Damage[] }> {
  const cached = await listCache(context.cacheDir)
  const damaged: Damage[] = []
  for (const [i, { artifact }] of cached.entries()) {
    const title = `Hashing ${artifact.fileName}`
    context.report({
      type: 'progress',
      ...{ id: 'verify', title, done: i, total: cached.length, unit: 'items' },
    })
    const found = await hashFile(artifact.file, 'sha256', context.signal)
    if (found !== artifact.sha256) damaged.push({ artifact, found })
  }
  return { good: cached.length - damaged.length, damaged }
}

/** A file or directory that can go, and its size. */
export interface Removable {
  readonly path: string
  readonly bytes: number
  readonly what: string
}

/**
 * What is in the cache and not wanted: artifacts whose hash is not among `keep`, contents without an index, and halves
 * of downloads. Removes nothing.
 */
export async function prunable(cacheDir: string, keep: ReadonlySet<string>): Promise<readonly Removable[]> {
  const cached = await listCache(cacheDir)
  const known = new Set(cached.map(({ artifact }) => artifact.sha256))
  const unwanted = cached
    .filter(({ artifact }) => !keep.has(artifact.sha256))
    .map(({ artifact }) => ({
      path: dirname(artifact.file),
      bytes: artifact.bytes,
      what: `${artifact.name} ${artifact.version}`,
    }))
  const orphans = (await names(join(cacheDir, 'sha256')))
    .filter((hash) => !known.has(hash))
    .map((hash) => ({ path: join(cacheDir, 'sha256', hash), what: 'a file that nothing asks for' }))
  const partial = (await names(join(cacheDir, 'partial'))).map((key) => ({
    path: join(cacheDir, 'partial', key),
    what: 'half a download',
  }))
  const sized = await Promise.all(
    [...orphans, ...partial].map(async (entry) => ({ ...entry, bytes: await bytesBelow(entry.path) })),
  )
  return [...unwanted, ...sized]
}

/** Removes what `prunable` found. An index whose file is gone answers nothing, and is made anew when asked. */
export async function prune(removable: readonly Removable[]): Promise<void> {
  for (const { path } of removable) await rm(path, { recursive: true, force: true })
}

const names = async (directory: string): Promise<readonly string[]> =>
  (await readdir(directory).catch(() => [])).sort()

async function bytesBelow(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(
        async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0,
      ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
