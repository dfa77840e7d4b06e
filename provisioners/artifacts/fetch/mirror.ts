import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SOFTWARE_NAMES, type SoftwareName } from '../../catalog/index.ts'
import { HowdahError } from '../../errors.ts'
import { cached, workDir } from '../cache.ts'
import { htmlError, networkError, noChecksumError, notFoundError } from '../errors.ts'
import type { Digest, HashName } from '../hash.ts'
import { hashFile, hashText } from '../hash.ts'
import type { Layout } from '../layout.ts'
import { layoutOf } from '../layout.ts'
import type { ArtifactProvider, ArtifactRequest, ProviderContext } from '../types.ts'
import { downloadChecked } from './checked.ts'
import { parseChecksum } from './checksum.ts'
import { download } from './download.ts'
import { get, getText, looksLikeHtml, shownUrl } from './http.ts'
import { checkSignature, unsignedError } from './signature.ts'

/** Hive publishes SHA-256, Hadoop SHA-512. MD5 and SHA-1 are not secure, and are ignored. */
const ALGORITHMS: readonly HashName[] = ['sha512', 'sha256']

/** Extensions of checksum files. Older releases of Hadoop have all hashes in one `.mds`. */
const CHECKSUMS: readonly string[] = [...ALGORITHMS, 'mds']

export interface MirrorOptions {
  /** A KEYS file: besides its checksum, every tarball must have a valid signature by one of these keys. */
  readonly keys?: string
}

/**
 * Apache's download servers, or copies of them (`<mirror>/hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz`), tried in
 * order. Checksum and tarball may come from different mirrors: the CDN has tarballs without their checksums.
 */
export function mirrorProvider(mirrors: readonly string[], options: MirrorOptions = {}): ArtifactProvider {
  const bases = mirrors.map((mirror) => mirror.replace(/\/+$/, ''))
  return {
    kind: 'mirror',
    fetch: async (request, context) => {
      const layout = layoutOf(apacheName(request), request.version, request.hadoop)
      // A file that was cached without a signature check, or with other keys, does not count as signed.
      const trust = options.keys ? ` signed ${await hashFile(options.keys, 'sha256').catch(() => '')}` : ''
      const key = hashText(`mirror ${layout.layoutPath}${trust}`)
      return cached(key, context, async () => {
        const file = join(workDir(context.cacheDir, key), layout.fileName)
        const origin = await fetchFrom(bases, layout, file, context, options)
        if (options.keys) await requireSignature(bases, layout, file, options.keys, context)
        const { name, version } = request
        const { fileName, layoutPath } = layout
        return { file, artifact: { name, version, fileName, layoutPath, origin: shownUrl(origin) } }
      })
    },
  }
}

function apacheName(request: ArtifactRequest): SoftwareName {
  const name = SOFTWARE_NAMES.find((one) => one === request.name)
  if (name !== undefined) return name
  throw notFoundError(`${request.name} ${request.version}`, ['Apache mirrors do not have it'])
}

/** @returns the address of the tarball. */
async function fetchFrom(
  bases: readonly string[],
  layout: Layout,
  file: string,
  context: ProviderContext,
  options: MirrorOptions,
): Promise<string> {
  const urls = bases.map((base) => `${base}/${layout.layoutPath}`)
  const digest = await inOrder(urls, (url) => findDigest(url, layout.fileName, context))
  if (!digest.found) {
    const available = await inOrder(urls, (url) => exists(url, context))
    if (!available.found)
      throw available.error ?? digest.error ?? notFoundError(layout.fileName, urls.map(shownUrl))
    if (!options.keys) {
      const tried = urls.flatMap((url) => CHECKSUMS.map((kind) => `${shownUrl(url)}.${kind}`))
      throw noChecksumError(layout.fileName, tried)
    }
  }
  // Without a hash, the signature by `keys` is enough: it is checked before anything uses the file.
  const fetchOne = (url: string) =>
    digest.found ? downloadChecked(url, file, digest.found, context) : download(url, file, context)
  const origin = await inOrder(urls, async (url) => ((await fetchOne(url)) ? url : undefined))
  if (origin.found) return origin.found
  throw origin.error ?? notFoundError(layout.fileName, urls.map(shownUrl))
}

/** Removes a file with an invalid signature, so that no later download resumes it. */
async function requireSignature(
  bases: readonly string[],
  layout: Layout,
  file: string,
  keys: string,
  context: ProviderContext,
): Promise<void> {
  const urls = bases.map((base) => `${base}/${layout.layoutPath}.asc`)
  const asc = await inOrder(urls, async (url) => {
    const text = await withNetworkErrors(url, `${layout.fileName}.asc`, context, () => getText(url, context))
    if (text !== undefined && looksLikeHtml(text)) throw htmlError(`${layout.fileName}.asc`, shownUrl(url))
    return text
  })
  try {
    if (asc.found === undefined) throw asc.error ?? unsignedError(layout.fileName, urls)
    const signed = await checkSignature(file, asc.found, keys, urls[0] ?? '', context.signal)
    const age = signed.expired ? ' (a key that has expired since)' : ''
    const text = `${layout.fileName} is signed by ${signed.fingerprint}${age}`
    context.report({ type: 'log', level: 'info', text })
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

/**
 * The first result; an unreachable mirror, or one without the file, is skipped. A wrong file (checksum, HTML) stops at
 * once, so that you learn about such a mirror.
 */
export async function inOrder<T>(
  urls: readonly string[],
  attempt: (url: string) => Promise<T | undefined>,
): Promise<{ found?: T; error?: HowdahError }> {
  let unreachable: HowdahError | undefined
  for (const url of urls) {
    try {
      const found = await attempt(url)
      if (found !== undefined) return { found }
    } catch (error) {
      if (!(error instanceof HowdahError) || error.code !== 'ARTIFACT_NETWORK') throw error
      unreachable ??= error
    }
  }
  return unreachable ? { error: unreachable } : {}
}

async function findDigest(url: string, name: string, context: ProviderContext): Promise<Digest | undefined> {
  for (const kind of CHECKSUMS) {
    const address = `${url}.${kind}`
    const text = await withNetworkErrors(address, name, context, () => getText(address, context))
    if (text === undefined) continue
    if (looksLikeHtml(text)) throw htmlError(`${name}.${kind}`, shownUrl(address))
    const wanted = ALGORITHMS.filter((algorithm) => kind === algorithm || kind === 'mds')
    const digest = wanted.map((algorithm) => parseChecksum(text, name, algorithm)).find((found) => found)
    if (digest) return digest
  }
  return undefined
}

async function exists(url: string, context: ProviderContext): Promise<true | undefined> {
  const reply = await withNetworkErrors(url, shownUrl(url), context, () =>
    get(url, { range: 'bytes=0-0' }, context),
  )
  reply.cancel()
  return reply.status === 200 || reply.status === 206 ? true : undefined
}

async function withNetworkErrors<T>(
  url: string,
  what: string,
  context: ProviderContext,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    context.signal?.throwIfAborted()
    throw networkError(what, shownUrl(url), error)
  }
}
