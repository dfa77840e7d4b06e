import type {
  Infrastructure,
  InfrastructureDatabase,
} from '../../../provisioners/config/infrastructure/types.ts'
import { nameWithin } from '../../names.ts'
import {
  CloudwatchLogGroup,
  Construct,
  DbInstance,
  DbParameterGroup,
  DbSubnetGroup,
  IamRole,
  IamRolePolicyAttachment,
} from '../../tf.ts'
import { managedPolicyArn } from '../arns.ts'
import { trustOf } from '../policy.ts'
import type { KeyReferences, NetworkReferences } from '../references.ts'
import { RuledGroup } from '../security-group.ts'
import { familyOf, hasInsights, isPinned, MASTER_USER, parametersOf } from './facts.ts'

export interface ManagedStoreOptions {
  readonly infrastructure: Infrastructure
  readonly database: InfrastructureDatabase
  readonly network: NetworkReferences
  readonly key: KeyReferences
}

const EXPORTED_LOGS = ['error', 'slowquery'] as const
const LOG_DAYS = 365

/** MySQL on RDS, in private subnets, encrypted, with a master password that RDS generates and rotates. */
export class ManagedStore extends Construct {
  readonly group: RuledGroup
  readonly address: string
  readonly secretArn: string

  constructor(scope: Construct, id: string, options: ManagedStoreOptions) {
    super(scope, id)
    const { infrastructure, network } = options
    const name = nameWithin(63, infrastructure.name, 'results')
    this.group = new RuledGroup(this, 'group', {
      name,
      vpcId: network.vpcId,
      description: `Result store of ${infrastructure.name}: MySQL for the clients that are named, and nothing out`,
    })
    const instance = this.#instance(name, options)
    this.address = instance.address
    this.secretArn = instance.masterUserSecret.get(0).secretArn
  }

  #instance(name: string, { infrastructure, database, network, key }: ManagedStoreOptions): DbInstance {
    const subnets = new DbSubnetGroup(this, 'subnets', {
      name,
      description: `Private subnets of ${infrastructure.name}`,
      subnetIds: [...network.privateSubnetIds],
      tags: { Name: name },
    })
    const logs = this.#logGroups(name, key)
    return new DbInstance(this, 'instance', {
      identifier: name,
      engine: 'mysql',
      engineVersion: database.engineVersion,
      // A patch release that cluster.yml names stays; otherwise AWS's minor upgrades apply.
      autoMinorVersionUpgrade: !isPinned(database.engineVersion),
      ...(database.majorUpgrade === true ? { allowMajorVersionUpgrade: true } : {}),
      // You consented to the plan, so it happens now. What waits for the maintenance window is in every plan until then,
      // and a second apply fails, since nothing is left to request.
      applyImmediately: true,
      engineLifecycleSupport: 'open-source-rds-extended-support-disabled',
      instanceClass: database.instanceType,
      ...storage(database, key),
      ...credentials(key),
      ...observation(database, key, this.#monitoringRole(infrastructure)),
      ...safety(name, database),
      // No database here: `bootstrap` creates it with its users, and a changed name would replace the instance.
      dbSubnetGroupName: subnets.name,
      parameterGroupName: this.#parameters(name, database).name,
      vpcSecurityGroupIds: [this.group.id],
      publiclyAccessible: false,
      multiAz: database.multiAz,
      tags: { Name: name, Role: 'result-store' },
      dependsOn: logs,
      lifecycle: { ignoreChanges: ['final_snapshot_identifier'] },
    })
  }

  #parameters(name: string, database: InfrastructureDatabase): DbParameterGroup {
    return new DbParameterGroup(this, 'parameters', {
      // A new family means a new group, and the old group is in use until the instance has changed to the new one.
      namePrefix: `${nameWithin(200, name)}-`,
      family: familyOf(database.engineVersion),
      description: 'Character set, TLS and the slow query log of the result store',
      parameter: parametersOf(database).map((parameter) => ({ ...parameter })),
      tags: { Name: name },
      lifecycle: { createBeforeDestroy: true },
    })
  }

  /** RDS would create these log groups without a key and without an expiry. */
  #logGroups(name: string, key: KeyReferences): CloudwatchLogGroup[] {
    return EXPORTED_LOGS.map(
      (log) =>
        new CloudwatchLogGroup(this, `log-${log}`, {
          name: `/aws/rds/instance/${name}/${log}`,
          retentionInDays: LOG_DAYS,
          kmsKeyId: key.keyArn,
        }),
    )
  }

  #monitoringRole(infrastructure: Infrastructure): IamRole {
    const name = nameWithin(64, infrastructure.name, 'results-monitoring')
    const role = new IamRole(this, 'monitoring', {
      name,
      description: 'Lets RDS write what it measures of the result store',
      assumeRolePolicy: trustOf('monitoring.rds.amazonaws.com'),
      tags: { Name: name },
    })
    new IamRolePolicyAttachment(this, 'monitoring-policy', {
      role: role.name,
      policyArn: managedPolicyArn(infrastructure.region, 'service-role/AmazonRDSEnhancedMonitoringRole'),
    })
    return role
  }
}

const storage = (database: InfrastructureDatabase, key: KeyReferences) => ({
  storageType: 'gp3',
  allocatedStorage: database.storageGb,
  ...(database.maxStorageGb > database.storageGb ? { maxAllocatedStorage: database.maxStorageGb } : {}),
  storageEncrypted: true,
  kmsKeyId: key.keyArn,
})

const credentials = (key: KeyReferences) => ({
  username: MASTER_USER,
  manageMasterUserPassword: true,
  masterUserSecretKmsKeyId: key.keyArn,
  iamDatabaseAuthenticationEnabled: true,
  caCertIdentifier: 'rds-ca-rsa2048-g1',
})

const observation = (database: InfrastructureDatabase, key: KeyReferences, role: IamRole) => ({
  monitoringInterval: 60,
  monitoringRoleArn: role.arn,
  enabledCloudwatchLogsExports: [...EXPORTED_LOGS],
  ...(hasInsights(database.instanceType)
    ? {
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: key.keyArn,
        performanceInsightsRetentionPeriod: 7,
      }
    : {}),
})

const safety = (name: string, database: InfrastructureDatabase) => ({
  backupRetentionPeriod: database.backupDays,
  // In UTC. This window and the maintenance window must not overlap.
  backupWindow: '03:00-04:00',
  maintenanceWindow: 'sun:04:30-sun:05:30',
  copyTagsToSnapshot: true,
  deletionProtection: database.deletionProtection,
  skipFinalSnapshot: false,
  // The time of creation, which never changes: a store that is destroyed and created again has a snapshot of its own.
  finalSnapshotIdentifier: `${name}-final-\${formatdate("YYYYMMDDhhmmss", timestamp())}`,
})
