import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { HowdahError } from '../errors.ts'
import { hashFile } from './hash.ts'
import { withLock } from './lock.ts'
import type { Artifact, ProviderContext } from './types.ts'

/** The content of an index file: the artifact of one request, and the time of its file. */
interface Entry {
  readonly artifact: Omit<Artifact, 'file' | 'url'>
  readonly mtimeMs: number
}

/** A complete file of a provider, to move into the cache. */
export interface Incoming {
  readonly file: string
  readonly artifact: Omit<Artifact, 'file' | 'url' | 'sha256' | 'bytes'>
}

/** $HOWDAH_CACHE, else $XDG_CACHE_HOME/howdah, else ~/.cache/howdah. */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.HOWDAH_CACHE) return env.HOWDAH_CACHE
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'howdah')
}

/** A directory of the cache for temporary files of `key`, such as a partial download. */
export const workDir = (cacheDir: string, key: string): string => join(cacheDir, 'partial', key)

/**
 * Returns an artifact from the cache, or makes it once, even when several processes need it at the same time.
 * Content is at `sha256/<hex>/<fileName>`; `index/<key>.json` maps a request to its content.
 * @param key hash of everything that decides the content (the request and its inputs), hexadecimal.
 * @param make called at most once, under a lock; its file must be on the file system of the cache, and is moved.
 * @throws the errors of `make`.
 */
export async function cached(
  key: string,
  context: ProviderContext,
  make: () => Promise<Incoming>,
): Promise<Artifact> {
  const found = await lookup(key, context)
  if (found) return found
  return withLock(
    join(context.cacheDir, 'locks', `${key}.lock`),
    async () => (await lookup(key, context)) ?? (await store(key, context, await make())),
    context.signal,
  )
}

const indexFile = (cacheDir: string, key: string): string => join(cacheDir, 'index', `${key}.json`)

/** The path of a content in the cache. */
export const contentFile = (cacheDir: string, artifact: Pick<Artifact, 'sha256' | 'fileName'>): string =>
  join(cacheDir, 'sha256', artifact.sha256, artifact.fileName)

async function lookup(key: string, context: ProviderContext): Promise<Artifact | undefined> {
  const entry = await readEntry(indexFile(context.cacheDir, key))
  if (!entry) return undefined
  const file = contentFile(context.cacheDir, entry.artifact)
  const now = await stat(file).catch(() => undefined)
  const artifact: Artifact = { ...entry.artifact, file }
  if (!now) return undefined
  const untouched = now.size === artifact.bytes && now.mtimeMs === entry.mtimeMs
  if (untouched && !context.verify) return artifact
  if (now.size === artifact.bytes && (await hashFile(file, 'sha256', context.signal)) === artifact.sha256) {
    // The same content with another time: the cache was copied or restored.
    if (!untouched) await writeEntry(indexFile(context.cacheDir, key), { ...entry, mtimeMs: now.mtimeMs })
    return artifact
  }
  const text = `${file} in the cache is damaged (${now.size} bytes, ${artifact.bytes} expected): it is made again`
  context.report({ type: 'log', level: 'warn', text })
  await rm(file, { force: true })
  return undefined
}

async function store(key: string, context: ProviderContext, incoming: Incoming): Promise<Artifact> {
  const sha256 = await hashFile(incoming.file, 'sha256', context.signal)
  const artifactAt = contentFile(context.cacheDir, { sha256, fileName: incoming.artifact.fileName })
  await mkdir(dirname(artifactAt), { recursive: true })
  // Whole seconds are kept when the cache is copied to a file system with a lower resolution.
  const seconds = Math.floor(Date.now() / 1000)
  await utimes(incoming.file, seconds, seconds)
  await rename(incoming.file, artifactAt)
  const { size, mtimeMs } = await stat(artifactAt)
  const artifact = { ...incoming.artifact, sha256, bytes: size }
  await writeEntry(indexFile(context.cacheDir, key), { artifact, mtimeMs })
  await rm(workDir(context.cacheDir, key), { recursive: true, force: true })
  return { ...artifact, file: artifactAt }
}

/** Every readable index file, with its artifact. */
export async function indexEntries(
  cacheDir: string,
): Promise<readonly { readonly file: string; readonly artifact: Entry['artifact'] }[]> {
  const directory = join(cacheDir, 'index')
  const files = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
  const entries = await Promise.all(
    files.map(async (name) => ({
      file: join(directory, name),
      entry: await readEntry(join(directory, name)),
    })),
  )
  return entries.flatMap(({ file, entry }) => (entry ? [{ file, artifact: entry.artifact }] : []))
}

async function writeEntry(file: string, entry: Entry): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.${randomUUID()}`
  await writeFile(beside, `${JSON.stringify(entry, null, 2)}\n`)
  await rename(beside, file)
}

async function readEntry(file: string): Promise<Entry | undefined> {
  try {
    const entry = JSON.parse(await readFile(file, 'utf8')) as Entry
    return /^[0-9a-f]{64}$/.test(entry.artifact.sha256) ? entry : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw new HowdahError({
      code: 'ARTIFACT_CACHE',
      exit: 'preflight',
      message: `The artifact cache cannot be read: ${(error as Error).message}`,
      where: file,
      next: 'Remove the file, or set HOWDAH_CACHE to a directory that you may write.',
      cause: error,
    })
  }
}
