import { askDaemons } from '../../runtime/health.ts'
import { observe } from '../../runtime/observe.ts'
import { openSession } from '../../runtime/session.ts'
import type { OperationOptions, StatusReport } from '../../runtime/types.ts'
import { healthChecks } from '../../services/index.ts'

/** The health of every daemon, and the differences from cluster.yml. Changes nothing. */
export async function clusterStatus(options: OperationOptions): Promise<StatusReport> {
  const session = await openSession(options)
  try {
    const found = await observe(session)
    session.report({ type: 'phase', title: 'Asking every daemon' })
    const checks = await askDaemons(session.transports, healthChecks(found.context), () => {}, session.signal)
    const drift: Record<string, string[]> = {}
    for (const step of found.plan.steps) {
      drift[step.host] ??= []
      drift[step.host]?.push(`${step.action} ${step.title}: ${step.reason}`)
    }
    const { cluster, refusals } = found.plan
    return { formatVersion: '1.0', cluster, checks, drift, refusals }
  } finally {
    await session.close()
  }
}
