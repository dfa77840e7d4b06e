import { constants } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HowdahError } from '../errors.ts'
import { cached, workDir } from './cache.ts'
import { noChecksumError, notFoundError } from './errors.ts'
import { check, downloadChecked } from './fetch/checked.ts'
import { shownUrl } from './fetch/http.ts'
import type { Digest } from './hash.ts'
import { hashText } from './hash.ts'
import { layoutOf } from './layout.ts'
import type { Artifact, ArtifactName, ArtifactProvider, ArtifactRequest, ProviderContext } from './types.ts'

/** A path, a file:// or an http(s):// URL, with its expected hash. */
export interface FileSource {
  readonly url: string
  readonly sha256?: string
  readonly sha512?: string
}

/** Files that cluster.yml names one by one. */
export function fileProvider(files: Readonly<Partial<Record<ArtifactName, FileSource>>>): ArtifactProvider {
  return {
    kind: 'file',
    fetch: (request, context) => {
      const source = files[request.name]
      if (!source)
        throw notFoundError(`${request.name} ${request.version}`, [`artifacts.files.${request.name}`])
      return fetchFile(request, source, context)
    },
  }
}

/**
 * One named file, checked and put into the cache under Apache's name (a JDK keeps its name).
 * @throws HowdahError ARTIFACT_NO_CHECKSUM, ARTIFACT_NOT_FOUND, ARTIFACT_CHECKSUM and the errors of a download.
 */
export async function fetchFile(
  request: ArtifactRequest,
  source: FileSource,
  context: ProviderContext,
): Promise<Artifact> {
  const digest = digestOf(request, source)
  const place = placeOf(request, source, digest)
  const key = hashText(
    `file ${request.name} ${request.version} ${digest.algorithm} ${digest.hex} ${place.fileName}`,
  )
  return cached(key, context, async () => {
    const file = join(workDir(context.cacheDir, key), place.fileName)
    await (isHttp(source.url) ? fetchUrl : copyLocal)(source.url, file, digest, context)
    return { file, artifact: { ...request, ...place, origin: shownUrl(source.url) } }
  })
}

const isHttp = (url: string): boolean => /^https?:\/\//i.test(url)

async function fetchUrl(url: string, file: string, digest: Digest, context: ProviderContext): Promise<void> {
  if (!(await downloadChecked(url, file, digest, context)))
    throw notFoundError(basename(file), [shownUrl(url)])
}

async function copyLocal(url: string, file: string, digest: Digest, context: ProviderContext): Promise<void> {
  const path = url.startsWith('file://') ? fileURLToPath(url) : resolve(url)
  await mkdir(dirname(file), { recursive: true })
  try {
    await copyFile(path, file, constants.COPYFILE_FICLONE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notFoundError(basename(file), [path])
    throw new HowdahError({
      code: 'ARTIFACT_UNREADABLE',
      exit: 'preflight',
      message: `${path} cannot be read: ${(error as Error).message}`,
      expected: 'a readable file',
      where: path,
      next: `ls -l ${path}`,
      cause: error,
    })
  }
  await check(file, digest, path, context)
}

function digestOf(request: ArtifactRequest, source: FileSource): Digest {
  const [algorithm, hex] = source.sha512
    ? (['sha512', source.sha512] as const)
    : (['sha256', source.sha256] as const)
  const digits = algorithm === 'sha512' ? 128 : 64
  if (!hex) throw noChecksumError(`${request.name} ${request.version}`, [shownUrl(source.url)])
  if (hex.length === digits && /^[0-9a-f]+$/i.test(hex)) return { algorithm, hex: hex.toLowerCase() }
  throw new HowdahError({
    code: 'ARTIFACT_BAD_CHECKSUM',
    exit: 'configuration',
    message: `The ${algorithm} of ${request.name} in cluster.yml is not valid`,
    found: hex,
    expected: `${digits} hexadecimal digits`,
    where: `artifacts.files.${request.name}`,
  })
}

function placeOf(
  request: ArtifactRequest,
  source: FileSource,
  digest: Digest,
): Pick<Artifact, 'fileName' | 'layoutPath'> {
  if (request.name !== 'jdk' && request.name !== 'pipeline') {
    const { fileName, layoutPath } = layoutOf(request.name, request.version, request.hadoop)
    return { fileName, layoutPath }
  }
  const name = basename(isHttp(source.url) ? new URL(source.url).pathname : source.url)
  const fileName = /^[A-Za-z0-9][\w.+-]*$/.test(name) ? name : `jdk-${request.version}.tar.gz`
  // Two JDKs may have the same file name; the hash distinguishes them.
  return { fileName, layoutPath: `jdk/${digest.hex.slice(0, 16)}/${fileName}` }
}
