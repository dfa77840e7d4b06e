import type { Infrastructure, InfrastructureEmr } from '../../provisioners/config/infrastructure/types.ts'
import type { Buckets } from '../constructs/buckets/index.ts'
import { EmrCluster } from '../constructs/emr/cluster.ts'
import { emrIn, emrOutputs } from '../constructs/emr/deployment.ts'
import { MasterStore } from '../constructs/emr/master-store.ts'
import { findingCluster } from '../constructs/emr/node-policy.ts'
import { sqoopSteps } from '../constructs/emr/steps.ts'
import type { KeyReferences } from '../constructs/references.ts'
import { MYSQL_PORT } from '../constructs/result-store/index.ts'
import { Annotations, type Construct } from '../tf.ts'
import { baseOutputs, createBase } from './base.ts'
import { InfrastructureStack } from './base-stack.ts'

const DATABASE = 'reports'
const CHARSET = 'utf8mb4'

const hasHive = (emr: InfrastructureEmr): boolean => emr.applications.some(({ name }) => name === 'Hive')

/**
 * edX's "Small Scale Using Elastic MapReduce": one master and one core node; scheduler, Data API, Insights and
 * result store are on the master. Only the port of SSH is open, to the operators. You reach the Data API and
 * Insights through a tunnel (`ssh -L 8110:localhost:8110 hadoop@<master>`), since nothing here terminates TLS for
 * them. Without Hive there is no MariaDB, so the cluster runs its steps alone, as edX's files without Hive did.
 */
export class SmallEmr extends InfrastructureStack {
  constructor(scope: Construct, id: string, infrastructure: Infrastructure) {
    super(scope, id, infrastructure)
    const emr = emrIn(infrastructure)
    this.refuse(emr)
    const { base, network, buckets } = createBase(this, true)
    const database = infrastructure.resultStore?.database ?? DATABASE
    const store = hasHive(emr) ? this.store(database, base.key, buckets) : undefined
    const sqoop = buckets.script('install-sqoop')
    const cluster = new EmrCluster(this, 'emr', {
      ...base,
      emr,
      steps: [
        ...sqoopSteps(emr, infrastructure.region, sqoop.uri),
        ...(store === undefined ? [] : [store.step]),
      ],
      // The scheduler is on the master.
      statements: [findingCluster, ...(store?.statements ?? [])],
      dependsOn: [
        ...buckets.uploads,
        sqoop.object,
        buckets.script('result-store').object,
        ...(store?.ready ?? []),
      ],
    })
    if (cluster.groups !== undefined) {
      network.allowLmsAccess(cluster.groups.master)
      network.allowLmsAccess(cluster.groups.core)
    }
    this.declareOutputs(
      {
        ...baseOutputs(base),
        hosts: [],
        ...emrOutputs(cluster.references, emr, base.keyName),
        resultStore:
          store === undefined
            ? null
            : { address: cluster.references.masterDns, port: MYSQL_PORT, database, secretArn: '' },
        endpoints: { api: '', insights: '' },
      },
      base.network.vpcId,
    )
  }

  private store(database: string, key: KeyReferences, buckets: Buckets): MasterStore {
    const { infrastructure } = this
    return new MasterStore(this, 'store', {
      ...{ infrastructure, database, key },
      charset: infrastructure.resultStore?.charset ?? CHARSET,
      script: buckets.script('result-store').uri,
    })
  }

  /** Refuses what does not work while scheduler and result store are on the master. */
  private refuse(emr: InfrastructureEmr): void {
    const notes = Annotations.of(this)
    if (emr.autoTerminationSeconds !== undefined)
      notes.addError(
        'aws.emr.autoTermination with small-emr: scheduler and result store are on the master, and would end with it; leave it out, or use large-emr',
      )
    if (!hasHive(emr))
      notes.addWarning(
        "aws.emr.applications without Hive: the result store is the MariaDB that comes with Hive's metastore, so this cluster has none; it runs its steps alone",
      )
    if (emr.capacity.kind === 'groups' && emr.capacity.master.count > 1)
      notes.addError(
        `aws.emr.master.count is ${emr.capacity.master.count}: the result store can be on one master only; expected 1`,
      )
    if (!emr.terminationProtection)
      notes.addWarning(
        'the result store is on the master and ends with the cluster: aws.emr.terminationProtection: true protects the cluster from termination by mistake',
      )
  }
}
