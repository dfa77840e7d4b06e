import { join } from 'node:path'
import pLimit from 'p-limit'
import { looksLikeHtml } from '../artifacts/fetch/http.ts'
import { isFault, type PublicKey, parsePublicKey } from '../config/resolve/public-key.ts'
import type { Cluster, Person } from '../config/types.ts'
import { KeyCache } from './cache.ts'
import type { FetchOptions } from './fetch.ts'
import { type Source, sourcesOf } from './sources.ts'
import type { LeftPerson, PersonKeys, UserKeys } from './types.ts'

export type { FetchOptions } from './fetch.ts'
export { isLeft, type LeftPerson, type PersonKeys, type UserKeys } from './types.ts'

/** Sources that are asked at once. */
const AT_ONCE = 8

/** What one source gave. */
interface Answer {
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
  const answers = await Promise.all(
    present.map((person) =>
      Promise.all(
        sourcesOf(person, cluster).map((source) => limit(() => ask(person, source, cache, options))),
      ),
    ),
  )
  options.signal?.throwIfAborted()
  const users: Record<string, PersonKeys> = {}
  const warnings: string[] = []
  const left: LeftPerson[] = []
  for (const [i, person] of present.entries()) {
    const found = answers[i] ?? []
    const keys = merged([...given(person), ...found.flatMap((answer) => answer.keys)])
    const missing = found.flatMap((answer) => answer.missing ?? [])
    users[person.name] = { keys, complete: missing.length === 0 }
    warnings.push(...found.flatMap((answer) => answer.warnings))
    if (missing.length === 0) continue
    const why = missing.join('; ')
    if (keys.length === 0) left.push({ name: person.name, why })
    else warnings.push(`${person.name} keeps the keys that each host has: ${why}`)
  }
  return { users, warnings, left }
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

async function ask(person: Person, source: Source, cache: KeyCache, options: FetchOptions): Promise<Answer> {
  let why: string
  try {
    const text = await source.read(options)
    const answer = judge(text, person, source)
    if (answer.keys.length > 0) {
      await cache.remember(source.id, text)
      return answer
    }
    why = answer.warnings[0] ?? 'the answer is empty'
  } catch (error) {
    why = error instanceof Error ? error.message : String(error)
  }
  return recalled(why, person, source, cache)
}

async function recalled(why: string, person: Person, source: Source, cache: KeyCache): Promise<Answer> {
  const failed = `no keys of ${person.name} from ${source.shown}: ${why}`
  const before = await cache.recall(source.id)
  const answer = before && judge(before.text, person, source)
  if (!before || !answer || answer.keys.length === 0) return { keys: [], warnings: [], missing: failed }
  const when = before.at.slice(0, 16).replace('T', ' ')
  const count = answer.keys.length === 1 ? 'its one key' : `its ${answer.keys.length} keys`
  return { keys: answer.keys, warnings: [`${failed}; ${count} of ${when} UTC still count`] }
}

/** The keys of a text, and what was left out of it. A page in place of keys is one complaint, not a hundred. */
function judge(text: string, person: Person, source: Source): Answer {
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
