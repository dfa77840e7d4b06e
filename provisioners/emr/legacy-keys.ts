/**
 * Every key of the legacy cluster.yml (the extra variables of edX's provisioning playbook), its default there, and its
 * translation. docs/emr.md is generated from this table, and a test compares the schema with it.
 */

export interface LegacyKey {
  readonly key: string
  /** The default of the playbook; '' for none. */
  readonly default: string
  readonly becomes: string
}

const row = (key: string, standard: string, becomes: string): LegacyKey => ({
  key,
  default: standard,
  becomes,
})

export const ROLES = ['master', 'core', 'task'] as const
export type Role = (typeof ROLES)[number]

/** The playbook's default instance groups. */
export const GROUP_DEFAULTS = { num: '1', type: 'm1.medium', bid: '0.03' } as const
export const AMI_DEFAULT = '2.4.11'
export const NAME_DEFAULT = 'ETL'
export const REGION_DEFAULT = 'us-east-1'
/** The name of an instance profile that the operator had to create. */
export const ROLE_DEFAULT = 'emr'

/** The playbook's fleets: minutes to wait for Spot, per cent of the On-Demand price; no fallback to On-Demand. */
export const FLEET_DEFAULTS = { timeoutMinutes: 15, bidPricePercent: 25, weight: 1, volumeGb: 32 } as const

export const LEGACY_KEYS: readonly LegacyKey[] = [
  row('name', NAME_DEFAULT, '`name`, and the tag `ansible:emr:name` with the original name'),
  row('keypair_name', 'AWS_KEYPAIR_NAME of the environment', '`aws.keyPair.existing`'),
  row('vpc_subnet_id', '', '`aws.network.vpc` with that subnet, or the list of them, as public subnets'),
  row('availability_zone', '', '`aws.zones`, where there is no `vpc_subnet_id`; both together are refused'),
  row('region', REGION_DEFAULT, '`aws.region`'),
  row('log_uri', '', '`aws.buckets.logs`: the bucket, and the folder in it'),
  row(
    'instance_groups',
    'one of each role',
    '`aws.emr.master`, `core` and `task`; the key replaces the whole default',
  ),
  row(
    'master_instance_num',
    GROUP_DEFAULTS.num,
    '`aws.emr.master.count`, where there is no `instance_groups`',
  ),
  row('master_instance_type', GROUP_DEFAULTS.type, '`aws.emr.master.type`, likewise'),
  row('core_instance_num', GROUP_DEFAULTS.num, '`aws.emr.core.count`, likewise'),
  row('core_instance_type', GROUP_DEFAULTS.type, '`aws.emr.core.type`, likewise'),
  row('task_instance_num', GROUP_DEFAULTS.num, '`aws.emr.task.count`, likewise'),
  row('task_instance_type', GROUP_DEFAULTS.type, '`aws.emr.task.type`, likewise'),
  row('task_instance_bid', GROUP_DEFAULTS.bid, '`aws.emr.task.bidPrice`, likewise'),
  row('instance_fleets', '', '`aws.emr.fleets`; wins over `instance_groups`'),
  row(
    'bootstrap_actions',
    '',
    '`aws.emr.bootstrapActions` in order; `configure-hadoop` and `configure-daemons` become `aws.emr.configurations`, `security.sh` is dropped',
  ),
  row(
    'steps',
    '',
    '`aws.emr.steps` in order; `hive_install` and `pig_install` become applications, the installer of Sqoop becomes `aws.emr.sqoop`',
  ),
  row('applications', '', '`aws.emr.applications`'),
  row('configurations', '', '`aws.emr.configurations`'),
  row('tags', '', '`aws.tags`; a list of Key and Value, or a map'),
  row('ami_version', AMI_DEFAULT, '`aws.emr.release`: AMI versions can no longer be started'),
  row('release_label', '', '`aws.emr.release`; wins over `ami_version`'),
  row('hadoop_version', '', 'nothing: the release decides it'),
  row(
    'role',
    ROLE_DEFAULT,
    '`aws.emr.instanceProfile`; default: a profile of the deployment, with minimal permissions',
  ),
  row('service_role', 'EMR_DefaultRole', '`aws.emr.serviceRole`; default: a role of the deployment'),
  row('additional_master_security_groups', '', '`aws.emr.additionalSecurityGroups.master`'),
  row('additional_slave_security_groups', '', '`aws.emr.additionalSecurityGroups.core`'),
  row('emr_managed_master_security_group', '', '`aws.emr.managedSecurityGroups.master`'),
  row('emr_managed_slave_security_group', '', '`aws.emr.managedSecurityGroups.core`'),
  row('ebs_root_volume_size', '', '`aws.emr.rootVolume`'),
  row('ec2_attributes', '', 'the keys of its fields, where the file does not have those keys'),
  row('user_info', '', '`users`'),
  row('visible_to_all_users', 'yes', 'nothing: every cluster is visible to its account'),
  row('state', 'present', 'nothing; `absent` is refused, since `howdah emr terminate` does that'),
]
