import { randomUUID } from 'node:crypto'
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { HowdahError } from '../../errors.ts'
import type { Incoming } from '../cache.ts'
import { cached, workDir } from '../cache.ts'
import { preflight } from '../errors.ts'
import { downloadChecked } from '../fetch/checked.ts'
import { shownUrl } from '../fetch/http.ts'
import { inOrder } from '../fetch/mirror.ts'
import { progress } from '../fetch/progress.ts'
import { hashText } from '../hash.ts'
import { layoutOf } from '../layout.ts'
import { packTree } from '../tar.ts'
import type { ArtifactProvider, ArtifactRequest, ProviderContext } from '../types.ts'
import { unpackDeb } from './deb.ts'
import type { PinnedPackage } from './packages.ts'
import { LIBRARY_PACKAGES, PYTHON_PACKAGES } from './packages.ts'

/** Increase it when the code changes the content of the tarball, so that caches do not keep the old one. */
const FORMAT = '1'

/** Debian's directory name for files of one architecture. */
const TRIPLET = 'x86_64-linux-gnu'

/**
 * Left out: links to files outside (sitecustomize.py), files to embed Python in other programs (config-…), and the one
 * module whose libraries are not included (nis, for NIS+).
 */
const LEFT_OUT = [/^sitecustomize\.py$/, /^config-/, /^lib-dynload\/nis\./]

export interface PythonPackages {
  readonly python: readonly PinnedPackage[]
  readonly libraries: readonly PinnedPackage[]
}

const DEBIAN_11: PythonPackages = { python: PYTHON_PACKAGES, libraries: LIBRARY_PACKAGES }

/**
 * Python 2.7 as one tarball, made from Debian 11's packages: `bin/python2.7`, `lib/python2.7`, the libraries of its
 * modules in `lib`, and its headers. It runs in any directory, since Python finds its files relative to its program.
 * Signatures are not checked: each package is pinned by its hash.
 * @param mirrors bases with `debian/` and `debian-security/` below, tried in order.
 */
export function pythonProvider(
  mirrors: readonly string[],
  packages: PythonPackages = DEBIAN_11,
): ArtifactProvider {
  const bases = mirrors.map((mirror) => mirror.replace(/\/+$/, ''))
  return {
    kind: 'debian',
    fetch: (request, context) => {
      // The content depends on the packages, and not on the mirror.
      const key = hashText(`python ${FORMAT} ${request.version} ${JSON.stringify(packages)}`)
      return cached(key, context, () => build(request, key, { bases, packages }, context))
    },
  }
}

async function build(
  request: ArtifactRequest,
  key: string,
  { bases, packages }: { readonly bases: readonly string[]; readonly packages: PythonPackages },
  context: ProviderContext,
): Promise<Incoming> {
  const { name, version } = request
  const { fileName, layoutPath, root } = layoutOf('python', version)
  const work = workDir(context.cacheDir, key)
  const trees = join(work, randomUUID())
  const all = [...packages.python, ...packages.libraries]
  const advance = progress(context.report, `fetch:${fileName}`, 'Packages of Python 2.7', all.length, 'items')
  try {
    for (const [i, each] of all.entries()) {
      const deb = await fetchPackage(bases, each, work, context)
      const part = i < packages.python.length ? 'python' : 'libraries'
      await unpackDeb(deb, join(trees, part), context.signal)
      advance(i + 1)
    }
    await assemble(join(trees, 'python'), join(trees, 'libraries'), join(trees, root))
    const file = join(work, fileName)
    await packTree(trees, root, file, context.signal)
    return { file, artifact: { name, version, fileName, layoutPath, origin: 'Debian 11' } }
  } finally {
    await rm(trees, { recursive: true, force: true })
  }
}

async function fetchPackage(
  bases: readonly string[],
  [path, hex]: PinnedPackage,
  work: string,
  context: ProviderContext,
): Promise<string> {
  const file = join(work, basename(path))
  const urls = bases.map((base) => `${base}/${path}`)
  const digest = { algorithm: 'sha256', hex } as const
  const fetched = await inOrder(urls, async (url) =>
    (await downloadChecked(url, file, digest, context)) ? url : undefined,
  )
  if (fetched.found === undefined) throw fetched.error ?? noPackage(basename(path), urls)
  return file
}

const noPackage = (what: string, tried: readonly string[]): HowdahError =>
  preflight('ARTIFACT_NOT_FOUND', {
    message: `${what} was not found on any of ${tried.length} mirrors`,
    expected: what,
    detail: tried.map(shownUrl).join('\n'),
    next: 'Name a mirror that keeps Debian 11 in pipeline.python.mirrors, such as https://archive.debian.org.',
  })

/** Moves Debian's files below /usr to their paths in a self-contained Python. */
async function assemble(python: string, libraries: string, tree: string): Promise<void> {
  const [usr, headers, lib] = [join(python, 'usr'), join(tree, 'include/python2.7'), join(tree, 'lib')]
  const copy = (from: string, to: string, leftOut: readonly RegExp[] = []) =>
    cp(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !leftOut.some((pattern) => pattern.test(path.slice(from.length + 1))),
    })
  await mkdir(join(tree, 'bin'), { recursive: true })
  await copy(join(usr, 'bin/python2.7'), join(tree, 'bin/python2.7'))
  await copy(join(usr, 'lib/python2.7'), join(lib, 'python2.7'), LEFT_OUT)
  await copy(join(usr, 'include/python2.7'), headers)
  // The common header only includes the header of the architecture, by a path that is not in the tree.
  await copy(join(usr, 'include', TRIPLET, 'python2.7/pyconfig.h'), join(headers, 'pyconfig.h'))
  for (const directory of [join(libraries, 'lib', TRIPLET), join(libraries, 'usr/lib', TRIPLET)]) {
    const names = (await readdir(directory)).filter((name) => /\.so(\.|$)/.test(name))
    for (const name of names) await copy(join(directory, name), join(lib, name))
  }
}
