import type { Infrastructure, InfrastructureFleet } from '../../provisioners/config/infrastructure/types.ts'
import { dataStatements } from '../constructs/buckets/data.ts'
import type { HostReferences } from '../constructs/references.ts'
import { ResultStore } from '../constructs/result-store/index.ts'
import { HadoopFleet } from '../constructs/servers/hadoop-fleet.ts'
import { Scheduler } from '../constructs/servers/scheduler.ts'
import { hostOutput } from '../outputs.ts'
import type { Construct } from '../tf.ts'
import { type Base, createBase } from './base.ts'
import { InfrastructureStack } from './base-stack.ts'
import { connectSurroundings, createApps, type Surroundings, surroundingsOutputs } from './surroundings.ts'

interface Parts extends Surroundings {
  readonly fleet: HadoopFleet
}

/**
 * edX's "Large Scale Without Using Elastic MapReduce": a Hadoop cluster of EC2 hosts, and outside of it
 * the Data API, Insights, the scheduler and the result store.
 */
export class LargeHadoop extends InfrastructureStack {
  constructor(scope: Construct, id: string, infrastructure: Infrastructure) {
    super(scope, id, infrastructure)
    const fleet = fleetIn(infrastructure)
    const { base, network } = createBase(this, false)
    const parts: Parts = {
      fleet: new HadoopFleet(this, 'hadoop', { ...base, fleet }),
      ...this.#store(base, fleet),
      ...this.#scheduler(base),
      apps: createApps(this, base),
    }
    connectSurroundings(parts)
    connectFleet(parts)
    network.allowLmsAccess(parts.fleet.members)
    this.declareOutputs(
      {
        ...surroundingsOutputs(base, parts),
        hosts: hostsOf(parts).map(hostOutput),
        ssh: { user: fleet.sshUser, keyName: base.keyName ?? '' },
        emr: null,
      },
      base.network.vpcId,
    )
  }

  #store(base: Base, fleet: InfrastructureFleet): Pick<Parts, 'store'> {
    const database = base.infrastructure.resultStore
    if (database === undefined) return {}
    const host = {
      image: fleet.image,
      ...(base.keyName === undefined ? {} : { keyName: base.keyName }),
    }
    return { store: new ResultStore(this, 'results', { ...base, database, host }) }
  }

  #scheduler(base: Base): Pick<Parts, 'scheduler'> {
    const { scheduler } = base.infrastructure
    if (scheduler === undefined) return {}
    // It starts jobs as a client of Hadoop, and checks that their output exists.
    const statements = dataStatements(base.infrastructure)
    return { scheduler: new Scheduler(this, 'scheduler', { ...base, scheduler, statements }) }
  }
}

const hostsOf = ({ fleet, store, scheduler }: Parts): readonly HostReferences[] => [
  ...fleet.hosts,
  ...(store?.host === undefined ? [] : [store.host]),
  ...(scheduler === undefined ? [] : [scheduler.references]),
]

function connectFleet({ fleet, store, scheduler }: Parts): void {
  store?.admit('hadoop', fleet.members, 'The pipeline publishes results')
  if (scheduler === undefined) return
  scheduler.reachMaster('hadoop', fleet.master)
  fleet.admitClient('scheduler', scheduler.group)
}

const fleetIn = (infrastructure: Infrastructure): InfrastructureFleet => {
  if (infrastructure.fleet === undefined) throw new Error(`${infrastructure.deployment} without aws.fleet`)
  return infrastructure.fleet
}
