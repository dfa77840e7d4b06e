import { join } from 'node:path'
import type { Cluster, DatabaseFlavor, DatabaseServer, SecretRef } from '../../config/types.ts'

export type Purpose = 'result-store' | 'lms' | 'metastore'

export interface SqlServer {
  /** `sql:<host>:<port>`, the name of the target. */
  readonly target: string
  readonly server: DatabaseServer
  readonly admin: { readonly user: string; readonly password: SecretRef }
  /** What the cluster uses the server for; it can be several things. */
  readonly purposes: readonly Purpose[]
}

/** The administrative account that Howdah creates on a server that it manages. */
export const ADMIN_USER = 'howdah'

/** `sql:<host>:<port>` of a server. */
export const targetOf = (server: DatabaseServer): string =>
  `sql:${server.kind === 'host' ? server.host : server.address}:${server.port}`

const adminOf = (server: DatabaseServer): SqlServer['admin'] =>
  server.kind === 'external'
    ? server.admin
    : { user: ADMIN_USER, password: { kind: 'generate', name: `database-admin-${server.host}` } }

/** The database servers of a cluster, each once, also when it has several purposes. */
export function sqlServers(cluster: Cluster): SqlServer[] {
  const uses: readonly (readonly [Purpose, DatabaseServer | undefined])[] = [
    ['result-store', cluster.resultStore?.server],
    ['lms', cluster.lms?.server],
    ['metastore', cluster.metastore.server],
  ]
  const byTarget = new Map<string, SqlServer>()
  for (const [purpose, server] of uses) {
    if (!server) continue
    const target = targetOf(server)
    const known = byTarget.get(target)
    byTarget.set(target, {
      target,
      server: known?.server ?? server,
      admin: known?.admin ?? adminOf(server),
      purposes: [...(known?.purposes ?? []), purpose],
    })
  }
  return [...byTarget.values()]
}

/** The server that Howdah runs on this host, if any. */
export const serverOn = (cluster: Cluster, host: string): ManagedServer | undefined =>
  sqlServers(cluster).find(
    (each): each is ManagedServer => each.server.kind === 'host' && each.server.host === host,
  )

export interface ManagedServer extends SqlServer {
  readonly server: Extract<DatabaseServer, { kind: 'host' }>
}

/** The address of a server for clients in the cluster. */
export const addressOf = (server: DatabaseServer): string =>
  server.kind === 'host' ? server.host : server.address

/** The flavour, if it is known before a connection; that of an external server is only in its version. */
export const flavorOf = (server: DatabaseServer): DatabaseFlavor | undefined =>
  server.kind === 'host' ? server.flavor : undefined

/** Files on this machine of the certificate that Howdah makes for a server. */
export interface MadeCertificate {
  readonly certificate: string
  readonly key: { readonly kind: 'file'; readonly path: string }
  /** The previous certificate. Clients trust it until the server has the new one. */
  readonly previous: string
}

/** The files of the certificate of a managed server; undefined if the server needs none. */
export function certificateOf(
  { stateDir }: Pick<Cluster, 'stateDir'>,
  server: DatabaseServer,
): MadeCertificate | undefined {
  if (server.kind !== 'host' || server.tls !== 'required') return undefined
  const base = join(stateDir, 'tls', `database-${server.host}`)
  return {
    certificate: `${base}.crt`,
    key: { kind: 'file', path: `${base}.key` },
    previous: `${base}.old.crt`,
  }
}
