import type { Ground } from '../../provisioners/spec/ground-types.ts'
import { balancerLogs } from '../app-tier/access-logs.ts'
import { type AppKind, AppTier } from '../app-tier.ts'
import type { GroundStack } from '../base-stack.ts'
import { Buckets } from '../buckets.ts'
import { LoginKey } from '../key-pair.ts'
import { Keys } from '../keys.ts'
import { Network } from '../network.ts'
import { type GroundOutputs, OUTPUTS_FORMAT } from '../outputs.ts'
import type { BucketPlaces, KeyPlaces } from '../places.ts'
import type { ResultStore } from '../result-store.ts'
import type { Scheduler } from '../scheduler.ts'

/** What every part of a large deployment stands on. */
export interface Base {
  readonly ground: Ground
  readonly key: KeyPlaces
  readonly network: Network['places']
  readonly configuration: BucketPlaces
  readonly logs: BucketPlaces
  readonly keyName?: string
}

/** What stands around the cluster, on EMR and without it alike. */
export interface Surroundings {
  readonly store?: ResultStore
  readonly scheduler?: Scheduler
  readonly apps: Readonly<Partial<Record<AppKind, AppTier>>>
}

/** Key, network, buckets and login key of a stack; `scripts`: with the scripts that EMR's steps run. */
export function layBase(
  stack: GroundStack,
  scripts: boolean,
): { readonly base: Base; readonly network: Network; readonly buckets: Buckets } {
  const { ground } = stack
  const key = new Keys(stack, 'keys', ground).places
  const network = new Network(stack, 'network', { ground, key })
  const buckets = new Buckets(stack, 'buckets', { ground, key, scripts })
  const { name: keyName } = new LoginKey(stack, 'login', ground.keyPair)
  const base: Base = {
    ...{ ground, key, network: network.places },
    ...{ configuration: buckets.configuration, logs: buckets.logs },
    ...(keyName === undefined ? {} : { keyName }),
  }
  return { base, network, buckets }
}

/** The Data API and Insights, each behind its load balancer; those that cluster.yml names. */
export function layApps(stack: GroundStack, base: Base): Surroundings['apps'] {
  const kinds = (['api', 'insights'] as const).filter((kind) => base.ground[kind] !== undefined)
  if (kinds.length === 0) return {}
  const accessLogs = balancerLogs(stack, 'balancer-logs', base.ground)
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const app = base.ground[kind]
      return app === undefined ? [] : [[kind, new AppTier(stack, kind, { ...base, kind, app, accessLogs })]]
    }),
  )
}

/** Who may speak to whom outside of the cluster, as the seed has it. */
export function connectSurroundings({ store, scheduler, apps }: Surroundings): void {
  if (apps.api !== undefined) store?.admit('api', apps.api.group, 'The Data API reads results')
  if (scheduler !== undefined) store?.admit('scheduler', scheduler.group, 'Scheduled tasks look into results')
  if (apps.insights !== undefined)
    apps.api?.admit('insights', apps.insights.group, 'Insights reads through the Data API')
}

/** The part of the outputs that has nothing to do with the cluster itself. */
export function tellSurroundings(
  { ground, logs, configuration }: Base,
  { store, apps }: Surroundings,
): Omit<GroundOutputs, 'hosts' | 'ssh' | 'emr'> {
  const { resultStore: database } = ground
  return {
    formatVersion: OUTPUTS_FORMAT,
    name: ground.name,
    deployment: ground.deployment,
    region: ground.region,
    resultStore:
      store === undefined || database === undefined
        ? null
        : {
            address: store.places.address,
            port: store.places.port,
            database: database.database,
            secretArn: store.places.secretArn,
            charset: database.charset,
          },
    buckets: { logs: logs.name, configuration: configuration.name },
    endpoints: { api: apps.api?.places.url ?? '', insights: apps.insights?.places.url ?? '' },
  }
}
