import { join } from 'node:path'
import pLimit from 'p-limit'
import { looksLikeHtml } from '../artifacts/fetch/http.ts'
import { isFault, type PublicKey, parsePublicKey } from '../config/resolve/public-key.ts'
import type { Cluster, ClusterUser } from '../config/types.ts'
import { KeyCache } from './cache.ts'
import type { FetchOptions } from './fetch.ts'
import { type Source, sourcesOf } from './sources.ts'
import type { KeysOfUser, UnchangedUser, UserKeys } from './types.ts'

export type { FetchOptions } from './fetch.ts'
export {
  isUnchanged,
  type KeysOfUser,
  type UnchangedUser,
  type UserKeys,
} from './types.ts'

/** The number of sources that are read at once. */
const AT_ONCE = 8

/** The keys of one source. */
interface SourceKeys {
  readonly keys: readonly PublicKey[]
  readonly warnings: readonly string[]
  /** Why there are no keys, not even cached ones. */
  readonly missing?: string
}

/**
 * Reads every source of every user with state `present`. A source that fails, or has no valid key, is replaced by its
 * last valid keys in the cache. A failing source never throws.
 */
export async function gatherKeys(cluster: Cluster, options: FetchOptions = {}): Promise<UserKeys> {
  const cache = new KeyCache(join(cluster.stateDir, 'keys'))
  const limit = pLimit(AT_ONCE)
  const present = cluster.users.filter((user) => user.state === 'present')
  const results = await Promise.all(
    present.map((user) =>
      Promise.all(
        sourcesOf(user, cluster).map((source) => limit(() => readSource(user, source, cache, options))),
      ),
    ),
  )
  options.signal?.throwIfAborted()
  const users: Record<string, KeysOfUser> = {}
  const warnings: string[] = []
  const unchanged: UnchangedUser[] = []
  for (const [i, user] of present.entries()) {
    const found = results[i] ?? []
    const keys = merged([...given(user), ...found.flatMap((result) => result.keys)])
    const missing = found.flatMap((result) => result.missing ?? [])
    users[user.name] = { keys, complete: missing.length === 0 }
    warnings.push(...found.flatMap((result) => result.warnings))
    if (missing.length === 0) continue
    const why = missing.join('; ')
    if (keys.length === 0) unchanged.push({ name: user.name, why })
    else warnings.push(`${user.name} keeps the keys on each host: ${why}`)
  }
  return { users, warnings, unchanged }
}

const given = (user: ClusterUser): PublicKey[] =>
  user.authorizedKeys.flatMap((line) => {
    const key = parsePublicKey(line)
    return isFault(key) ? [] : [key]
  })

/** Each key once; the first one counts, with its options. */
function merged(keys: readonly PublicKey[]): PublicKey[] {
  const seen = new Map<string, PublicKey>()
  for (const key of keys) if (!seen.has(key.blob)) seen.set(key.blob, key)
  return [...seen.values()]
}

async function readSource(
  user: ClusterUser,
  source: Source,
  cache: KeyCache,
  options: FetchOptions,
): Promise<SourceKeys> {
  let why: string
  try {
    const text = await source.read(options)
    const result = parseKeys(text, user, source)
    if (result.keys.length > 0) {
      await cache.write(source.id, text)
      return result
    }
    why = result.warnings[0] ?? 'the response is empty'
  } catch (error) {
    why = error instanceof Error ? error.message : String(error)
  }
  return fromCache(why, user, source, cache)
}

async function fromCache(
  why: string,
  user: ClusterUser,
  source: Source,
  cache: KeyCache,
): Promise<SourceKeys> {
  const failed = `no keys of ${user.name} from ${source.shown}: ${why}`
  const entry = await cache.read(source.id)
  const result = entry && parseKeys(entry.text, user, source)
  if (!entry || !result || result.keys.length === 0) return { keys: [], warnings: [], missing: failed }
  const when = entry.at.slice(0, 16).replace('T', ' ')
  const count = result.keys.length === 1 ? 'its one key' : `its ${result.keys.length} keys`
  return { keys: result.keys, warnings: [`${failed}; using ${count} of ${when} UTC`] }
}

/** The keys of a text, with a warning for each invalid line. An HTML page gives one warning, not a hundred. */
function parseKeys(text: string, user: ClusterUser, source: Source): SourceKeys {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  if (looksLikeHtml(text)) {
    return { keys: [], warnings: ['the response is an HTML page, not keys'] }
  }
  const keys: PublicKey[] = []
  const warnings: string[] = []
  for (const [i, line] of lines.entries()) {
    const parsed = parsePublicKey(line)
    if (isFault(parsed)) {
      warnings.push(`skipped a key of ${user.name} (${source.shown}, key ${i + 1}): ${parsed.why}`)
    } else keys.push(parsed.comment === '' ? { ...parsed, comment: source.comment } : parsed)
  }
  return { keys, warnings }
}
