import { balancerLogs } from '../constructs/app-tier/access-logs.ts'
import { type AppKind, AppTier } from '../constructs/app-tier/index.ts'
import type { ResultStore } from '../constructs/result-store/index.ts'
import type { Scheduler } from '../constructs/servers/scheduler.ts'
import type { InfrastructureOutputs } from '../outputs.ts'
import { type Base, baseOutputs } from './base.ts'
import type { InfrastructureStack } from './base-stack.ts'

/** What a deployment has besides the cluster, with EMR and without it. */
export interface Surroundings {
  readonly store?: ResultStore
  readonly scheduler?: Scheduler
  readonly apps: Readonly<Partial<Record<AppKind, AppTier>>>
}

/** Creates the Data API and Insights, each behind its load balancer, where cluster.yml names them. */
export function createApps(stack: InfrastructureStack, base: Base): Surroundings['apps'] {
  const kinds = (['api', 'insights'] as const).filter((kind) => base.infrastructure[kind] !== undefined)
  if (kinds.length === 0) return {}
  const accessLogs = balancerLogs(stack, 'balancer-logs', base.infrastructure)
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const app = base.infrastructure[kind]
      return app === undefined ? [] : [[kind, new AppTier(stack, kind, { ...base, kind, app, accessLogs })]]
    }),
  )
}

/** The connections outside of the cluster, as in edX's deployments. */
export function connectSurroundings({ store, scheduler, apps }: Surroundings): void {
  if (apps.api !== undefined) store?.admit('api', apps.api.group, 'The Data API reads results')
  if (scheduler !== undefined) store?.admit('scheduler', scheduler.group, 'Scheduled tasks look into results')
  if (apps.insights !== undefined)
    apps.api?.admit('insights', apps.insights.group, 'Insights reads through the Data API')
}

/** The part of the outputs that does not concern the cluster. */
export function surroundingsOutputs(
  base: Base,
  { store, apps }: Surroundings,
): Omit<InfrastructureOutputs, 'hosts' | 'ssh' | 'emr'> {
  const { resultStore: database } = base.infrastructure
  return {
    ...baseOutputs(base),
    resultStore:
      store === undefined || database === undefined
        ? null
        : {
            address: store.references.address,
            port: store.references.port,
            database: database.database,
            secretArn: store.references.secretArn,
            charset: database.charset,
          },
    endpoints: { api: apps.api?.references.url ?? '', insights: apps.insights?.references.url ?? '' },
  }
}
