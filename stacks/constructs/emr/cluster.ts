import { FEATURES, lacks } from '../../../provisioners/config/infrastructure/emr-gates.ts'
import type {
  EmrConfiguration,
  EmrStep,
  Infrastructure,
  InfrastructureEmr,
} from '../../../provisioners/config/infrastructure/types.ts'
import {
  Annotations,
  EmrCluster as Cluster,
  Construct,
  EmrInstanceFleet,
  EmrInstanceGroup,
  EmrManagedScalingPolicy,
  EmrSecurityConfiguration,
  type ITerraformDependable,
} from '../../tf.ts'
import type { PolicyStatement } from '../policy.ts'
import type { BucketReferences, EmrReferences, KeyReferences, NetworkReferences } from '../references.ts'
import { EMR_TAG } from '../tags.ts'
import { clusterCapacity, fleetOf, resizedByEmr, taskGroupOf, unsupportedVolumes } from './capacity.ts'
import { EmrGroups, type OwnGroups } from './groups.ts'
import { LOG_FOLDER } from './node-policy.ts'
import { EmrRoles } from './roles.ts'
import { securityConfiguration } from './security-configuration.ts'
import { stepsOf } from './steps.ts'

export interface EmrClusterOptions {
  readonly infrastructure: Infrastructure
  readonly emr: InfrastructureEmr
  readonly network: NetworkReferences
  readonly key: KeyReferences
  readonly logs: BucketReferences
  readonly configuration: BucketReferences
  readonly keyName?: string
  /** Howdah's own steps, before those of cluster.yml. */
  readonly steps: readonly EmrStep[]
  /** Permissions of the nodes beyond those that every cluster needs. */
  readonly statements?: readonly PolicyStatement[]
  /** What the cluster depends on: uploaded scripts, secrets. */
  readonly dependsOn?: readonly ITerraformDependable[]
}

/** The tag by which edX's remote-task finds a cluster by name. */
const EDX_TAG = 'ansible:emr:name'

/** An EMR cluster with its roles, security groups and security configuration. It runs until it is destroyed. */
export class EmrCluster extends Construct {
  readonly references: EmrReferences
  /** Absent where cluster.yml names security groups of the account. */
  readonly groups?: OwnGroups
  readonly #cluster: Cluster

  constructor(scope: Construct, id: string, options: EmrClusterOptions) {
    super(scope, id)
    const groups = new EmrGroups(this, 'groups', options)
    const roles = new EmrRoles(this, 'roles', options)
    const subnets = this.subnets(options)
    this.#cluster = this.cluster(options, groups, roles, subnets)
    this.taskInstances(options)
    this.scaling(options.emr)
    this.addWarnings(options)
    if (groups.own !== undefined) this.groups = groups.own
    this.references = {
      jobFlowId: this.#cluster.id,
      masterDns: this.#cluster.masterPublicDns,
      masterSecurityGroupId: groups.ids.master,
      coreSecurityGroupId: groups.ids.core,
    }
  }

  private cluster(
    options: EmrClusterOptions,
    groups: EmrGroups,
    roles: EmrRoles,
    subnets: readonly string[],
  ) {
    const { infrastructure, emr, key, logs, network } = options
    return new Cluster(this, 'cluster', {
      name: infrastructure.name,
      releaseLabel: emr.release,
      applications: applicationsOf(emr),
      ...clusterCapacity(emr.capacity),
      ec2Attributes: placement(options, groups, roles, subnets),
      serviceRole: roles.serviceRole,
      securityConfiguration: this.security(options).name,
      ...(emr.configurations.length === 0
        ? {}
        : { configurationsJson: JSON.stringify(emr.configurations.map(configurationOf)) }),
      bootstrapAction: emr.bootstrapActions.map(({ name, path, args }) => ({ name, path, args: [...args] })),
      step: stepsOf([...options.steps, ...emr.steps], emr.stepConcurrency),
      stepConcurrencyLevel: emr.stepConcurrency,
      logUri: `${logs.uri}/${LOG_FOLDER}/`,
      ...(lacks(emr.release, FEATURES.logEncryption) === undefined
        ? { logEncryptionKmsKeyId: key.keyArn }
        : {}),
      keepJobFlowAliveWhenNoSteps: true,
      terminationProtection: emr.terminationProtection,
      unhealthyNodeReplacement: true,
      ...(emr.rootVolumeGb === undefined ? {} : { ebsRootVolumeSize: emr.rootVolumeGb }),
      ...(emr.autoTerminationSeconds === undefined
        ? {}
        : { autoTerminationPolicy: { idleTimeout: emr.autoTerminationSeconds } }),
      tags: { Name: infrastructure.name, [EDX_TAG]: infrastructure.name, ...EMR_TAG },
      lifecycle: { ignoreChanges: ignoredOf(emr) },
      dependsOn: [
        ...roles.ready,
        ...groups.ready,
        ...network.ready,
        ...logs.ready,
        ...(options.dependsOn ?? []),
      ],
    })
  }

  private security({ infrastructure, emr, key }: EmrClusterOptions): EmrSecurityConfiguration {
    return new EmrSecurityConfiguration(this, 'security', {
      namePrefix: `${infrastructure.name}-`,
      configuration: securityConfiguration(emr.security, key),
      // A terminating cluster uses its configuration for a while, so a new one is created before the old one is deleted.
      lifecycle: { createBeforeDestroy: true },
    })
  }

  private subnets({ emr, network }: EmrClusterOptions): readonly string[] {
    const all = emr.subnets === 'private' ? network.privateSubnetIds : network.publicSubnetIds
    if (all.length === 0)
      Annotations.of(this).addError(
        `aws.emr.subnets is ${emr.subnets}, and the network has no ${emr.subnets} subnet`,
      )
    if (emr.capacity.kind === 'fleets' || all.length <= 1) return all
    Annotations.of(this).addInfo(
      `instance groups are in one subnet, so the cluster with its task group is in the first of ${all.length} (${network.zones[0]}); fleets can choose among all of them`,
    )
    return all.slice(0, 1)
  }

  private taskInstances({ emr }: EmrClusterOptions): void {
    const { capacity, managedScaling } = emr
    const clusterId = this.#cluster.id
    if (capacity.kind === 'groups' && (capacity.task?.count ?? 0) > 0 && capacity.task !== undefined)
      new EmrInstanceGroup(this, 'task', {
        clusterId,
        ...taskGroupOf(capacity.task),
        ...(managedScaling === undefined ? {} : { lifecycle: { ignoreChanges: ['instance_count'] } }),
      })
    if (capacity.kind === 'fleets' && capacity.task !== undefined)
      new EmrInstanceFleet(this, 'task', {
        clusterId,
        ...fleetOf('task', capacity.task),
        ...(managedScaling === undefined
          ? {}
          : { lifecycle: { ignoreChanges: ['target_on_demand_capacity', 'target_spot_capacity'] } }),
      })
  }

  private scaling({ managedScaling: bounds, capacity }: InfrastructureEmr): void {
    if (bounds === undefined) return
    new EmrManagedScalingPolicy(this, 'scaling', {
      clusterId: this.#cluster.id,
      computeLimits: [
        {
          unitType: capacity.kind === 'groups' ? 'Instances' : 'InstanceFleetUnits',
          minimumCapacityUnits: bounds.min,
          maximumCapacityUnits: bounds.max,
          ...(bounds.maxCore === undefined ? {} : { maximumCoreCapacityUnits: bounds.maxCore }),
          ...(bounds.maxOnDemand === undefined ? {} : { maximumOndemandCapacityUnits: bounds.maxOnDemand }),
        },
      ],
    })
  }

  /** Warns of what cluster.yml asks for and Terraform's provider, or EMR, does not support. */
  private addWarnings({ emr, steps }: EmrClusterOptions): void {
    const notes = Annotations.of(this)
    if (emr.managedSecurityGroups !== undefined)
      notes.addWarning(
        'this stack adds no rule to aws.emr.managedSecurityGroups, since they are yours: allow SSH from operators and scheduler, and access to the result store and the LMS, yourself',
      )
    for (const lost of unsupportedVolumes(emr.capacity)) notes.addWarning(`not passed on: ${lost}`)
    for (const { name, args } of emr.applications)
      if (args.length > 0)
        notes.addWarning(`not passed on: args of ${name}, for which the provider has no argument`)
    if (emr.stepConcurrency > 1 && [...steps, ...emr.steps].some((s) => s.actionOnFailure !== 'CONTINUE'))
      notes.addWarning(
        `stepConcurrency is ${emr.stepConcurrency}: EMR then accepts only CONTINUE, so all steps get it, and they start in no fixed order`,
      )
  }
}

/** Sqoop of the release is one of its applications. */
const applicationsOf = (emr: InfrastructureEmr): string[] => {
  const names = emr.applications.map(({ name }) => name)
  return emr.sqoop.kind === 'application' && !names.includes('Sqoop') ? [...names, 'Sqoop'] : names
}

interface ConfigurationJson {
  readonly Classification: string
  readonly Properties: Readonly<Record<string, string>>
  readonly Configurations?: readonly ConfigurationJson[]
}

const configurationOf = (configuration: EmrConfiguration): ConfigurationJson => ({
  Classification: configuration.classification,
  Properties: configuration.properties,
  ...(configuration.configurations.length === 0
    ? {}
    : { Configurations: configuration.configurations.map(configurationOf) }),
})

const placement = (
  { emr, keyName }: EmrClusterOptions,
  { ids }: EmrGroups,
  { instanceProfile }: EmrRoles,
  subnets: readonly string[],
) => {
  const { master, core } = emr.additionalSecurityGroups
  return {
    instanceProfile,
    ...(keyName === undefined ? {} : { keyName }),
    ...(emr.capacity.kind === 'fleets' ? { subnetIds: [...subnets] } : { subnetId: subnets[0] ?? '' }),
    emrManagedMasterSecurityGroup: ids.master,
    emrManagedSlaveSecurityGroup: ids.core,
    ...(ids.service === undefined ? {} : { serviceAccessSecurityGroup: ids.service }),
    ...(master.length === 0 ? {} : { additionalMasterSecurityGroups: master.join(',') }),
    ...(core.length === 0 ? {} : { additionalSlaveSecurityGroups: core.join(',') }),
  }
}

/**
 * Terraform would replace the cluster, with all its data, for any change of its steps, or of the targets of the fleets
 * inside of it. So both count only at creation: later steps are added to the running cluster, and `aws emr
 * modify-instance-fleet` resizes its fleets. Groups are resized in place, unless managed scaling does that.
 */
const ignoredOf = ({ capacity, managedScaling }: InfrastructureEmr): string[] => [
  'step',
  ...(managedScaling === undefined && capacity.kind === 'groups' ? [] : resizedByEmr(capacity)),
]
