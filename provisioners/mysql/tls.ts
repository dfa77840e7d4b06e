import type { Duplex } from 'node:stream'
import mysql, { type Connection, type ConnectionOptions } from 'mysql2/promise'
import type { DatabaseTls } from '../config/types.ts'
import { type ErrorCode, HowdahError } from '../errors.ts'

/** How a connection is encrypted, and how the server's certificate is verified. */
export interface LinkTls {
  readonly mode: DatabaseTls
  /** The name in the certificate is this address. */
  readonly address: string
  readonly port: number
  /** Certificates (PEM) that the server's certificate must be signed by; without them any certificate is accepted. */
  readonly ca?: string
  /** A managed server: Howdah can repair its TLS. */
  readonly own?: boolean
}

/** A stream to a server, and its TLS; without `tls` the connection is not encrypted. */
export interface Link {
  readonly stream: Duplex
  readonly tls?: LinkTls
}

/** A new link to the server each time it is called. */
export type Connect = () => Promise<Link>

/** The client's options for a link. `off` and an absent `tls` are the same. */
export function tlsOptions(tls: LinkTls | undefined): Pick<ConnectionOptions, 'ssl' | 'host' | 'port'> {
  if (tls === undefined || tls.mode === 'off') return {}
  const { address, port, ca } = tls
  const ssl =
    ca === undefined ? { rejectUnauthorized: false } : { ca, rejectUnauthorized: true, verifyIdentity: true }
  // With a stream, the client opens no connection: host is the name that it compares with the certificate.
  return { ssl, host: address, port }
}

/**
 * Opens a connection over a link. `preferred` continues without TLS if the server's TLS does not work. Throws
 * DATABASE_NO_TLS, DATABASE_TLS_FAILED, DATABASE_TLS_UNTRUSTED, DATABASE_TLS_NAME, DATABASE_TLS_WANTED; else what the
 * client throws.
 */
export async function openConnection(
  connect: Connect,
  options: Omit<ConnectionOptions, 'stream' | 'ssl' | 'host' | 'port'>,
): Promise<Connection> {
  const { stream, tls } = await connect()
  try {
    return await open(stream, tls, options)
  } catch (error) {
    if (tls?.mode !== 'preferred' || !isHandshake(error)) throw tls ? explainTls(error, tls) : error
    return await openPlain(connect, tls, options, error)
  }
}

async function open(
  stream: Duplex,
  tls: LinkTls | undefined,
  options: ConnectionOptions,
): Promise<Connection> {
  try {
    const connection = await mysql.createConnection({ ...options, ...tlsOptions(tls), stream })
    // Without a listener, an error between two queries would end the whole process.
    connection.on('error', () => {})
    return connection
  } catch (error) {
    stream.destroy()
    throw error
  }
}

async function openPlain(
  connect: Connect,
  tls: LinkTls,
  options: ConnectionOptions,
  before: unknown,
): Promise<Connection> {
  const { stream } = await connect()
  try {
    return await open(stream, undefined, options)
  } catch (error) {
    // The server requires TLS, but its TLS did not work: the first error is the one that must be repaired.
    throw explainTls(wantsTls(error) ? before : error, tls)
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

const isHandshake = (error: unknown): boolean =>
  ['HANDSHAKE_NO_SSL_SUPPORT', 'HANDSHAKE_SSL_ERROR'].includes(codeOf(error))

/** ER_SECURE_TRANSPORT_REQUIRED of MySQL and MariaDB. */
const wantsTls = (error: unknown): boolean => (error as { errno?: unknown } | null)?.errno === 3159

/** A failure of TLS as a HowdahError with a remedy; other failures unchanged. */
export function explainTls(cause: unknown, tls: LinkTls): unknown {
  const where = `${tls.address}:${tls.port}`
  const text = cause instanceof Error ? cause.message : String(cause)
  const refuse = (code: ErrorCode, message: string, next: string, exit: 'connection' | 'authentication') =>
    new HowdahError({ code, exit, message, where, next, cause })
  if (wantsTls(cause)) {
    return refuse(
      'DATABASE_TLS_WANTED',
      `${where} refuses connections without TLS, and cluster.yml switches it off`,
      'write `tls: required` below external, then howdah plan',
      'connection',
    )
  }
  if (codeOf(cause) === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return refuse(
      'DATABASE_NO_TLS',
      `${where} offers no TLS, and cluster.yml requires it`,
      tls.own
        ? REPAIR
        : 'give the server a certificate (ssl_cert, ssl_key); or, on a network that nobody listens to, write `tls: preferred` below external and leave out ca',
      'connection',
    )
  }
  return codeOf(cause) === 'HANDSHAKE_SSL_ERROR' ? explainHandshake(cause, text, tls, refuse) : cause
}

const REPAIR = 'howdah bootstrap gives the server the certificate that Howdah made for it, and restarts it'

function explainHandshake(
  cause: unknown,
  text: string,
  { address, port, own }: LinkTls,
  refuse: (
    code: ErrorCode,
    message: string,
    next: string,
    exit: 'connection' | 'authentication',
  ) => HowdahError,
): HowdahError {
  const where = `${address}:${port}`
  const command = `openssl s_client -starttls mysql -connect ${where} -showcerts </dev/null`
  // The client replaces Node's error code, but the other fields still identify the failure.
  const details = cause as { cert?: unknown; library?: unknown; errno?: unknown }
  if (details.cert !== undefined) {
    return refuse(
      'DATABASE_TLS_NAME',
      `the certificate of ${where} is for another name: ${text}`,
      own
        ? REPAIR
        : `write the name in the certificate as external.address, or give the server one for this name; ${command} shows it`,
      'authentication',
    )
  }
  if (details.library !== undefined || details.errno !== undefined || !/certificate/i.test(text)) {
    return refuse(
      'DATABASE_TLS_FAILED',
      `no TLS connection with ${where}: ${text}`,
      `${command} shows more; Howdah uses TLS 1.2 and 1.3`,
      'connection',
    )
  }
  return refuse(
    'DATABASE_TLS_UNTRUSTED',
    `the certificate of ${where} is not ${own ? 'the one that Howdah made for it' : 'signed by those in external.ca'}: ${text}`,
    own
      ? REPAIR
      : `put the certificate of the authority that signed it into external.ca; ${command} shows it`,
    'authentication',
  )
}
