import { createHash, createPublicKey } from 'node:crypto'
import { createRequire } from 'node:module'

/** A parsed line of authorized_keys. */
export interface PublicKey {
  readonly type: string
  /** The key itself, base64. */
  readonly blob: string
  /** The options before the type (`from="10.0.0.0/8"`), or ''. */
  readonly options: string
  readonly comment: string
  /** As ssh-keygen shows it: SHA256:… */
  readonly fingerprint: string
}

/** Why a line is not a key that may be used. */
export interface KeyFault {
  readonly why: string
  readonly expected: string
}

export const isFault = (parsed: PublicKey | KeyFault): parsed is KeyFault => 'why' in parsed

/** NIST SP 800-131A disallows shorter ones. */
const LEAST_RSA_BITS = 2048

const WANTED = 'an ed25519, ecdsa or rsa key of 2048 bits or more, as it stands in a .pub file'

/** Keys of FIDO tokens, which ssh2 does not parse: the number of bytes of each part, the name first. */
const TOKEN_KEYS: Readonly<Record<string, readonly (number | undefined)[]>> = {
  'sk-ssh-ed25519@openssh.com': [undefined, 32, undefined],
  'sk-ecdsa-sha2-nistp256@openssh.com': [undefined, 8, 65, undefined],
}

const TYPE = /^(ssh-|ecdsa-|sk-|rsa-sha2-)/
const OPTIONS = /^((?:[^\s"]|"(?:\\.|[^"\\])*")+)\s+(\S.*)$/
const fault = (why: string, expected = WANTED): KeyFault => ({ why, expected })

/** Parses one line of authorized_keys, and checks the key: DSA, short RSA, certificates and broken ones are faults. */
export function parsePublicKey(line: string): PublicKey | KeyFault {
  const text = line.trim()
  if (/PRIVATE KEY/.test(text))
    return fault('it is a private key: never give it away', 'the .pub file beside it')
  if (hasControl(text)) return fault('it holds control characters, or more than one line', 'one line a key')
  const { options, rest } = splitOptions(text)
  const [type = '', blob = '', ...words] = rest.split(/\s+/)
  if (!TYPE.test(type)) return fault('it is not a public key')
  if (type === 'ssh-dss') return fault('it is a DSA key, which sshd takes no more')
  if (type.includes('-cert-')) return fault('it is a certificate, not a key')
  const why = TOKEN_KEYS[type] ? tokenFault(type, blob) : keyFault(type, blob)
  if (why !== undefined) return fault(why)
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64')
  return { type, blob, options, comment: words.join(' '), fingerprint: `SHA256:${digest.replace(/=+$/, '')}` }
}

/** The key as a line of authorized_keys. */
export const keyLine = ({ options, type, blob, comment }: PublicKey): string =>
  [options, type, blob, comment].filter((part) => part !== '').join(' ')

const hasControl = (text: string): boolean => [...text].some((char) => char < ' ' || char === '\x7f')

function splitOptions(text: string): { options: string; rest: string } {
  if (TYPE.test(text)) return { options: '', rest: text }
  const [, options = '', rest = text] = OPTIONS.exec(text) ?? []
  return TYPE.test(rest) ? { options, rest } : { options: '', rest: text }
}

function keyFault(type: string, blob: string): string | undefined {
  // Loaded only when there is a key, since it takes a tenth of a second.
  const { utils } = createRequire(import.meta.url)('ssh2') as typeof import('ssh2')
  const key = utils.parseKey(`${type} ${blob}`)
  if (key instanceof Error) return `it is not a whole key (${key.message})`
  const parsed = Array.isArray(key) ? key[0] : key
  if (parsed.getPublicSSH().toString('base64') !== blob)
    return 'it is not a whole key (its data is not as its type says)'
  if (type !== 'ssh-rsa') return undefined
  const bits = createPublicKey(parsed.getPublicPEM()).asymmetricKeyDetails?.modulusLength ?? 0
  return bits < LEAST_RSA_BITS ? `it is an RSA key of ${bits} bits, which is too weak` : undefined
}

function tokenFault(type: string, blob: string): string | undefined {
  const parts = stringsOf(Buffer.from(blob, 'base64'))
  const lengths = TOKEN_KEYS[type] ?? []
  const whole =
    parts?.length === lengths.length &&
    parts[0]?.toString() === type &&
    lengths.every((length, i) => length === undefined || parts[i]?.length === length)
  return whole ? undefined : 'it is not a whole key (its data is not as its type says)'
}

/** The length-prefixed strings of a key (RFC 4251, section 5); undefined when the lengths do not match the data. */
function stringsOf(data: Buffer): Buffer[] | undefined {
  const parts: Buffer[] = []
  let at = 0
  while (at < data.length) {
    if (at + 4 > data.length) return undefined
    const end = at + 4 + data.readUInt32BE(at)
    if (end > data.length) return undefined
    parts.push(data.subarray(at + 4, end))
    at = end
  }
  return parts
}
