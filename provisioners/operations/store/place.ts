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

/** Where the result store is, and the host whose client dumps and loads it. */
export interface StorePlace {
  readonly store: ResultStore
  readonly server: SqlServer
  /** The host whose client dumps and loads. */
  readonly client: string
  readonly transports: Transports
  readonly login: ClientLogin
  /** A new connection of the administrator. */
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

/** A server that is elsewhere is dumped from the host that it is reached through, else from the metastore's. */
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

/** A failure of the server in words that say what became of the work. */
export function storeFailure(error: unknown, place: StorePlace, left: string, next: string): unknown {
  if (error instanceof HowdahError) return error
  const { target } = place.server
  const words = explain(error, [place.login.password.reveal()])
  const lost = isLost(error) || /ECONNREFUSED|Can't connect|server has gone away|2013|2002|2003/.test(words)
  return new HowdahError({
    code: lost ? 'STORE_LOST' : 'STORE_REFUSED',
    exit: lost ? 'connection' : 'stepFailed',
    message: `${target} ${lost ? 'went away' : 'refused'}: ${words}; ${left}`,
    where: target,
    next,
  })
}

/** What clients say when the server goes away, or is going: their own numbers, and the server's last words. */
const LOST =
  /gone away|lost connection|can't connect|connection was killed|shutdown in progress|connection refused|\b(1053|1927|2002|2003|2006|2013|2026|2055)\b/i

/** A client's exit as an error, or nothing. */
export function clientFailure(
  ran: RunResult,
  exit: number,
  place: StorePlace,
  what: string,
): HowdahError | undefined {
  if (exit === 0) return undefined
  const { client: host } = place
  const words = ran.stderr.trim().slice(-2000)
  const lost = LOST.test(words)
  const absent = exit === NO_CLIENT
  return new HowdahError({
    code: absent ? 'STORE_NO_CLIENT' : lost ? 'STORE_LOST' : 'STORE_CLIENT_FAILED',
    exit: absent ? 'preflight' : lost ? 'connection' : 'stepFailed',
    message: absent
      ? `${host} has no client of MariaDB or MySQL: ${words}`
      : `${what} (exit ${exit} on ${host})`,
    where: host,
    ...(!absent && { detail: words }),
    next: absent
      ? `apt-get install default-mysql-client (on ${host})`
      : 'see that the server runs (howdah status), then type the same command again',
  })
}
