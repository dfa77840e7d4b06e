import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import mysql from 'mysql2/promise'
import type { DatabaseAccount, DatabaseServer } from '../spec/types.ts'
import type { Transport } from '../transport/types.ts'
import type { Session } from './session.ts'

/** A TCP stream to a database server: through SSH to a host's own loopback, by way of a host, or straight. */
export async function databaseStream(session: Session, server: DatabaseServer): Promise<Duplex> {
  if (server.kind === 'host') return transportOf(session, server.host).connect('127.0.0.1', server.port)
  if (server.via) return transportOf(session, server.via).connect(server.address, server.port)
  return connectTcp(server.port, server.address)
}

/** Logs in to a database server. Strings come back as they are stored; nothing is cast by guess. */
export async function databaseLogin(
  session: Session,
  server: DatabaseServer,
  account: DatabaseAccount,
  database?: string,
): Promise<mysql.Connection> {
  return mysql.createConnection({
    stream: await databaseStream(session, server),
    user: account.user,
    password: session.secrets.get(account.password).reveal(),
    dateStrings: true,
    ...(database && { database }),
  })
}

function transportOf(session: Session, host: string): Transport {
  const transport = session.transports[host]
  if (!transport) throw new Error(`no transport to ${host}`)
  return transport
}
