import type { Ground, GroundEmr } from '../../provisioners/spec/ground-types.ts'
import { balancerLogs } from '../app-tier/access-logs.ts'
import { type AppKind, AppTier } from '../app-tier.ts'
import { GroundStack } from '../base-stack.ts'
import { Buckets } from '../buckets.ts'
import { EmrCluster } from '../emr/cluster.ts'
import { emrIn, tellEmr } from '../emr/deployment.ts'
import { schedulerStatements } from '../emr/node-policy.ts'
import { sqoopSteps } from '../emr/steps.ts'
import { LoginKey } from '../key-pair.ts'
import { Keys } from '../keys.ts'
import { Network } from '../network.ts'
import { hostOutput, OUTPUTS_FORMAT } from '../outputs.ts'
import type { BucketPlaces, KeyPlaces } from '../places.ts'
import { ResultStore } from '../result-store.ts'
import { Scheduler } from '../scheduler.ts'
import type { Construct } from '../tf.ts'

/** What every part of the deployment stands on. */
interface Base {
  readonly ground: Ground
  readonly key: KeyPlaces
  readonly network: Network['places']
  readonly configuration: BucketPlaces
  readonly logs: BucketPlaces
  readonly keyName?: string
}

interface Parts {
  readonly cluster: EmrCluster
  readonly store?: ResultStore
  readonly scheduler?: Scheduler
  readonly apps: Readonly<Partial<Record<AppKind, AppTier>>>
}

/**
 * The seed's "Large Scale Using Elastic MapReduce": master, core and task nodes over the public subnets (or the
 * private ones), and in private subnets the scheduler, the result store, and the Data API and Insights, each
 * behind a load balancer.
 */
export class LargeEmr extends GroundStack {
  constructor(scope: Construct, id: string, ground: Ground) {
    super(scope, id, ground)
    const emr = emrIn(ground)
    const key = new Keys(this, 'keys', ground).places
    const network = new Network(this, 'network', { ground, key })
    const buckets = new Buckets(this, 'buckets', { ground, key, scripts: true })
    const { name: keyName } = new LoginKey(this, 'login', ground.keyPair)
    const base: Base = {
      ...{ ground, key, network: network.places },
      ...{ configuration: buckets.configuration, logs: buckets.logs },
      ...(keyName === undefined ? {} : { keyName }),
    }
    const parts: Parts = {
      cluster: this.#cluster(base, emr, buckets),
      ...this.#store(base),
      ...this.#scheduler(base),
      apps: this.#apps(base),
    }
    connect(parts)
    this.#connectCluster(parts, network)
    this.#tell(base, parts, emr)
  }

  #cluster(base: Base, emr: GroundEmr, buckets: Buckets): EmrCluster {
    const sqoop = buckets.script('install-sqoop')
    return new EmrCluster(this, 'emr', {
      ...base,
      emr,
      steps: sqoopSteps(emr, base.ground.region, sqoop.uri),
      dependsOn: [sqoop.object],
    })
  }

  #store(base: Base): Pick<Parts, 'store'> {
    const { resultStore: database, scheduler } = base.ground
    if (database === undefined) return {}
    // A store on a host of its own stands on the image that the scheduler's does.
    const { keyName } = base
    const host = scheduler && { image: scheduler.image, ...(keyName === undefined ? {} : { keyName }) }
    return {
      store: new ResultStore(this, 'results', { ...base, database, ...(host === undefined ? {} : { host }) }),
    }
  }

  #scheduler(base: Base): Pick<Parts, 'scheduler'> {
    const { scheduler } = base.ground
    if (scheduler === undefined) return {}
    const statements = schedulerStatements(base.ground)
    return { scheduler: new Scheduler(this, 'scheduler', { ...base, scheduler, statements }) }
  }

  #apps(base: Base): Parts['apps'] {
    const kinds = (['api', 'insights'] as const).filter((kind) => base.ground[kind] !== undefined)
    if (kinds.length === 0) return {}
    const accessLogs = balancerLogs(this, 'balancer-logs', base.ground)
    return Object.fromEntries(
      kinds.flatMap((kind) => {
        const app = base.ground[kind]
        return app === undefined ? [] : [[kind, new AppTier(this, kind, { ...base, kind, app, accessLogs })]]
      }),
    )
  }

  #connectCluster({ cluster, store, scheduler }: Parts, network: Network): void {
    if (cluster.groups === undefined) return
    const { master, core } = cluster.groups
    store?.admit('emr-master', master, 'The pipeline publishes results')
    store?.admit('emr-core', core, 'Tasks of the pipeline publish results')
    scheduler?.reachMaster('emr', master)
    network.letReachLms(master)
    network.letReachLms(core)
  }

  #tell(base: Base, { cluster, store, scheduler, apps }: Parts, emr: GroundEmr): void {
    const { ground, network, logs, configuration, keyName } = base
    const { resultStore: database } = ground
    this.declareOutputs(
      {
        formatVersion: OUTPUTS_FORMAT,
        name: ground.name,
        deployment: ground.deployment,
        region: ground.region,
        hosts: scheduler === undefined ? [] : [hostOutput(scheduler.places)],
        ...tellEmr(cluster.places, emr, keyName),
        resultStore:
          store === undefined || database === undefined
            ? null
            : {
                address: store.places.address,
                port: store.places.port,
                database: database.database,
                secretArn: store.places.secretArn,
              },
        buckets: { logs: logs.name, configuration: configuration.name },
        endpoints: { api: apps.api?.places.url ?? '', insights: apps.insights?.places.url ?? '' },
      },
      network.vpcId,
    )
  }
}

/** Who may speak to whom outside of the cluster, as the seed has it. */
function connect({ store, scheduler, apps }: Parts): void {
  if (apps.api !== undefined) store?.admit('api', apps.api.group, 'The Data API reads results')
  if (scheduler !== undefined) store?.admit('scheduler', scheduler.group, 'Scheduled tasks look into results')
  if (apps.insights !== undefined)
    apps.api?.admit('insights', apps.insights.group, 'Insights reads through the Data API')
}
