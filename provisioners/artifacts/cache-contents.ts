import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { contentFile, indexEntries } from './cache.ts'
import { hashFile } from './hash.ts'
import type { Artifact, ProviderContext } from './types.ts'

/** A file of the cache, with its index files. */
export interface CachedFile {
  readonly artifact: Omit<Artifact, 'url'>
  /** Index files that name it. */
  readonly index: readonly string[]
}

/** The contents of the cache, by name and version. A file without an index is not listed; `prune` removes it. */
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
  /** Its actual hash. */
  readonly found: string
}

/** Hashes every file of the cache again. @returns the files with another content. */
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

/** A file or directory that can be removed, and its size. */
export interface Removable {
  readonly path: string
  readonly bytes: number
  readonly what: string
}

/**
 * The contents of the cache that are not needed: artifacts whose hash is not in `keep`, contents without an index, and
 * partial downloads. Removes nothing.
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
    .map((hash) => ({ path: join(cacheDir, 'sha256', hash), what: 'a file without an index' }))
  const partial = (await names(join(cacheDir, 'partial'))).map((key) => ({
    path: join(cacheDir, 'partial', key),
    what: 'a partial download',
  }))
  const sized = await Promise.all(
    [...orphans, ...partial].map(async (entry) => ({ ...entry, bytes: await bytesBelow(entry.path) })),
  )
  return [...unwanted, ...sized]
}

/** Removes what `prunable` found. An index without its file is ignored, and is written again when needed. */
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
