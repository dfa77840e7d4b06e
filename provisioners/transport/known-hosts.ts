import { createHash, createHmac, randomBytes } from 'node:crypto'

/** One valid line of a known_hosts file. */
export interface KnownHost {
  readonly file: string
  readonly line: number
  readonly marker: 'none' | 'revoked' | 'cert-authority'
  /** Comma separated patterns, or one hashed name. */
  readonly hosts: string
  readonly type: string
  /** The key's wire form, base64. */
  readonly key: string
}

export interface SkippedLine {
  readonly file: string
  readonly line: number
  readonly why: string
}

export interface KnownHosts {
  readonly entries: readonly KnownHost[]
  readonly skipped: readonly SkippedLine[]
}

const MARKERS: Readonly<Record<string, KnownHost['marker']>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'cert-authority',
}

/** The algorithm name at the beginning of a key's wire form; undefined when it is not a key. */
export function keyType(key: Buffer): string | undefined {
  if (key.length < 5) return undefined
  const length = key.readUInt32BE(0)
  const name = key.subarray(4, 4 + length).toString('latin1')
  return length > 0 && name.length === length && /^[\x21-\x7e]+$/.test(name) ? name : undefined
}

/** In OpenSSH's form: `SHA256:` and base64 without padding. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

function parseLine(file: string, line: number, text: string): KnownHost | string {
  const words = text.trim().split(/[ \t]+/)
  const marker = text.trimStart().startsWith('@') ? MARKERS[words.shift() ?? ''] : 'none'
  if (marker === undefined) return 'unknown marker'
  const [hosts, type, key] = words
  if (hosts === undefined || type === undefined || key === undefined) return 'fewer than three fields'
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key)) return 'the key is not base64'
  if (keyType(Buffer.from(key, 'base64')) !== type) return `the key is not of type ${type}`
  if (hosts.startsWith('|') && !/^\|1\|[A-Za-z0-9+/=]+\|[A-Za-z0-9+/=]+$/.test(hosts))
    return 'bad hashed name'
  return { file, line, marker, hosts, type, key }
}

/** Parses the text of a known_hosts file. Invalid lines are skipped, as in OpenSSH, and listed. */
export function parseKnownHosts(file: string, text: string): KnownHosts {
  const entries: KnownHost[] = []
  const skipped: SkippedLine[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) continue
    const parsed = parseLine(file, index + 1, raw)
    if (typeof parsed === 'string') skipped.push({ file, line: index + 1, why: parsed })
    else entries.push(parsed)
  }
  return { entries, skipped }
}

/** The name of a host in known_hosts: bare at port 22, otherwise `[host]:port`. */
export const recordedName = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`

function globMatches(pattern: string, name: string): boolean {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${body}$`, 'is').test(name)
}

const hashName = (name: string, salt: Buffer): string =>
  createHmac('sha1', salt).update(name).digest('base64')

function hashedMatches(hosts: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hosts.split('|')
  return hashName(name, Buffer.from(salt, 'base64')) === hash
}

/** Whether the host field of a line matches this name, with globs and negations. */
export function hostsMatch(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return hashedMatches(hosts, name)
  const patterns = hosts.split(',')
  const negated = patterns.filter((p) => p.startsWith('!')).map((p) => p.slice(1))
  if (negated.some((pattern) => globMatches(pattern, name))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && globMatches(pattern, name))
}

/** The result of a lookup of a host's key in known_hosts. */
export type KeyVerdict =
  | { readonly kind: 'match'; readonly entry: KnownHost }
  | { readonly kind: 'revoked'; readonly entry: KnownHost }
  /** Another key is recorded for this host. */
  | { readonly kind: 'changed'; readonly entry: KnownHost }
  | { readonly kind: 'unknown'; readonly authority?: KnownHost }

/**
 * Looks a host key up. When only keys of other types are recorded, the key counts as changed: those types are offered
 * first, so the host would have used one of them if it still had it.
 * As in OpenSSH, a host at another port is also known when its key is recorded under the bare name.
 */
export function checkHostKey(
  entries: readonly KnownHost[],
  host: string,
  port: number,
  shown: Buffer,
): KeyVerdict {
  const key = shown.toString('base64')
  const names = new Set([recordedName(host, port), host.toLowerCase()])
  const about = entries.filter(({ hosts }) => [...names].some((name) => hostsMatch(hosts, name)))
  const revoked = about.find((entry) => entry.marker === 'revoked' && entry.key === key)
  if (revoked !== undefined) return { kind: 'revoked', entry: revoked }
  const match = about.find((entry) => entry.marker === 'none' && entry.key === key)
  if (match !== undefined) return { kind: 'match', entry: match }
  const exact = about.filter((e) => e.marker === 'none' && hostsMatch(e.hosts, recordedName(host, port)))
  const other = exact.find((entry) => entry.type === keyType(shown)) ?? exact[0]
  if (other !== undefined) return { kind: 'changed', entry: other }
  const authority = about.find((entry) => entry.marker === 'cert-authority')
  return { kind: 'unknown', ...(authority !== undefined && { authority }) }
}

/** ssh2's default algorithms, in order of preference. */
const DEFAULT_ORDER = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const
export type HostKeyAlgorithm = (typeof DEFAULT_ORDER)[number]

const typeOf = (algorithm: HostKeyAlgorithm): string =>
  algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm

/** Host key algorithms, those with recorded keys first, so that the host uses a key that can be compared. */
export function orderAlgorithms(
  entries: readonly KnownHost[],
  host: string,
  port: number,
): HostKeyAlgorithm[] {
  const plain = entries.filter(({ marker }) => marker === 'none')
  const under = (name: string) => new Set(plain.filter((e) => hostsMatch(e.hosts, name)).map((e) => e.type))
  const exact = under(recordedName(host, port))
  const types = exact.size > 0 ? exact : under(host.toLowerCase())
  const known = DEFAULT_ORDER.filter((algorithm) => types.has(typeOf(algorithm)))
  return [...known, ...DEFAULT_ORDER.filter((algorithm) => !known.includes(algorithm))]
}

/** A line for known_hosts, with the name hashed when asked. */
export function knownHostLine(host: string, port: number, key: Buffer, hashed: boolean): string {
  const name = recordedName(host, port)
  const salt = randomBytes(20)
  const field = hashed ? `|1|${salt.toString('base64')}|${hashName(name, salt)}` : name
  return `${field} ${keyType(key) ?? 'unknown'} ${key.toString('base64')}`
}
