/** Who reaches each port of a host, and what they could do there. Pure. */

import { CATALOG, DAEMONS } from '../../catalog/index.ts'
import type { Cluster, Host } from '../../config/types.ts'
import { sha256 } from '../../engine/hash.ts'
import { type GuardedPort, portsOfHost } from '../../services/firewall/ports.ts'
import { rulesOf } from '../../services/firewall/rules.ts'
import { clusterAddress } from '../../services/support/index.ts'
import type { HostAnswer, Listening } from './listening.ts'

/**
 * `host`: only programs of the host. `cluster`, `users`: as the firewall has it. `other`: another program manages the
 * firewall, and decides. `everybody`: all who reach the host.
 */
export type Reachable = 'host' | 'cluster' | 'users' | 'other' | 'everybody'

export interface AuditedPort extends Listening {
  /** "RPC of the NameNode"; '' for a program that is not of Howdah. */
  readonly title: string
  readonly reach: Reachable
  /** What somebody could do who reaches it; '' where that is not known. */
  readonly risk: string
  /** True for a port that must not be open to everybody, and is. */
  readonly exposed: boolean
}

/**
 * `in force`: the rules of cluster.yml. `outdated`: rules of an earlier one. `not loaded`, `changed`: the kernel does not
 * have what Howdah wrote. `other`: another program manages the firewall. `none`: Howdah adds no rules here.
 */
export type FirewallState = 'in force' | 'outdated' | 'not loaded' | 'changed' | 'other' | 'none'

export interface AuditedHost {
  readonly host: string
  readonly firewall: FirewallState
  /** Name of the other program, where there is one. */
  readonly manager?: string
  readonly ports: readonly AuditedPort[]
}

const UNITS: ReadonlySet<string> = new Set(DAEMONS.flatMap((daemon) => CATALOG[daemon].process?.unit ?? []))

/** A port that the kernel chose for a task: no number says whose it is, so no rule covers it. */
const OF_A_TASK = {
  title: 'task or ApplicationMaster, at a port of the kernel',
  risk: 'Disturbs the job that it belongs to.',
} as const

/** Whether the rules could be computed from cluster.yml alone. */
const isKnown = (cluster: Cluster): boolean =>
  cluster.manageHostsFile && cluster.hosts.every((host) => clusterAddress(host, undefined) !== undefined)

function stateOf(host: Host, cluster: Cluster, { manager, kernel, loaded }: HostAnswer): FirewallState {
  if (cluster.firewall === 'none' && loaded === 'no') return manager === 'none' ? 'none' : 'other'
  if (loaded === 'no') {
    if (manager !== 'none') return 'other'
    return kernel === 'no' && cluster.firewall !== 'managed' ? 'none' : 'not loaded'
  }
  if (loaded === 'changed') return 'changed'
  const wanted = cluster.firewall === 'none' ? '' : rulesOf(host, { cluster, facts: {} })
  return isKnown(cluster) && loaded !== sha256(wanted) ? 'outdated' : 'in force'
}

const isLoopback = (address: string): boolean =>
  /^(::ffff:)?127\./.test(address) || address === '::1' || address === 'localhost'

function reachOf(socket: Listening, port: GuardedPort | undefined, state: FirewallState): Reachable {
  if (isLoopback(socket.address)) return 'host'
  if (state === 'other') return 'other'
  const loaded = state === 'in force' || state === 'outdated'
  return loaded && port !== undefined ? port.reach : 'everybody'
}

function audited(
  socket: Listening,
  known: readonly GuardedPort[],
  host: Host,
  state: FirewallState,
): AuditedPort {
  const port = known.find(({ from, to }) => from <= socket.port && socket.port <= to)
  const reach = reachOf(socket, port, state)
  if (port === undefined && socket.port === host.ssh.port) {
    return { ...socket, title: 'SSH', reach, risk: 'Tries to log in.', exposed: false }
  }
  const { title, risk } = port ?? (UNITS.has(socket.unit) ? OF_A_TASK : { title: '', risk: '' })
  const exposed = reach === 'everybody' && port !== undefined && port.reach !== 'everybody'
  return { ...socket, title, reach, risk, exposed }
}

/** The ports of a host, with who reaches each. */
export function auditHost(host: Host, cluster: Cluster, answer: HostAnswer): AuditedHost {
  const state = stateOf(host, cluster, answer)
  const known = portsOfHost(host, { cluster })
  return {
    host: host.name,
    firewall: state,
    ...(answer.manager !== 'none' && { manager: answer.manager }),
    ports: answer.listening.map((socket) => audited(socket, known, host, state)),
  }
}
