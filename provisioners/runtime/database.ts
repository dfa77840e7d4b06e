import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Connection } from 'mysql2/promise'
import type { Cluster, DatabaseAccount, DatabaseServer } from '../config/types.ts'
import { HowdahError } from '../errors.ts'
import { type Link, openConnection } from '../mysql/index.ts'
import { addressOf, certificateOf, sqlServers } from '../services/result-store/index.ts'
import type { DatabaseAuthority } from '../services/types.ts'
import { connectionTo } from './ask.ts'
import type { Session } from './session.ts'

/** A TCP stream to a database server: through SSH to the loopback of its host, through another host, or direct. */
async function databaseStream(session: Session, server: DatabaseServer): Promise<Duplex> {
  if (server.kind === 'host')
    return connectionTo(session.transports, server.host).connect('127.0.0.1', server.port)
  if (server.via) return connectionTo(session.transports, server.via).connect(server.address, server.port)
  return connectTcp(server.port, server.address)
}

/** A stream to a database server, and its TLS settings. Throws DATABASE_CA_*. */
export async function databaseLink(session: Session, server: DatabaseServer): Promise<Link> {
  // The stream to a server on a host goes through SSH to its loopback, so TLS is used only where it is required.
  if (server.kind === 'host' && server.tls !== 'required') {
    return { stream: await databaseStream(session, server) }
  }
  const ca = authorityOf(session.cluster, server)?.trusted
  const own = server.kind === 'host'
  const tls = { mode: server.tls, address: addressOf(server), port: server.port, own, ...(ca && { ca }) }
  return { stream: await databaseStream(session, server), tls }
}

/** The certificates that a server must prove itself with; undefined where none are configured. */
function authorityOf(cluster: Cluster, server: DatabaseServer): DatabaseAuthority | undefined {
  if (server.kind === 'external')
    return server.ca ? { trusted: lines([readAuthorities(server.ca)]) } : undefined
  const made = certificateOf(cluster, server)
  if (made === undefined) return undefined
  const own = readAuthorities(made.certificate)
  const both = existsSync(made.previous) ? [own, readAuthorities(made.previous)] : [own]
  return { trusted: lines(both), own: lines([own]) }
}

const lines = (blocks: readonly string[]): string => blocks.map((block) => `${block}\n`).join('')

/**
 * The certificates that database servers prove themselves with, by target. They are read before the first connection, so
 * that a bad file is found by then. Throws DATABASE_CA_*.
 */
export const databaseAuthorities = (cluster: Cluster): Readonly<Record<string, DatabaseAuthority>> =>
  Object.fromEntries(
    sqlServers(cluster).flatMap(({ target, server }) => {
      const authority = authorityOf(cluster, server)
      return authority === undefined ? [] : [[target, authority]]
    }),
  )

/** The certificates of a PEM file, as text. Throws DATABASE_CA_UNREADABLE, DATABASE_CA_UNFIT. */
export function readAuthorities(path: string): string {
  const found = readPem(path).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  if (found === null) throw unfit(path, 'no certificate')
  for (const [i, block] of found.entries()) {
    try {
      new X509Certificate(block)
    } catch (cause) {
      throw unfit(path, `certificate ${i + 1} of ${found.length} is damaged`, cause)
    }
  }
  return found.join('\n')
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new HowdahError({
      code: 'DATABASE_CA_UNREADABLE',
      exit: 'configuration',
      message: `the certificates in ${path} can't be read (${(cause as NodeJS.ErrnoException).code})`,
      where: path,
      expected: 'a PEM file, named by external.ca',
      next: `ls -l ${path}`,
      cause,
    })
  }
}

const unfit = (path: string, found: string, cause?: unknown): HowdahError =>
  new HowdahError({
    code: 'DATABASE_CA_UNFIT',
    exit: 'configuration',
    message: `${path} is not a file of certificates: ${found}`,
    found,
    where: path,
    expected: 'PEM: blocks of -----BEGIN CERTIFICATE-----',
    next: `openssl x509 -in ${path} -noout -subject`,
    cause,
  })

/** Logs in to a database server. Dates are returned as text, as they are stored. Throws DATABASE_*. */
export async function databaseLogin(
  session: Session,
  server: DatabaseServer,
  account: DatabaseAccount,
  database?: string,
): Promise<Connection> {
  return openConnection(() => databaseLink(session, server), {
    user: account.user,
    password: session.secrets.get(account.password).reveal(),
    dateStrings: true,
    ...(database && { database }),
  })
}
