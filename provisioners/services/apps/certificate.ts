import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { ErrorCode } from '../../errors.ts'

/** An error of a certificate. This file checks certificates as text: it reads no files and no hosts. */
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

/** Days before a certificate ends. From then on Howdah warns about it, and renews one that it made. */
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
 * Checks whether a server named `serverName` can use this chain and this key at `now`: the PEM can be parsed, the key
 * belongs to the first certificate, that certificate is valid today, and it has the name.
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
    const message = 'it has no certificate that can be read'
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
      ? `the private key belongs to certificate ${place + 1} in the file, and the server's certificate must be the first`
      : 'the private key does not belong to this certificate'
  return [{ code: 'TLS_KEY_MISMATCH', message, found: `a certificate of ${subject(leaf)}` }]
}

const subject = (one: X509Certificate): string => one.subject.replaceAll('\n', ', ') || 'no subject'

function dateFaults({ validFrom, validTo }: X509Certificate, now: Date): CertificateFinding[] {
  if (new Date(validTo) <= now) {
    const message = `it ended on ${day(validTo)}`
    return [
      { code: 'TLS_CERTIFICATE_EXPIRED', message, found: day(validTo), expected: 'one that is valid today' },
    ]
  }
  if (new Date(validFrom) <= now) return []
  const message = `it begins on ${day(validFrom)}`
  return [
    { code: 'TLS_CERTIFICATE_EARLY', message, found: day(validFrom), expected: 'one that is valid today' },
  ]
}

function nameFaults(leaf: X509Certificate, serverName: string): CertificateFinding[] {
  // Current clients use only the alternative names.
  if (leaf.checkHost(serverName, { subject: 'never' }) !== undefined) return []
  const found = leaf.subjectAltName ?? 'no alternative names'
  const message = `it does not have the name ${serverName}`
  return [{ code: 'TLS_CERTIFICATE_NAME', message, found, expected: `DNS:${serverName}` }]
}

function chainWarnings(chain: readonly X509Certificate[], serverName: string): string[] {
  const gap = chain.findIndex((one, i) => {
    const next = chain[i + 1]
    return next !== undefined && !one.checkIssued(next)
  })
  if (gap < 0) return []
  return [
    `in the chain of ${serverName} certificate ${gap + 2} did not issue certificate ${gap + 1}: some clients cannot verify the chain`,
  ]
}
