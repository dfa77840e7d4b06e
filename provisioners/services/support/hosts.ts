import { isIPv4 } from 'node:net'
import { primaryOf } from '../../config/placed.ts'
import type { Cluster, Daemon, Host } from '../../config/types.ts'
import type { HostFacts } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'

export { has, hostsWith, isClusterHost, isHadoopHost, primaryOf, runsTasks } from '../../config/placed.ts'

/** As `primaryOf`. Throws COMPONENT_NO_HOST, which the checks of cluster.yml come before. */
export function primaryHost(cluster: Cluster, daemon: Daemon): Host {
  const host = primaryOf(cluster, daemon)
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
