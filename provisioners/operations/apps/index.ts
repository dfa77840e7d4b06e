import type { Cluster } from '../../config/types.ts'
import { appsOf } from '../../config/types-apps.ts'
import { HowdahError } from '../../errors.ts'
import { askDaemons } from '../../runtime/health.ts'
import type { Part } from '../../runtime/part.ts'
import { applyPart, planPart } from '../../runtime/run.ts'
import { openSession } from '../../runtime/session.ts'
import type { BootstrapReport, CheckResult, OperationOptions, Planned } from '../../runtime/types.ts'
import { connectionChecks, unreachableOf } from '../../runtime/unreachable.ts'
import { appHealthChecks } from '../../services/apps/index.ts'

export interface AppsStatus {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly checks: readonly CheckResult[]
}

const appsAbsent = ({ file }: Cluster): HowdahError =>
  new HowdahError({
    code: 'APPS_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml has no application with a host',
    where: file,
    expected: 'apps.api or apps.insights, and hosts with the role api or insights',
    next: 'howdah explain apps',
  })

/** The part of a cluster with its applications: their hosts, and their databases on the server of the result store. */
const APPS: Part = { only: ['apps'], rest: 'assumed', absent: appsAbsent }

/** Plans the applications. Changes no host. */
export const planApps = (options: OperationOptions): Promise<Planned> => planPart(options, APPS)

/** Applies the applications of cluster.yml, and nothing else. Throws as `bootstrapCluster` does. */
export const updateApps = (
  options: OperationOptions,
  consent: (found: Planned) => Promise<boolean>,
): Promise<BootstrapReport> => applyPart('apps update', APPS, options, consent)

/** Checks every proxy, and every application through its proxy. Changes nothing. */
export async function appsStatus(options: OperationOptions): Promise<AppsStatus> {
  const before = (cluster: Cluster): void => {
    if (appsOf(cluster.apps).length === 0) throw appsAbsent(cluster)
  }
  const session = await openSession(options, { before, spares: 'any' })
  try {
    const { cluster } = session
    const seen = appHealthChecks({ cluster }).filter(({ host }) => session.failures[host] === undefined)
    const answers = await askDaemons(session.transports, seen)
    const checks = [...connectionChecks(unreachableOf(cluster, session.failures)), ...answers]
    return { formatVersion: '1.0', cluster: cluster.name, checks }
  } finally {
    await session.close()
  }
}
