import { randomUUID } from 'node:crypto'
import { link, mkdir, mkdtemp, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import type { HowdahError } from '../errors.ts'
import { cached, workDir } from './cache.ts'
import { preflight } from './errors.ts'
import { check } from './fetch/checked.ts'
import { hashFile, hashText } from './hash.ts'
import { packTar } from './tar.ts'
import type { Artifact, ArtifactProvider, ArtifactRequest, ProviderContext } from './types.ts'
import { ARTIFACT_NAMES } from './types.ts'

/** First in the bundle, so that it is read without unpacking the rest. */
const LOCK = 'howdah-bundle/lock.json'
const FORMAT = 1

const lockSchema = z.object({
  formatVersion: z.literal(FORMAT),
  entries: z.array(
    z.object({
      name: z.enum(ARTIFACT_NAMES),
      version: z.string(),
      // It becomes a part of a path on this machine.
      fileName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/),
      layoutPath: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      bytes: z.number().int().nonnegative(),
      origin: z.string(),
    }),
  ),
})

/** The files of a bundle, each with its hash. */
export type BundleLock = z.infer<typeof lockSchema>
type Entry = BundleLock['entries'][number]

/** The path in the bundle. It has the version, since two majors of a JDK may have the same file name. */
const memberOf = (entry: Pick<Entry, 'name' | 'version' | 'fileName'>): string =>
  `howdah-bundle/${entry.name}-${entry.version}/${entry.fileName}`

/**
 * Writes one tar file with all software of a cluster and a lock file of the hashes. The same artifacts give the same
 * bytes. It is written under a temporary name and renamed, so that an incomplete bundle never exists.
 * @throws the errors of tar, for example on a full disk.
 */
export async function writeBundle(
  artifacts: readonly Artifact[],
  file: string,
  signal?: AbortSignal,
): Promise<BundleLock> {
  const entries = artifacts.map(({ name, version, fileName, layoutPath, sha256, bytes, origin }) => ({
    ...{ name, version, fileName, layoutPath, sha256, bytes, origin },
  }))
  const lock: BundleLock = { formatVersion: FORMAT, entries }
  const work = await mkdtemp(join(tmpdir(), 'howdah-bundle-'))
  const beside = `${resolve(file)}.${randomUUID()}`
  try {
    await mkdir(join(work, dirname(LOCK)))
    await writeFile(join(work, LOCK), `${JSON.stringify(lock, null, 2)}\n`)
    for (const artifact of artifacts) {
      const member = join(work, memberOf(artifact))
      await mkdir(dirname(member), { recursive: true })
      // A hard link is free; where the cache is on another file system, tar follows a symbolic link.
      await link(artifact.file, member).catch(() => symlink(resolve(artifact.file), member))
    }
    await packTar(work, [LOCK, ...artifacts.map(memberOf)], beside, signal)
    await rename(beside, file)
    return lock
  } finally {
    await rm(work, { recursive: true, force: true })
    await rm(beside, { force: true })
  }
}

/** @throws HowdahError ARTIFACT_BUNDLE when the file does not exist or is not a bundle. */
export async function readBundle(file: string, signal?: AbortSignal): Promise<BundleLock> {
  const cancel = signal ? { cancelSignal: signal } : {}
  if (!(await stat(file).catch(() => undefined))?.isFile()) throw noBundle(file, 'no such file')
  const run = await execa('tar', ['-xOf', file, '--occurrence=1', LOCK], { reject: false, ...cancel })
  signal?.throwIfAborted()
  if (run.exitCode !== 0) throw noBundle(file, 'no lock file in it')
  try {
    return lockSchema.parse(JSON.parse(run.stdout))
  } catch (cause) {
    throw noBundle(file, 'a lock file that cannot be read', cause)
  }
}

/**
 * Provides the files of a bundle, and nothing else: a file that it does not have is an error, and never fetched
 * from elsewhere.
 * @throws HowdahError ARTIFACT_BUNDLE, ARTIFACT_NOT_IN_BUNDLE; from fetch also ARTIFACT_CHECKSUM.
 */
export async function bundleProvider(file: string, signal?: AbortSignal): Promise<ArtifactProvider> {
  const { entries } = await readBundle(file, signal)
  return {
    kind: 'bundle',
    fetch: async (request, context) => {
      const entry = entries.find(({ name, version }) => name === request.name && version === request.version)
      if (!entry) throw notInBundle(file, request, entries)
      const key = hashText(`bundle ${entry.sha256} ${entry.fileName}`)
      return cached(key, context, () => unpack(file, entry, key, context))
    },
  }
}

async function unpack(file: string, entry: Entry, key: string, context: ProviderContext) {
  const work = workDir(context.cacheDir, key)
  await mkdir(work, { recursive: true })
  const member = memberOf(entry)
  const cancel = context.signal ? { cancelSignal: context.signal } : {}
  context.report({ type: 'phase', title: `Extracting ${entry.fileName} from the bundle` })
  const run = await execa('tar', ['-xf', resolve(file), '-C', work, '--strip-components=2', member], {
    reject: false,
    ...cancel,
  })
  context.signal?.throwIfAborted()
  const at = join(work, entry.fileName)
  if (run.exitCode !== 0) throw noBundle(file, `no ${member} in it, though its lock file names it`)
  await check(at, { algorithm: 'sha256', hex: entry.sha256 }, file, context)
  const { name, version, fileName, layoutPath } = entry
  return { file: at, artifact: { name, version, fileName, layoutPath, origin: basename(file) } }
}

/** Hash of the whole bundle, to send separately from the bundle. */
export const bundleHash = (file: string, signal?: AbortSignal): Promise<string> =>
  hashFile(file, 'sha256', signal)

const noBundle = (file: string, found: string, cause?: unknown): HowdahError =>
  preflight('ARTIFACT_BUNDLE', {
    message: `${file} is not a bundle of Howdah`,
    found,
    expected: 'a file written by `howdah artifacts bundle`',
    where: file,
    next: 'howdah artifacts bundle cluster.yml --out bundle.tar, on a machine that can download the software.',
    ...(cause === undefined ? {} : { cause }),
  })

const notInBundle = (file: string, request: ArtifactRequest, entries: readonly Entry[]): HowdahError =>
  preflight('ARTIFACT_NOT_IN_BUNDLE', {
    message: `The bundle has no ${request.name} ${request.version}, and with a bundle nothing else is used`,
    found: entries.map(({ name, version }) => `${name} ${version}`).join(', '),
    expected: `${request.name} ${request.version}`,
    where: file,
    next: 'Write a bundle for this cluster.yml: howdah artifacts bundle.',
  })
