import { healthChecks } from '../components/index.ts'
import type { HealthCheck } from '../components/types.ts'
import { openSession, type Session } from './session.ts'
import { survey } from './survey.ts'
import type { CheckResult, OperationOptions, StatusReport } from './types.ts'

/** A health question may take this long before it counts as no answer. */
const CHECK_TIMEOUT_MS = 20_000

/** Asks one daemon on its own host. A host that does not answer is a failed check, not a failed run. */
export async function runCheck(session: Session, check: HealthCheck): Promise<CheckResult> {
  const started = Date.now()
  const done = (status: 'pass' | 'fail', detail: string): CheckResult => {
    const ms = Date.now() - started
    const { name, title, host } = check
    return { name, title, host, status, ms, detail, ...(status === 'fail' && { next: check.next }) }
  }
  const transport = session.transports[check.host]
  if (!transport) return done('fail', `no connection to ${check.host}`)
  try {
    const result = await transport.run({ script: check.script, as: 'root', timeoutMs: CHECK_TIMEOUT_MS })
    const said = (result.stdout + result.stderr).trim().slice(-2000)
    return done(result.exit === 0 ? 'pass' : 'fail', said)
  } catch (error) {
    return done('fail', error instanceof Error ? error.message : String(error))
  }
}

/** Health of every daemon, and what differs from cluster.yml. Changes nothing. */
export async function clusterStatus(options: OperationOptions): Promise<StatusReport> {
  const session = await openSession(options)
  try {
    const found = await survey(session)
    session.report({ type: 'phase', title: 'Asking every daemon' })
    const checks = await Promise.all(healthChecks(found.context).map((check) => runCheck(session, check)))
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
