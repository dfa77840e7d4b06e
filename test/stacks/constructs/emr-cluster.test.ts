import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { EmrFleet } from '../../../provisioners/config/infrastructure/types.ts'
import { EmrCluster } from '../../../stacks/constructs/emr/cluster.ts'
import { App, AwsProvider, TerraformStack } from '../../../stacks/tf.ts'
import { block, emrOptions, emrTemplate } from '../support/emr.ts'
import { anEmr } from '../support/infrastructures.ts'

const fleet: EmrFleet = {
  onDemandCapacity: 0,
  spotCapacity: 4,
  types: [
    { type: 'm5.xlarge', weight: 1, bidPricePercent: 60, volumes: [{ type: 'gp3', sizeGb: 64 }] },
    { type: 'm5.2xlarge', weight: 2, bidPrice: '0.2', volumes: [] },
  ],
  onTimeout: 'SWITCH_TO_ON_DEMAND',
  timeoutMinutes: 15,
  allocation: 'price-capacity-optimized',
}
const fleets = {
  kind: 'fleets',
  master: { ...fleet, onDemandCapacity: 1, spotCapacity: 0 },
  core: { ...fleet, onDemandCapacity: 2, spotCapacity: 0 },
  task: fleet,
} as const

const cluster = (...args: Parameters<typeof emrTemplate>) => emrTemplate(...args).only('aws_emr_cluster')

/** The messages of the synthesis, errors included. */
const annotations = (emr: Parameters<typeof emrOptions>[0]): string[] => {
  const stack = new TerraformStack(new App({ stackTraces: false, outdir: tmpdir() }), 'test')
  new AwsProvider(stack, 'aws', { region: 'eu-west-1' })
  return new EmrCluster(stack, 'emr', emrOptions(emr)).node.metadata.map((entry) => String(entry.data))
}

describe('the EMR cluster', () => {
  it('runs until it is destroyed, is found by its name, and has the tag that EMR needs', () => {
    expect(cluster()).toMatchObject({
      name: 'insights',
      release_label: 'emr-7.13.0',
      applications: ['Hadoop', 'Hive'],
      keep_job_flow_alive_when_no_steps: true,
      termination_protection: false,
      unhealthy_node_replacement: true,
      log_uri: 's3://insights-logs-example/emr/',
      log_encryption_kms_key_id: 'arn:aws:kms:eu-west-1:111122223333:key/k',
      tags: {
        Name: 'insights',
        'ansible:emr:name': 'insights',
        'for-use-with-amazon-emr-managed-policies': 'true',
      },
    })
    expect(cluster()).not.toHaveProperty('auto_termination_policy')
    expect(cluster()).not.toHaveProperty('ebs_root_volume_size')
  })

  it('waits for every policy and every rule', () => {
    const template = emrTemplate()
    const waits = cluster().depends_on as string[]
    const awaited = [
      'aws_iam_role_policy',
      'aws_iam_role_policy_attachment',
      'aws_vpc_security_group_ingress_rule',
      'aws_vpc_security_group_egress_rule',
    ]
    for (const type of awaited)
      for (const id of Object.keys(template.resources(type))) expect(waits).toContain(`${type}.${id}`)
  })

  it('has groups in the first subnet of its kind, with Spot by bid, and says so', () => {
    const made = cluster()
    expect(block(made, 'ec2_attributes')).toMatchObject({ subnet_id: 'subnet-pub-a', key_name: 'insights' })
    expect(block(made, 'ec2_attributes')).not.toHaveProperty('subnet_ids')
    expect(made.master_instance_group).toMatchObject({ instance_type: 'm5.xlarge', instance_count: 1 })
    expect(made.core_instance_group).not.toHaveProperty('bid_price')
    expect(emrTemplate().only('aws_emr_instance_group')).toMatchObject({
      instance_type: 'm5.xlarge',
      instance_count: 4,
      bid_price: '0.09',
    })
    expect(annotations({}).join()).toContain('in the first of 2 (eu-west-1a)')
    expect(annotations({ capacity: fleets }).join()).not.toContain('in the first of')
  })

  it('has fleets over all subnets, each with a strategy for what it buys', () => {
    const template = emrTemplate({ capacity: fleets, subnets: 'private' })
    const made = template.only('aws_emr_cluster')
    expect(block(made, 'ec2_attributes').subnet_ids).toEqual(['subnet-priv-a', 'subnet-priv-b'])
    expect(block(made, 'ec2_attributes')).not.toHaveProperty('subnet_id')
    expect(made).not.toHaveProperty('master_instance_group')
    expect(made.core_instance_fleet).toMatchObject({
      target_on_demand_capacity: 2,
      launch_specifications: { on_demand_specification: [{ allocation_strategy: 'lowest-price' }] },
    })
    expect(block(block(made, 'core_instance_fleet'), 'launch_specifications')).not.toHaveProperty(
      'spot_specification',
    )
    expect(template.only('aws_emr_instance_fleet')).toMatchObject({
      target_spot_capacity: 4,
      instance_type_configs: [
        {
          instance_type: 'm5.xlarge',
          weighted_capacity: 1,
          bid_price_as_percentage_of_on_demand_price: 60,
          ebs_config: [{ size: 64, type: 'gp3', volumes_per_instance: 1 }],
        },
        { instance_type: 'm5.2xlarge', weighted_capacity: 2, bid_price: '0.2' },
      ],
      launch_specifications: {
        spot_specification: [
          {
            allocation_strategy: 'price-capacity-optimized',
            timeout_action: 'SWITCH_TO_ON_DEMAND',
            timeout_duration_minutes: 15,
          },
        ],
      },
    })
  })

  it('counts equal volumes, since Terraform would take two of them for one', () => {
    const volumes = [
      { type: 'gp3', sizeGb: 100 },
      { type: 'gp3', sizeGb: 100 },
      { type: 'gp3', sizeGb: 50, throughput: 250 },
    ] as const
    const capacity = {
      kind: 'groups',
      master: { type: 'm5.xlarge', count: 1, market: 'ON_DEMAND', volumes },
      core: { type: 'm5.xlarge', count: 1, market: 'ON_DEMAND', volumes: [] },
    } as const
    expect(block(cluster({ capacity }), 'master_instance_group').ebs_config).toEqual([
      { type: 'gp3', size: 100, volumes_per_instance: 2 },
      { type: 'gp3', size: 50, throughput: 250, volumes_per_instance: 1 },
    ])
    expect(emrTemplate({ capacity }).types()).not.toContain('aws_emr_instance_group')
  })

  it('says what the provider cannot pass on', () => {
    const mixed = {
      type: 'm5.xlarge',
      weight: 1,
      volumes: [
        { type: 'gp3', sizeGb: 1 },
        { type: 'st1', sizeGb: 2 },
      ],
    } as const
    const said = annotations({
      capacity: { ...fleets, task: { ...fleet, types: [mixed] } },
      applications: [{ name: 'Hive', args: ['--x'] }],
      stepConcurrency: 2,
      steps: [{ name: 's', jar: 'j', args: [], properties: {}, actionOnFailure: 'CANCEL_AND_WAIT' }],
      managedSecurityGroups: { master: 'sg-1', core: 'sg-2' },
    }).join('\n')
    expect(said).toContain('m5.xlarge: volumes of several kinds in a fleet')
    expect(said).toContain('args of Hive')
    expect(said).toContain('EMR then accepts only CONTINUE')
    expect(said).toContain('adds no rule to aws.emr.managedSecurityGroups, since they are yours')
  })

  it('passes configurations, bootstrap actions in order, and everything of a step', () => {
    const made = cluster(
      {
        configurations: [
          {
            classification: 'hadoop-env',
            properties: {},
            configurations: [{ classification: 'export', properties: { A: 'b' }, configurations: [] }],
          },
        ],
        bootstrapActions: [
          { name: 'second', path: 's3://b/2', args: [] },
          { name: 'first', path: 's3://b/1', args: ['-x'] },
        ],
        steps: [
          {
            name: 'theirs',
            jar: 's3://b/j.jar',
            mainClass: 'org.Main',
            args: ['a'],
            properties: { p: 'q' },
            actionOnFailure: 'CONTINUE',
          },
        ],
      },
      {
        steps: [
          { name: 'ours', jar: 'r.jar', args: [], properties: {}, actionOnFailure: 'TERMINATE_CLUSTER' },
        ],
      },
    )
    expect(JSON.parse(String(made.configurations_json))).toEqual([
      {
        Classification: 'hadoop-env',
        Properties: {},
        Configurations: [{ Classification: 'export', Properties: { A: 'b' } }],
      },
    ])
    expect(made.bootstrap_action).toEqual([
      { name: 'second', path: 's3://b/2', args: [] },
      { name: 'first', path: 's3://b/1', args: ['-x'] },
    ])
    // Terraform wants every field of a step said, empty ones too.
    expect(made.step).toEqual([
      {
        name: 'ours',
        action_on_failure: 'TERMINATE_CLUSTER',
        hadoop_jar_step: [{ jar: 'r.jar', main_class: '', args: [], properties: {} }],
      },
      {
        name: 'theirs',
        action_on_failure: 'CONTINUE',
        hadoop_jar_step: [
          { jar: 's3://b/j.jar', main_class: 'org.Main', args: ['a'], properties: { p: 'q' } },
        ],
      },
    ])
  })

  it('lets no step end the cluster when steps run side by side, which EMR would refuse', () => {
    const step = {
      name: 's',
      jar: 'j',
      args: [],
      properties: {},
      actionOnFailure: 'TERMINATE_CLUSTER',
    } as const
    expect(cluster({ stepConcurrency: 3, steps: [step] })).toMatchObject({
      step_concurrency_level: 3,
      step: [{ action_on_failure: 'CONTINUE' }],
    })
  })

  it('is not replaced for its steps, and leaves to managed scaling what that changes', () => {
    expect(block(cluster(), 'lifecycle')).toEqual({ ignore_changes: ['step'] })
    const template = emrTemplate({ managedScaling: { min: 2, max: 9, maxCore: 3, maxOnDemand: 4 } })
    expect(block(template.only('aws_emr_cluster'), 'lifecycle').ignore_changes).toEqual([
      'step',
      'core_instance_group[0].instance_count',
    ])
    expect(block(template.only('aws_emr_instance_group'), 'lifecycle').ignore_changes).toEqual([
      'instance_count',
    ])
    expect(template.only('aws_emr_managed_scaling_policy').compute_limits).toEqual([
      {
        unit_type: 'Instances',
        minimum_capacity_units: 2,
        maximum_capacity_units: 9,
        maximum_core_capacity_units: 3,
        maximum_ondemand_capacity_units: 4,
      },
    ])
    const scaled = emrTemplate({ capacity: fleets, managedScaling: { min: 2, max: 9 } })
    expect(scaled.only('aws_emr_managed_scaling_policy').compute_limits).toMatchObject([
      { unit_type: 'InstanceFleetUnits' },
    ])
    expect(emrTemplate().types()).not.toContain('aws_emr_managed_scaling_policy')
  })

  it('has Sqoop among its applications where the release brings it, once', () => {
    const sqoop = { ...anEmr.sqoop, kind: 'application' } as const
    expect(cluster({ sqoop }).applications).toEqual(['Hadoop', 'Hive', 'Sqoop'])
    const named = [{ name: 'Sqoop', args: [] }]
    expect(cluster({ sqoop, applications: named }).applications).toEqual(['Sqoop'])
  })

  it('takes what else cluster.yml says', () => {
    expect(
      cluster({
        autoTerminationSeconds: 3600,
        rootVolumeGb: 50,
        terminationProtection: true,
        release: 'emr-6.15.0',
      }),
    ).toMatchObject({
      auto_termination_policy: { idle_timeout: 3600 },
      ebs_root_volume_size: 50,
      termination_protection: true,
      release_label: 'emr-6.15.0',
    })
    const groups = { master: ['sg-a', 'sg-b'], core: ['sg-c'] }
    expect(block(cluster({ additionalSecurityGroups: groups }), 'ec2_attributes')).toMatchObject({
      additional_master_security_groups: 'sg-a,sg-b',
      additional_slave_security_groups: 'sg-c',
    })
  })
})

describe('the security configuration', () => {
  const written = (security: (typeof anEmr)['security']) =>
    JSON.parse(String(emrTemplate({ security }).only('aws_emr_security_configuration').configuration))
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/k'

  it('encrypts S3 and disks with the key, and lets only the host itself ask for credentials', () => {
    expect(written({ atRest: true })).toEqual({
      EncryptionConfiguration: {
        EnableAtRestEncryption: true,
        EnableInTransitEncryption: false,
        AtRestEncryptionConfiguration: {
          S3EncryptionConfiguration: { EncryptionMode: 'SSE-KMS', AwsKmsKey: key },
          LocalDiskEncryptionConfiguration: {
            EncryptionKeyProviderType: 'AwsKms',
            AwsKmsKey: key,
            EnableEbsEncryption: true,
          },
        },
      },
      InstanceMetadataServiceConfiguration: {
        MinimumInstanceMetadataServiceVersion: 2,
        HttpPutResponseHopLimit: 1,
      },
    })
  })

  it('encrypts between nodes with certificates, and only then', () => {
    const { EncryptionConfiguration } = written({ atRest: false, inTransitCertificates: 's3://b/certs.zip' })
    expect(EncryptionConfiguration).toEqual({
      EnableAtRestEncryption: false,
      EnableInTransitEncryption: true,
      InTransitEncryptionConfiguration: {
        TLSCertificateConfiguration: { CertificateProviderType: 'PEM', S3Object: 's3://b/certs.zip' },
      },
    })
    expect(Object.keys(written({ atRest: false }))).toEqual(['InstanceMetadataServiceConfiguration'])
  })
})
