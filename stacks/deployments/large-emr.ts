import type { Infrastructure, InfrastructureEmr } from '../../provisioners/config/infrastructure/types.ts'
import type { Buckets } from '../constructs/buckets/index.ts'
import { EmrCluster } from '../constructs/emr/cluster.ts'
import { emrIn, emrOutputs } from '../constructs/emr/deployment.ts'
import { schedulerStatements } from '../constructs/emr/node-policy.ts'
import { sqoopSteps } from '../constructs/emr/steps.ts'
import type { Network } from '../constructs/network/index.ts'
import { ResultStore } from '../constructs/result-store/index.ts'
import { Scheduler } from '../constructs/servers/scheduler.ts'
import { hostOutput } from '../outputs.ts'
import type { Construct } from '../tf.ts'
import { type Base, createBase } from './base.ts'
import { InfrastructureStack } from './base-stack.ts'
import { connectSurroundings, createApps, type Surroundings, surroundingsOutputs } from './surroundings.ts'

interface Parts extends Surroundings {
  readonly cluster: EmrCluster
}

/**
 * edX's "Large Scale Using Elastic MapReduce": master, core and task nodes over the public subnets (or the
 * private ones), and in private subnets the scheduler, the result store, and the Data API and Insights, each
 * behind a load balancer.
 */
export class LargeEmr extends InfrastructureStack {
  constructor(scope: Construct, id: string, infrastructure: Infrastructure) {
    super(scope, id, infrastructure)
    const emr = emrIn(infrastructure)
    const { base, network, buckets } = createBase(this, true)
    const parts: Parts = {
      cluster: this.#cluster(base, emr, buckets),
      ...this.#store(base),
      ...this.#scheduler(base),
      apps: createApps(this, base),
    }
    connectSurroundings(parts)
    this.#connectCluster(parts, network)
    const { cluster, scheduler } = parts
    this.declareOutputs(
      {
        ...surroundingsOutputs(base, parts),
        hosts: scheduler === undefined ? [] : [hostOutput(scheduler.references)],
        ...emrOutputs(cluster.references, emr, base.keyName),
      },
      base.network.vpcId,
    )
  }

  #cluster(base: Base, emr: InfrastructureEmr, buckets: Buckets): EmrCluster {
    const sqoop = buckets.script('install-sqoop')
    return new EmrCluster(this, 'emr', {
      ...base,
      emr,
      steps: sqoopSteps(emr, base.infrastructure.region, sqoop.uri),
      dependsOn: [...buckets.uploads, sqoop.object],
    })
  }

  #store(base: Base): Pick<Parts, 'store'> {
    const { resultStore: database, scheduler } = base.infrastructure
    if (database === undefined) return {}
    // A store on its own host has the same image as the scheduler.
    const { keyName } = base
    const host = scheduler && { image: scheduler.image, ...(keyName === undefined ? {} : { keyName }) }
    return {
      store: new ResultStore(this, 'results', { ...base, database, ...(host === undefined ? {} : { host }) }),
    }
  }

  #scheduler(base: Base): Pick<Parts, 'scheduler'> {
    const { scheduler } = base.infrastructure
    if (scheduler === undefined) return {}
    const statements = schedulerStatements(base.infrastructure)
    return { scheduler: new Scheduler(this, 'scheduler', { ...base, scheduler, statements }) }
  }

  #connectCluster({ cluster, store, scheduler }: Parts, network: Network): void {
    if (cluster.groups === undefined) return
    const { master, core } = cluster.groups
    store?.admit('emr-master', master, 'The pipeline publishes results')
    store?.admit('emr-core', core, 'Tasks of the pipeline publish results')
    scheduler?.reachMaster('emr', master)
    network.allowLmsAccess(master)
    network.allowLmsAccess(core)
  }
}
