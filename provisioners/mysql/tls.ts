import type { Duplex } from 'node:stream'
import mysql, { type Connection, type ConnectionOptions } from 'mysql2/promise'
import type { DatabaseTls } from '../config/types.ts'
import { type ErrorCode, HowdahError } from '../errors.ts'

/** How a connection is encrypted, and who the other end must prove to be. */
export interface LinkTls {
  readonly mode: DatabaseTls
  /** The name in the certificate is this address. */
  readonly address: string
  readonly port: number
  /** Certificates (PEM) that the server's must come from; without them anybody's is taken. */
  readonly ca?: string
  /** A server of ours: what is wrong with its TLS, Howdah mends. */
  readonly own?: boolean
}

/** A stream to a server, and what is to be wrapped around it; without `tls` nothing is. */
export interface Link {
  readonly stream: Duplex
  readonly tls?: LinkTls
}

/** A new link to the server each time it is called. */
export type Connect = () => Promise<Link>

/** The client's options for a link; `off` and no word at all are the same to it. */
export function tlsOptions(tls: LinkTls | undefined): Pick<ConnectionOptions, 'ssl' | 'host' | 'port'> {
  if (tls === undefined || tls.mode === 'off') return {}
  const { address, port, ca } = tls
  const ssl =
    ca === undefined ? { rejectUnauthorized: false } : { ca, rejectUnauthorized: true, verifyIdentity: true }
  // With a stream given, the client dials nothing: host is the name that it compares the certificate with.
  return { ssl, host: address, port }
}

/**
 * Opens a connection over a link. `preferred` goes on without TLS where the server has none that works.
 * Throws DATABASE_NO_TLS, DATABASE_TLS_FAILED, DATABASE_TLS_UNTRUSTED, DATABASE_TLS_NAME, DATABASE_TLS_WANTED; else
 * what the client throws.
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
    // Without a listener, a server that dies between two questions would end the whole process.
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
    // A server that insists on TLS, and whose TLS did not work: that is what is to be mended.
    throw explainTls(wantsTls(error) ? before : error, tls)
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

const isHandshake = (error: unknown): boolean =>
  ['HANDSHAKE_NO_SSL_SUPPORT', 'HANDSHAKE_SSL_ERROR'].includes(codeOf(error))

/** ER_SECURE_TRANSPORT_REQUIRED of MySQL and MariaDB. */
const wantsTls = (error: unknown): boolean => (error as { errno?: unknown } | null)?.errno === 3159

/** The same failure with what to do about it; another failure as it is. */
export function explainTls(cause: unknown, tls: LinkTls): unknown {
  const where = `${tls.address}:${tls.port}`
  const words = cause instanceof Error ? cause.message : String(cause)
  const refuse = (code: ErrorCode, message: string, next: string, exit: 'connection' | 'authentication') =>
    new HowdahError({ code, exit, message, where, next, cause })
  if (wantsTls(cause)) {
    return refuse(
      'DATABASE_TLS_WANTED',
      `${where} takes no connection without TLS, and cluster.yml switches it off`,
      'write `tls: required` below external, then howdah plan',
      'connection',
    )
  }
  if (codeOf(cause) === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return refuse(
      'DATABASE_NO_TLS',
      `${where} offers no TLS, and cluster.yml requires it`,
      tls.own
        ? MEND
        : 'give the server a certificate (ssl_cert, ssl_key); or, on a network that nobody listens to, write `tls: preferred` below external and leave out ca',
      'connection',
    )
  }
  return codeOf(cause) === 'HANDSHAKE_SSL_ERROR' ? explainHandshake(cause, words, tls, refuse) : cause
}

const MEND = 'howdah bootstrap gives the server the certificate that Howdah made for it, and restarts it'

function explainHandshake(
  cause: unknown,
  words: string,
  { address, port, own }: LinkTls,
  refuse: (
    code: ErrorCode,
    message: string,
    next: string,
    exit: 'connection' | 'authentication',
  ) => HowdahError,
): HowdahError {
  const where = `${address}:${port}`
  const look = `openssl s_client -starttls mysql -connect ${where} -showcerts </dev/null`
  // The client puts its own code over Node's; what is left tells them apart.
  const said = cause as { cert?: unknown; library?: unknown; errno?: unknown }
  if (said.cert !== undefined) {
    return refuse(
      'DATABASE_TLS_NAME',
      `the certificate of ${where} is for another name: ${words}`,
      own
        ? MEND
        : `write the name in the certificate as external.address, or give the server one for this name; ${look} shows it`,
      'authentication',
    )
  }
  if (said.library !== undefined || said.errno !== undefined || !/certificate/i.test(words)) {
    return refuse(
      'DATABASE_TLS_FAILED',
      `no TLS connection with ${where}: ${words}`,
      `${look} tells more; Howdah speaks TLS 1.2 and 1.3`,
      'connection',
    )
  }
  return refuse(
    'DATABASE_TLS_UNTRUSTED',
    `the certificate of ${where} does not come from ${own ? 'the one that Howdah made for it' : 'those in external.ca'}: ${words}`,
    own
      ? MEND
      : `put the certificate of the authority that signed it into external.ca; ${look} shows who did`,
    'authentication',
  )
}
