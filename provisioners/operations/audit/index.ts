/** What listens on each host, who reaches it, and what they could do. Changes nothing. */

import type { Unreachable } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { ask } from '../../runtime/ask.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { unreachableOf } from '../../runtime/unreachable.ts'
import { LISTENING, parseListening } from './listening.ts'
import { type AuditedHost, auditHost } from './verdict.ts'

export type { AuditedHost, AuditedPort, FirewallState, Reachable } from './verdict.ts'

export interface AuditReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  /** What `access` of cluster.yml admits besides the hosts. */
  readonly access: { readonly from: readonly string[]; readonly hosts: readonly string[] }
  readonly hosts: readonly AuditedHost[]
  /** How many ports are open to everybody and must not be. */
  readonly exposed: number
  /** Hosts that could not be asked; absent when all were. */
  readonly unreachable?: readonly Unreachable[]
}

const TIMEOUT_MS = 60_000

async function hostAudit({ cluster, transports, signal }: Session, name: string): Promise<AuditedHost[]> {
  const host = cluster.hosts.find((one) => one.name === name)
  if (host === undefined) return []
  const { exit, stdout, stderr } = await ask(transports, name, {
    title: 'what listens there',
    script: LISTENING,
    as: 'root',
    timeoutMs: TIMEOUT_MS,
    ...(signal && { signal }),
  })
  if (exit !== 0) {
    throw new HowdahError({
      code: 'PROBE_FAILED',
      exit: 'preflight',
      message: `${name}: its listening ports could not be read`,
      found: `exit ${exit}`,
      where: name,
      detail: stderr.slice(-2000),
      next: `on ${name}, as root: ss -ltnp`,
    })
  }
  return [auditHost(host, cluster, parseListening(stdout))]
}

/** Asks every host that can be reached. Throws PROBE_FAILED. */
export async function auditPorts(options: OperationOptions): Promise<AuditReport> {
  const session = await openSession(options, { spares: 'any' })
  try {
    const { cluster, failures, report } = session
    report({ type: 'phase', title: 'Asking every host what listens there' })
    const there = cluster.hosts.filter(({ name }) => failures[name] === undefined)
    const hosts = (await Promise.all(there.map(({ name }) => hostAudit(session, name)))).flat()
    const unreachable = unreachableOf(cluster, failures)
    return {
      formatVersion: '1.0',
      cluster: cluster.name,
      access: cluster.access,
      hosts,
      exposed: hosts.flatMap(({ ports }) => ports.filter(({ exposed }) => exposed)).length,
      ...(unreachable.length > 0 && { unreachable }),
    }
  } finally {
    await session.close()
  }
}
