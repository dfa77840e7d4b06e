import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { execa } from 'execa'
import type { HowdahError } from '../../errors.ts'
import type { Incoming } from '../cache.ts'
import { cached, workDir } from '../cache.ts'
import { preflight } from '../errors.ts'
import { shownUrl } from '../fetch/http.ts'
import { hashFile, hashText } from '../hash.ts'
import { withLock } from '../lock.ts'
import { packTree } from '../tar.ts'
import type { ArtifactProvider, ArtifactRequest, ProviderContext } from '../types.ts'
import { TOOLS, type Tool, toolsText, virtualenvWheel, type Wheel, wheelsIn } from './wheelhouse.ts'

/** The source of the pipeline, and the packages that it needs. */
export interface SourceSpec {
  readonly from:
    | { readonly kind: 'git'; readonly url: string; readonly ref: string }
    | { readonly kind: 'tarball'; readonly file: string }
  /** A directory of wheels and source packages on this machine. */
  readonly wheels: string
}

/** Increase it when the content of the tarball changes, so that caches do not keep the old one. */
const FORMAT = '1'

/** The version in a bundle: a ref, or the name of the tarball, as a part of a file name. */
export const sourceVersion = ({ from }: SourceSpec): string =>
  (from.kind === 'git' ? from.ref : basename(from.file)).replace(/[^A-Za-z0-9._+-]/g, '-')

/**
 * One tarball of a pipeline's source (`repo/`) and the packages of its virtualenv (`wheels/`, with `virtualenv.whl`,
 * and the packages to install first in `tools.txt`). git resolves a ref each time, unless it is a full commit id that
 * is in the cache.
 */
export function sourceProvider(source: SourceSpec, tools: readonly Tool[] = TOOLS): ArtifactProvider {
  return {
    kind: source.from.kind === 'git' ? 'git' : 'file',
    fetch: async (request, context) => {
      const wheels = await wheelsIn(source.wheels, tools, context.signal)
      const { id, unpack, origin } = await originOf(source, context)
      const key = hashText(`pipeline ${FORMAT} ${id} ${JSON.stringify(wheels)}`)
      return cached(key, context, () =>
        build(request, key, { source, tools, wheels, unpack, origin }, context),
      )
    },
  }
}

/** An id that changes with the content, and a function that writes the content into a directory. */
interface Origin {
  readonly id: string
  readonly origin: string
  unpack(into: string): Promise<void>
}

const originOf = ({ from }: SourceSpec, context: ProviderContext): Promise<Origin> =>
  from.kind === 'git' ? fromGit(from.url, from.ref, context) : fromTarball(from.file, context)

async function fromTarball(file: string, { signal }: ProviderContext): Promise<Origin> {
  if (!(await stat(file).catch(() => undefined))?.isFile())
    throw sourceError(file, 'no such file', `ls -l ${file}`)
  return {
    id: await hashFile(file, 'sha256', signal),
    origin: file,
    unpack: async (into) => {
      const run = await execa('tar', ['-xf', file, '--no-same-owner', '-C', into], {
        reject: false,
        all: true,
      })
      if (run.exitCode !== 0) throw sourceError(file, firstLine(run.all), `tar -tf ${file}`)
    },
  }
}

async function fromGit(url: string, ref: string, context: ProviderContext): Promise<Origin> {
  const repository = join(context.cacheDir, 'git', hashText(url))
  const git = (args: readonly string[]) =>
    execa('git', ['-C', repository, ...args], {
      reject: false,
      all: true,
      stdin: 'ignore',
      // Nobody can type a password.
      env: { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      ...(context.signal ? { cancelSignal: context.signal } : {}),
    })
  const commitOf = async () =>
    (await git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])).stdout.trim()
  const commit = await withLock(
    `${repository}.lock`,
    async () => {
      await mkdir(repository, { recursive: true })
      const made = await git(['init', '--quiet', '--bare'])
      if (made.code === 'ENOENT')
        throw sourceError(shownUrl(url), 'no git on this machine', 'apt-get install git')
      const whole = /^[0-9a-f]{40}$/.test(ref) ? await commitOf() : ''
      if (whole !== '') return whole
      context.report({ type: 'phase', title: `Asking ${shownUrl(url)} for ${ref}` })
      const heads = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
      const run = await git(['fetch', '--quiet', '--prune', url, ...heads])
      if (run.exitCode !== 0) {
        throw sourceError(shownUrl(url), shownUrl(firstLine(run.all)), `git ls-remote ${shownUrl(url)}`)
      }
      return commitOf()
    },
    context.signal,
  )
  if (commit === '') throw sourceError(shownUrl(url), `no ${ref} in it`, `git ls-remote ${shownUrl(url)}`)
  return {
    id: commit,
    origin: `${shownUrl(url)} ${commit.slice(0, 12)}`,
    unpack: async (into) => {
      const tar = join(into, '..', `${randomUUID()}.tar`)
      const run = await git(['archive', '--format=tar', '--prefix=source/', '-o', tar, commit])
      if (run.exitCode !== 0)
        throw sourceError(shownUrl(url), firstLine(run.all), `git ls-remote ${shownUrl(url)}`)
      await execa('tar', ['-xf', tar, '--no-same-owner', '-C', into])
      await rm(tar)
    },
  }
}

interface Parts extends Pick<Origin, 'origin' | 'unpack'> {
  readonly source: SourceSpec
  readonly tools: readonly Tool[]
  readonly wheels: readonly Wheel[]
}

async function build(
  { name, version }: ArtifactRequest,
  key: string,
  { source, tools, wheels, unpack, origin }: Parts,
  context: ProviderContext,
): Promise<Incoming> {
  const work = join(workDir(context.cacheDir, key), randomUUID())
  const [tree, raw] = [join(work, 'pipeline'), join(work, 'raw')]
  const fileName = `pipeline-${version}.tar.gz`
  try {
    await mkdir(join(tree, 'wheels'), { recursive: true })
    await mkdir(raw)
    await unpack(raw)
    await rename(await topOf(raw), join(tree, 'repo'))
    if (!(await stat(join(tree, 'repo/setup.py')).catch(() => undefined)))
      throw sourceError(origin, 'no setup.py in it', 'howdah explain pipeline.source')
    for (const [wheel] of wheels) await copyFile(join(source.wheels, wheel), join(tree, 'wheels', wheel))
    await rename(join(tree, 'wheels', virtualenvWheel(tools)), join(tree, 'virtualenv.whl'))
    await writeFile(join(tree, 'tools.txt'), toolsText(tools))
    const file = join(workDir(context.cacheDir, key), fileName)
    await packTree(work, 'pipeline', file, context.signal)
    return { file, artifact: { name, version, fileName, layoutPath: `howdah/pipeline/${fileName}`, origin } }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The only directory at the top of an archive, or the archive's root. */
async function topOf(raw: string): Promise<string> {
  const [first, ...rest] = await readdir(raw, { withFileTypes: true })
  return first?.isDirectory() && rest.length === 0 ? join(raw, first.name) : raw
}

const firstLine = (text: string): string => text.split('\n').find((line) => line.trim() !== '') ?? 'it failed'

const sourceError = (where: string, found: string, next: string): HowdahError =>
  preflight('ARTIFACT_SOURCE', {
    message: 'The source of the pipeline in cluster.yml cannot be used',
    found,
    expected: 'a git repository with the ref, or a tarball, with setup.py at its top',
    where,
    next,
  })
