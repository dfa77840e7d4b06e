/**
 * A Java key store (JKS, version 2) of trusted certificates, the format of `cacerts`. Written here and not by keytool,
 * which writes the time into each entry, so that the same certificates would give different bytes.
 */
import { createHash, X509Certificate } from 'node:crypto'

const MAGIC = 0xfeedfeed
const VERSION = 2
const TRUSTED_CERTIFICATE = 2
/** The password of `cacerts` in every JDK; it detects damage, and hides nothing. */
export const STORE_PASSWORD = 'changeit'

/** The DER forms of all certificates in a PEM bundle, each once, in the order of their fingerprints. */
export function certificatesOf(pem: string): Buffer[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  const byPrint = new Map(
    blocks.map((block) => {
      const certificate = new X509Certificate(block)
      return [certificate.fingerprint256, certificate.raw] as const
    }),
  )
  return [...byPrint].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, raw]) => raw)
}

/** The bytes of the store. The same certificates give the same bytes. */
export function trustStore(certificates: readonly Buffer[], password = STORE_PASSWORD): Buffer {
  const body = Buffer.concat([
    int(MAGIC),
    int(VERSION),
    int(certificates.length),
    ...certificates.flatMap((der) => [
      int(TRUSTED_CERTIFICATE),
      text(createHash('sha256').update(der).digest('hex').slice(0, 32)),
      Buffer.alloc(8), // date of the entry: always 1970
      text('X.509'),
      int(der.length),
      der,
    ]),
  ])
  const digest = createHash('sha1').update(Buffer.from(password, 'utf16le').swap16())
  return Buffer.concat([body, digest.update('Mighty Aphrodite', 'utf8').update(body).digest()])
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** As DataOutputStream.writeUTF does for ASCII. */
function text(value: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(value.length)
  return Buffer.concat([length, Buffer.from(value, 'ascii')])
}
