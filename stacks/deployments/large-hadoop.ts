import type { Ground, GroundFleet } from '../../provisioners/spec/ground-types.ts'
import { balancerLogs } from '../app-tier/access-logs.ts'
import { type AppKind, AppTier } from '../app-tier.ts'
import { GroundStack } from '../base-stack.ts'
import { Buckets } from '../buckets.ts'
import { dataStatements } from '../data-buckets.ts'
import { HadoopFleet } from '../hadoop-fleet.ts'
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
  readonly fleet: HadoopFleet
  readonly store?: ResultStore
  readonly scheduler?: Scheduler
  readonly apps: Readonly<Partial<Record<AppKind, AppTier>>>
}

/**
 * The seed's "Large Scale Without Using Elastic MapReduce": a Hadoop cluster of EC2 hosts, and outside of it
 * the Data API, Insights, the scheduler and the result store.
 */
export class LargeHadoop extends GroundStack {
  constructor(scope: Construct, id: string, ground: Ground) {
    super(scope, id, ground)
    const fleet = fleetIn(ground)
    const key = new Keys(this, 'keys', ground).places
    const network = new Network(this, 'network', { ground, key })
    const { configuration, logs } = new Buckets(this, 'buckets', { ground, key, scripts: false })
    const { name: keyName } = new LoginKey(this, 'login', ground.keyPair)
    const base: Base = {
      ...{ ground, key, network: network.places, configuration, logs },
      ...(keyName === undefined ? {} : { keyName }),
    }
    const parts: Parts = {
      fleet: new HadoopFleet(this, 'hadoop', { ...base, fleet }),
      ...this.#store(base, fleet),
      ...this.#scheduler(base),
      apps: this.#apps(base),
    }
    connect(parts)
    network.letReachLms(parts.fleet.members)
    this.#tell(base, parts, fleet.sshUser)
  }

  #store(base: Base, fleet: GroundFleet): Pick<Parts, 'store'> {
    const database = base.ground.resultStore
    if (database === undefined) return {}
    const host = {
      image: fleet.image,
      ...(base.keyName === undefined ? {} : { keyName: base.keyName }),
    }
    return { store: new ResultStore(this, 'results', { ...base, database, host }) }
  }

  #scheduler(base: Base): Pick<Parts, 'scheduler'> {
    const { scheduler } = base.ground
    if (scheduler === undefined) return {}
    // It starts jobs as a client of Hadoop, and looks whether what they make is there.
    const statements = dataStatements(base.ground)
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

  #tell(base: Base, { fleet, store, scheduler, apps }: Parts, sshUser: string): void {
    const { ground, network, logs, configuration, keyName } = base
    const hosts = [
      ...fleet.hosts,
      ...(store?.host === undefined ? [] : [store.host]),
      ...(scheduler === undefined ? [] : [scheduler.places]),
    ]
    const { resultStore: database } = ground
    this.declareOutputs(
      {
        formatVersion: OUTPUTS_FORMAT,
        name: ground.name,
        deployment: ground.deployment,
        region: ground.region,
        hosts: hosts.map(hostOutput),
        ssh: { user: sshUser, keyName: keyName ?? '' },
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
        emr: null,
        buckets: { logs: logs.name, configuration: configuration.name },
        endpoints: { api: apps.api?.places.url ?? '', insights: apps.insights?.places.url ?? '' },
      },
      network.vpcId,
    )
  }
}

/** Who may speak to whom, as the seed has it. */
function connect({ fleet, store, scheduler, apps }: Parts): void {
  store?.admit('hadoop', fleet.members, 'The pipeline publishes results')
  if (apps.api !== undefined) store?.admit('api', apps.api.group, 'The Data API reads results')
  if (scheduler !== undefined) {
    store?.admit('scheduler', scheduler.group, 'Scheduled tasks look into results')
    scheduler.reachMaster('hadoop', fleet.master)
    fleet.admitClient('scheduler', scheduler.group)
  }
  if (apps.insights !== undefined)
    apps.api?.admit('insights', apps.insights.group, 'Insights reads through the Data API')
}

const fleetIn = (ground: Ground): GroundFleet => {
  if (ground.fleet === undefined) throw new Error(`${ground.deployment} without aws.fleet`)
  return ground.fleet
}
