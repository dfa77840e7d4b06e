import type { DatabaseServer } from '../../config/types.ts'
import { raw, sh } from '../../shell.ts'
import { primaryOf } from '../support/hosts.ts'
import type { ComponentContext, HealthCheck } from '../types.ts'
import { FLAVORS, pingScript } from './managed-server.ts'
import { type SqlServer, sqlServers } from './servers.ts'

const NAMES = {
  'result-store': 'result-store',
  lms: 'lms-database',
  metastore: 'metastore-database',
} as const

/**
 * Shell that tries a TCP connection from a host. Every Debian and Ubuntu has bash, and its /dev/tcp needs no package.
 */
const reach = (address: string, port: number): string =>
  sh`timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${address} ${port} 2>/dev/null`

function managedScript(server: Extract<DatabaseServer, { kind: 'host' }>): string {
  const { unit } = FLAVORS[server.flavor]
  return [
    `state=$(systemctl is-active ${unit}) || { echo "the unit ${unit} is $state"; exit 1; }`,
    `${pingScript(server.flavor)} || { echo "${unit} does not answer on its socket"; exit 1; }`,
    `${reach('127.0.0.1', server.port)} || { echo "nothing listens on port ${server.port}"; exit 1; }`,
    `echo "${unit} answers on port ${server.port}"`,
  ].join('\n')
}

const externalScript = ({ address, port }: Extract<DatabaseServer, { kind: 'external' }>): string =>
  [
    sh`${raw(reach(address, port))} || { echo ${`${address}:${port} cannot be reached from here`}; exit 1; }`,
    sh`echo ${`${address}:${port} can be reached`}`,
  ].join('\n')

function check(name: string, { server }: SqlServer, asker: string): HealthCheck {
  if (server.kind === 'external') {
    return {
      name,
      host: asker,
      title: `database server ${server.address}:${server.port}`,
      script: externalScript(server),
      next: `check the address, and that a firewall lets ${asker} through to ${server.address}:${server.port}`,
    }
  }
  const { unit } = FLAVORS[server.flavor]
  return {
    name,
    host: server.host,
    title: `${unit} on ${server.host}`,
    script: managedScript(server),
    next: `journalctl -u ${unit} -n 50 (on ${server.host}), then howdah bootstrap`,
  }
}

/** One check per purpose, on the server's own host; for an external server, on the host that needs it most. */
export function storeHealthChecks({ cluster }: Pick<ComponentContext, 'cluster'>): HealthCheck[] {
  const asker = (primaryOf(cluster, 'hive-metastore') ?? cluster.hosts[0])?.name ?? ''
  return sqlServers(cluster).flatMap((server) =>
    server.purposes.map((purpose) => check(NAMES[purpose], server, asker)),
  )
}
