import { join } from 'node:path'
import pLimit from 'p-limit'
import { looksLikeHtml } from '../artifacts/fetch/http.ts'
import { isFault, type PublicKey, parsePublicKey } from '../config/resolve/public-key.ts'
import type { Cluster, Person } from '../config/types.ts'
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

/** Sources that are asked at once. */
const AT_ONCE = 8

/** What one source gave. */
interface SourceKeys {
  readonly keys: readonly PublicKey[]
  readonly warnings: readonly string[]
  /** Why there is no answer at all, not even a remembered one. */
  readonly missing?: string
}

/**
 * Asks every source of every person who is to be there. A source that fails, or answers without one usable key, is
 * replaced by its last good answer. Never throws for a source's sake.
 */
export async function gatherKeys(cluster: Cluster, options: FetchOptions = {}): Promise<UserKeys> {
  const cache = new KeyCache(join(cluster.stateDir, 'keys'))
  const limit = pLimit(AT_ONCE)
  const present = cluster.users.filter((person) => person.state === 'present')
  const results = await Promise.all(
    present.map((person) =>
      Promise.all(
        sourcesOf(person, cluster).map((source) => limit(() => readSource(person, source, cache, options))),
      ),
    ),
  )
  options.signal?.throwIfAborted()
  const users: Record<string, KeysOfUser> = {}
  const warnings: string[] = []
  const unchanged: UnchangedUser[] = []
  for (const [i, person] of present.entries()) {
    const found = results[i] ?? []
    const keys = merged([...given(person), ...found.flatMap((result) => result.keys)])
    const missing = found.flatMap((result) => result.missing ?? [])
    users[person.name] = { keys, complete: missing.length === 0 }
    warnings.push(...found.flatMap((result) => result.warnings))
    if (missing.length === 0) continue
    const why = missing.join('; ')
    if (keys.length === 0) unchanged.push({ name: person.name, why })
    else warnings.push(`${person.name} keeps the keys that each host has: ${why}`)
  }
  return { users, warnings, unchanged }
}

const given = (person: Person): PublicKey[] =>
  person.authorizedKeys.flatMap((line) => {
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
  person: Person,
  source: Source,
  cache: KeyCache,
  options: FetchOptions,
): Promise<SourceKeys> {
  let why: string
  try {
    const text = await source.read(options)
    const result = parseKeys(text, person, source)
    if (result.keys.length > 0) {
      await cache.write(source.id, text)
      return result
    }
    why = result.warnings[0] ?? 'the answer is empty'
  } catch (error) {
    why = error instanceof Error ? error.message : String(error)
  }
  return fromCache(why, person, source, cache)
}

async function fromCache(why: string, person: Person, source: Source, cache: KeyCache): Promise<SourceKeys> {
  const failed = `no keys of ${person.name} from ${source.shown}: ${why}`
  const entry = await cache.read(source.id)
  const result = entry && parseKeys(entry.text, person, source)
  if (!entry || !result || result.keys.length === 0) return { keys: [], warnings: [], missing: failed }
  const when = entry.at.slice(0, 16).replace('T', ' ')
  const count = result.keys.length === 1 ? 'its one key' : `its ${result.keys.length} keys`
  return { keys: result.keys, warnings: [`${failed}; ${count} of ${when} UTC still count`] }
}

/** The keys of a text, and what was left out of it. A page in place of keys is one complaint, not a hundred. */
function parseKeys(text: string, person: Person, source: Source): SourceKeys {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  if (looksLikeHtml(text)) {
    return { keys: [], warnings: ['the answer is a page (HTML), and no keys'] }
  }
  const keys: PublicKey[] = []
  const warnings: string[] = []
  for (const [i, line] of lines.entries()) {
    const parsed = parsePublicKey(line)
    if (isFault(parsed)) {
      warnings.push(`a key of ${person.name} is left out (${source.shown}, key ${i + 1}): ${parsed.why}`)
    } else keys.push(parsed.comment === '' ? { ...parsed, comment: source.comment } : parsed)
  }
  return { keys, warnings }
}
