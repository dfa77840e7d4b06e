import { isIPv4 } from 'node:net'
import { primaryOf } from '../../config/placed.ts'
import type { Cluster, Daemon, Host } from '../../config/types.ts'
import type { HostFacts } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'

export { has, hostsWith, isClusterHost, isHadoopHost, primaryOf, runsTasks } from '../../config/placed.ts'

/** Like `primaryOf`. Throws COMPONENT_NO_HOST; the checks of cluster.yml refuse that case earlier. */
export function primaryHost(cluster: Cluster, daemon: Daemon): Host {
  const host = primaryOf(cluster, daemon)
  if (host) return host
  throw new HowdahError({
    code: 'COMPONENT_NO_HOST',
    exit: 'configuration',
    message: `no host of ${cluster.name} has the daemon ${daemon}`,
    expected: `a host with the role ${daemon}`,
    where: cluster.file,
    next: `give a host the role ${daemon}`,
  })
}

const isLoopback = (address: string): boolean => address.startsWith('127.')

/**
 * The IPv4 address that the cluster's hosts use for a host: the one in cluster.yml if it is an IPv4 address, else the
 * first that the host reports. Undefined while neither is known.
 */
export function clusterAddress(host: Host, facts: HostFacts | undefined): string | undefined {
  const candidates = [host.address, facts?.ownAddress ?? '', ...(facts?.addresses ?? [])]
  return candidates.find((address) => isIPv4(address) && !isLoopback(address))
}
