import { appsOf } from '../../config/types-apps.ts'
import type { Desired, Resource } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { askDaemons } from '../../runtime/health.ts'
import { alone, bareContext, compare, openDrivers, type PlannedRun } from '../../runtime/observe.ts'
import { planAndApply, planPart } from '../../runtime/run.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { BootstrapReport, CheckResult, OperationOptions, Planned } from '../../runtime/types.ts'
import { appHealthChecks, appSqlTargets, apps } from '../../services/apps/index.ts'
import type { ComponentContext } from '../../services/types.ts'

export interface AppsStatus {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly checks: readonly CheckResult[]
}

/** The applications' part of a cluster: their hosts, and their databases on the result store's server. */
async function observeApps(session: Session): Promise<PlannedRun> {
  const files = session.apps()
  if (files === undefined) throw notSpokenOf(session.cluster.file)
  const base: ComponentContext = { ...bareContext(session), apps: files }
  const wanted = partOf(base)
  const drivers = Object.fromEntries(
    Object.entries(openDrivers(session)).filter(([target]) => wanted[target] !== undefined),
  )
  const sized = (facts: ComponentContext['facts']): ComponentContext => ({ ...base, facts })
  return compare(session, base, { drivers, want: partOf, sized, components: ['apps'] })
}

/** Resources of the applications alone; what they come after besides is as the last bootstrap left it. */
function partOf(context: ComponentContext): Desired {
  const hosts = context.cluster.hosts.map((host) => [host.name, apps.resources(host, context)] as const)
  const all: Record<string, readonly Resource[]> = {
    ...Object.fromEntries(hosts.filter(([, resources]) => resources.length > 0)),
    ...appSqlTargets(context),
  }
  return alone(all)
}

const notSpokenOf = (file: string): HowdahError =>
  new HowdahError({
    code: 'APPS_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml has no application with a host',
    where: file,
    expected: 'apps.api or apps.insights, and hosts with the role api or insights',
    next: 'howdah explain apps',
  })

/** What would change for the applications. Changes no host. */
export const planApps = (options: OperationOptions): Promise<Planned> => planPart(options, observeApps)

/** Makes the applications' hosts what cluster.yml says, and nothing else. Throws as `bootstrapCluster` does. */
export const updateApps = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => planAndApply({ verb: 'apps update', observe: observeApps }, options, consent)

/** Asks every proxy, and every application through it. Changes nothing. */
export async function appsStatus(options: OperationOptions): Promise<AppsStatus> {
  const session = await openSession(options)
  try {
    const { cluster } = session
    if (appsOf(cluster.apps).length === 0) throw notSpokenOf(cluster.file)
    const checks = await askDaemons(session.transports, appHealthChecks({ cluster }))
    return { formatVersion: '1.0', cluster: cluster.name, checks }
  } finally {
    await session.close()
  }
}
