import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import type { SecretRef } from '../../config/types.ts'

/**
 * The scheduler's key is derived from a secret, which Howdah generates like a password. So both halves are known before
 * Howdah connects to any host, one run installs both, and a new scheduler host gets the same key again. If the file of
 * the secret is missing, the next run makes another key, and removes the old one from authorized_keys.
 */
export const KEY_SECRET: SecretRef = { kind: 'generate', name: 'scheduler-key' }

export interface KeyPair {
  /** The file that ssh reads, with its header. */
  readonly privateKey: string
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string
}

const TYPE = 'ssh-ed25519'
/** An Ed25519 private key in PKCS#8 (RFC 8410) is these bytes and a seed of 32. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
/** A public key in SPKI ends with its 32 bytes. */
const PUBLIC_BYTES = 32

const digest = (label: string, secret: string): Buffer =>
  createHash('sha256').update(`howdah ${label}\0${secret}`).digest()

const part = (data: Buffer | string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(data))
  return Buffer.concat([length, Buffer.from(data)])
}

/** An Ed25519 key from a secret: always the same one. Formats: PROTOCOL.key of OpenSSH, RFC 8709. */
export function keyPairOf(secret: string, comment: string): KeyPair {
  const seed = digest('scheduler key', secret)
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const bytes = spki.subarray(spki.length - PUBLIC_BYTES)
  const blob = Buffer.concat([part(TYPE), part(bytes)])
  return { privateKey: openssh(seed, bytes, blob, comment), publicKey: `${TYPE} ${blob.toString('base64')}` }
}

function openssh(seed: Buffer, bytes: Buffer, blob: Buffer, comment: string): string {
  // The same number twice shows a reader that the decryption succeeded; without a cipher any number is valid.
  const check = digest('scheduler key check', seed.toString('hex')).subarray(0, 4)
  const open = Buffer.concat([
    check,
    check,
    part(TYPE),
    part(bytes),
    part(Buffer.concat([seed, bytes])),
    part(comment),
  ])
  const padding = Buffer.from(Array.from({ length: (8 - (open.length % 8)) % 8 }, (_, i) => i + 1))
  const count = Buffer.from([0, 0, 0, 1])
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[part('none'), part('none'), part(''), count],
    ...[part(blob), part(Buffer.concat([open, padding]))],
  ])
  const lines = whole.toString('base64').replace(/.{70}/g, '$&\n').trimEnd()
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`
}
