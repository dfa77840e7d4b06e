import type { Cluster } from '../../config/types.ts'
import type { Desired, Resource } from '../../engine/types.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import { standInContext } from '../../runtime/stand-ins.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { unreachableOf } from '../../runtime/unreachable.ts'
import { desire } from '../../services/index.ts'
import { CHECKS } from './checks/index.ts'
import { findingsOf, grouped } from './findings.ts'
import { readDatabases } from './read-databases.ts'
import { readHost } from './read-host.ts'
import type { PreflightReport, World } from './types.ts'

export type { Fix, Group, PreflightReport, Severity } from './types.ts'

/** The component of bootstrap that repairs findings: `bootstrap --only system`. */
export const REPAIRS = 'system'

/** The resources of the plan, whose names and probes are right before software is resolved and hosts are read. */
export function desiredFor(cluster: Cluster): Desired {
  // A host that is too small is a finding, and must not prevent the others.
  const hosts = cluster.hosts.map(({ memoryMb: _, cores: __, ...host }) => host)
  return desire(standInContext({ ...cluster, hosts }, true))
}

/** Packages and facts: what a plan refuses to go on with, and what needs nothing else to be read. */
export const isCondition = ({ type, id }: Resource): boolean =>
  type === 'package' || (type === 'fact' && id !== 'fact:space')

/** Asks every host that answers, all at once, and the database servers that others run. Changes nothing. */
export async function readWorld(session: Session): Promise<World> {
  const { cluster, transports, signal } = session
  const desired = desiredFor(cluster)
  const hosts = cluster.hosts.filter(({ name }) => transports[name] !== undefined)
  session.report({ type: 'phase', title: `Checking ${hosts.length} hosts` })
  const [seen, databases] = await Promise.all([
    Promise.all(
      hosts.map(async (host) => {
        const planned = (desired[host.name] ?? []).filter(isCondition)
        const found = await readHost(transports, { host, cluster, planned }, signal)
        session.report({ type: 'host', host: host.name, state: 'probed' })
        return found
      }),
    ),
    readDatabases(session, desired),
  ])
  return { cluster, hosts: seen, databases }
}

/**
 * Checks every host and every external database server, and shows all that is wrong at once. Changes nothing.
 * Throws when no host can be connected to, and PROBE_FAILED.
 */
export async function preflight(options: OperationOptions): Promise<PreflightReport> {
  const session = await openSession(options, { spares: 'any' })
  try {
    const world = await readWorld(session)
    const unreachable = unreachableOf(session.cluster, session.failures)
    return {
      formatVersion: '1.0',
      cluster: session.cluster.name,
      hosts: world.hosts.map(({ host }) => host.name),
      checks: CHECKS.length,
      findings: grouped(findingsOf(world)),
      ...(unreachable.length > 0 && { unreachable }),
    }
  } finally {
    await session.close()
  }
}

/** True when a finding is repaired by the component `system` of bootstrap. */
export const canRepair = ({ findings }: PreflightReport): boolean =>
  findings.some(({ fix }) => fix?.where === 'bootstrap')
