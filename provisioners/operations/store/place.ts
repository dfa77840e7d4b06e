import type { Connection } from 'mysql2/promise'
import { primaryOf } from '../../config/placed.ts'
import type { Cluster, ResultStore } from '../../config/types.ts'
import { HowdahError } from '../../errors.ts'
import { explain, isLost } from '../../mysql/index.ts'
import type { Transports } from '../../runtime/ask.ts'
import { databaseLogin } from '../../runtime/database.ts'
import type { Session } from '../../runtime/session.ts'
import {
  addressOf,
  type ClientLogin,
  NO_CLIENT,
  type SqlServer,
  sqlServers,
} from '../../services/result-store/index.ts'
import type { RunResult } from '../../transport/types.ts'

/** The server of the result store, and how to reach it. */
export interface StorePlace {
  readonly store: ResultStore
  readonly server: SqlServer
  /** The host whose client dumps and loads the database. */
  readonly client: string
  readonly transports: Transports
  readonly login: ClientLogin
  /** Opens a new connection of the administrator. */
  connect(): Promise<Connection>
}

export const storeAbsent = (cluster: Cluster): HowdahError =>
  new HowdahError({
    code: 'STORE_ABSENT',
    exit: 'configuration',
    message: `${cluster.name} has no result store`,
    where: cluster.file,
    next: 'give a host the role result-store, or write resultStore.external',
  })

/** An external server is dumped from the host through which it is reached, or else from the host of the metastore. */
function clientHost({ hosts }: Cluster, { server }: SqlServer): string {
  if (server.kind === 'host') return server.host
  const metastore = primaryOf({ hosts }, 'hive-metastore')
  return server.via ?? metastore?.name ?? hosts[0]?.name ?? ''
}

/** Throws STORE_ABSENT. */
export function storePlace(session: Session): StorePlace {
  const { cluster, secrets, transports } = session
  const server = sqlServers(cluster).find(({ purposes }) => purposes.includes('result-store'))
  const store = cluster.resultStore
  if (!server || !store) throw storeAbsent(cluster)
  const login: ClientLogin = {
    host: server.server.kind === 'host' ? '127.0.0.1' : addressOf(server.server),
    port: server.server.port,
    user: server.admin.user,
    password: secrets.get(server.admin.password),
    requireTls: server.server.tls === 'required',
  }
  const connect = () => databaseLogin(session, server.server, server.admin)
  return { store, server, client: clientHost(cluster, server), transports, login, connect }
}

/** An error of the server as a HowdahError. `left` says in which state the work was left. */
export function storeFailure(error: unknown, place: StorePlace, left: string, next: string): unknown {
  if (error instanceof HowdahError) return error
  const { target } = place.server
  const text = explain(error, [place.login.password.reveal()])
  const lost = isLost(error) || /ECONNREFUSED|Can't connect|server has gone away|2013|2002|2003/.test(text)
  return new HowdahError({
    code: lost ? 'STORE_LOST' : 'STORE_REFUSED',
    exit: lost ? 'connection' : 'stepFailed',
    message: `${target} ${lost ? 'stopped answering' : 'refused'}: ${text}; ${left}`,
    where: target,
    next,
  })
}

/** The messages and numbers of clients and servers when a server stops. */
const LOST =
  /gone away|lost connection|can't connect|connection was killed|shutdown in progress|connection refused|\b(1053|1927|2002|2003|2006|2013|2026|2055)\b/i

/** The error for the exit code of a client; undefined for 0. */
export function clientFailure(
  ran: RunResult,
  exit: number,
  place: StorePlace,
  what: string,
): HowdahError | undefined {
  if (exit === 0) return undefined
  const { client: host } = place
  const text = ran.stderr.trim().slice(-2000)
  const lost = LOST.test(text)
  const absent = exit === NO_CLIENT
  return new HowdahError({
    code: absent ? 'STORE_NO_CLIENT' : lost ? 'STORE_LOST' : 'STORE_CLIENT_FAILED',
    exit: absent ? 'preflight' : lost ? 'connection' : 'stepFailed',
    message: absent
      ? `${host} has no client of MariaDB or MySQL: ${text}`
      : `${what} (exit ${exit} on ${host})`,
    where: host,
    ...(!absent && { detail: text }),
    next: absent
      ? `apt-get install default-mysql-client (on ${host})`
      : 'check that the server runs (howdah status), then type the same command again',
  })
}
