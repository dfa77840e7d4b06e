import { isIPv4 } from 'node:net'
import type { Cluster, Daemon, Host } from '../../config/types.ts'
import type { HostFacts } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'

/** Databases and what stands outside of the cluster: a host that holds nothing else needs nothing of Hadoop. */
const OUTSIDE: readonly Daemon[] = [
  'metastore-database',
  'result-store',
  'lms-database',
  'scheduler',
  'api',
  'insights',
  'lms',
]

export const has = (host: Host, daemon: Daemon): boolean => host.daemons.includes(daemon)

/** True when the host runs a daemon of Hadoop, Hive or Sqoop, or their commands. */
export const isHadoopHost = (host: Host): boolean => host.daemons.some((d) => !OUTSIDE.includes(d))

export const hostsWith = (cluster: Cluster, daemon: Daemon): readonly Host[] =>
  cluster.hosts.filter((host) => has(host, daemon))

/** The one host that holds a daemon, or undefined. */
export const findHost = (cluster: Cluster, daemon: Daemon): Host | undefined =>
  cluster.hosts.find((host) => has(host, daemon))

/** The one host that holds a daemon. Throws COMPONENT_NO_HOST, which the spec's own checks come before. */
export function hostOf(cluster: Cluster, daemon: Daemon): Host {
  const host = findHost(cluster, daemon)
  if (host) return host
  throw new HowdahError({
    code: 'COMPONENT_NO_HOST',
    exit: 'configuration',
    message: `no host of ${cluster.name} holds the daemon ${daemon}`,
    expected: `a host with the role ${daemon}`,
    where: cluster.file,
    next: `give a host the role ${daemon}`,
  })
}

const isLoopback = (address: string): boolean => address.startsWith('127.')

/**
 * The IPv4 address by which the cluster's hosts reach a host: what cluster.yml says when that is one, else the
 * first that the host itself reports. Undefined while neither is known.
 */
export function clusterAddress(host: Host, facts: HostFacts | undefined): string | undefined {
  const candidates = [host.address, facts?.ownAddress ?? '', ...(facts?.addresses ?? [])]
  return candidates.find((address) => isIPv4(address) && !isLoopback(address))
}
