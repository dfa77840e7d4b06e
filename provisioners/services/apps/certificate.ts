import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { ErrorCode } from '../../errors.ts'

/** What is wrong with a certificate, or will be soon. Pure: contents in, words out. */
export interface CertificateFinding {
  /** TLS_… */
  readonly code: ErrorCode
  readonly message: string
  readonly found?: string
  readonly expected?: string
}

export interface CertificateReport {
  readonly faults: readonly CertificateFinding[]
  readonly warnings: readonly string[]
}

/** Days before its end from which on a certificate is warned of, and one that Howdah made is made anew. */
export const RENEW_DAYS = 30

const DAY_MS = 86_400_000
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
const day = (date: string): string => new Date(date).toISOString().slice(0, 10)

/** The certificates of a PEM text, in their order; undefined where one is damaged or there is none. */
export function parseCertificates(pem: string): readonly X509Certificate[] | undefined {
  const blocks = pem.match(BLOCK) ?? []
  try {
    const all = blocks.map((block) => new X509Certificate(block))
    return all.length > 0 ? all : undefined
  } catch {
    return undefined
  }
}

function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

/**
 * Whether a server of the name `serverName` can show this chain with this key at `now`: the PEM parses, the key is
 * that of the first certificate, it holds today, and the name is in it.
 */
export function checkCertificate(
  pem: string,
  keyPem: string,
  serverName: string,
  now: Date,
): CertificateReport {
  const chain = parseCertificates(pem)
  const [leaf] = chain ?? []
  if (chain === undefined || leaf === undefined) {
    const message = 'it holds no certificate that can be read'
    return { faults: [{ code: 'TLS_CERTIFICATE_UNFIT', message, expected: PEM }], warnings: [] }
  }
  const faults = [
    ...keyFaults(chain, leaf, keyPem),
    ...dateFaults(leaf, now),
    ...nameFaults(leaf, serverName),
  ]
  const left = Math.floor((new Date(leaf.validTo).getTime() - now.getTime()) / DAY_MS)
  const soon = faults.length === 0 && left < RENEW_DAYS
  return {
    faults,
    warnings: [
      ...(soon ? [`the certificate of ${serverName} ends on ${day(leaf.validTo)}, in ${left} days`] : []),
      ...chainWarnings(chain, serverName),
    ],
  }
}

const PEM = 'PEM: blocks of -----BEGIN CERTIFICATE-----'

function keyFaults(
  chain: readonly X509Certificate[],
  leaf: X509Certificate,
  keyPem: string,
): CertificateFinding[] {
  const key = parseKey(keyPem)
  if (key === undefined) {
    const expected = 'a private key in PEM, without a passphrase'
    return [{ code: 'TLS_KEY_UNFIT', message: 'its private key cannot be read', expected }]
  }
  if (leaf.checkPrivateKey(key)) return []
  const place = chain.findIndex((one) => one.checkPrivateKey(key))
  const message =
    place > 0
      ? `the private key is that of certificate ${place + 1} in the file, and the server's own must come first`
      : 'the private key is not the one of this certificate'
  return [{ code: 'TLS_KEY_MISMATCH', message, found: `a certificate of ${subject(leaf)}` }]
}

const subject = (one: X509Certificate): string => one.subject.replaceAll('\n', ', ') || 'no subject'

function dateFaults({ validFrom, validTo }: X509Certificate, now: Date): CertificateFinding[] {
  if (new Date(validTo) <= now) {
    const message = `it ended on ${day(validTo)}`
    return [
      { code: 'TLS_CERTIFICATE_EXPIRED', message, found: day(validTo), expected: 'one that holds today' },
    ]
  }
  if (new Date(validFrom) <= now) return []
  const message = `it begins on ${day(validFrom)}`
  return [{ code: 'TLS_CERTIFICATE_EARLY', message, found: day(validFrom), expected: 'one that holds today' }]
}

function nameFaults(leaf: X509Certificate, serverName: string): CertificateFinding[] {
  // Clients of today look at the alternative names alone.
  if (leaf.checkHost(serverName, { subject: 'never' }) !== undefined) return []
  const found = leaf.subjectAltName ?? 'no alternative names'
  const message = `it is not made out to ${serverName}`
  return [{ code: 'TLS_CERTIFICATE_NAME', message, found, expected: `DNS:${serverName}` }]
}

function chainWarnings(chain: readonly X509Certificate[], serverName: string): string[] {
  const gap = chain.findIndex((one, i) => {
    const next = chain[i + 1]
    return next !== undefined && !one.checkIssued(next)
  })
  if (gap < 0) return []
  return [
    `in the chain of ${serverName} certificate ${gap + 2} did not issue certificate ${gap + 1}: some clients will not find their way to the root`,
  ]
}
