import { type Fields, listOf, textOf } from '../values.ts'
import type { World } from '../world.ts'
import { form, longest, numberOf, when } from './forms.ts'
import type { Checks } from './index.ts'

const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

const IDENTIFIER = /^[a-z](?:-?[a-z0-9])*$/
const IDENTIFIER_RULE = 'small letters, digits and single hyphens, a letter first'

const RESERVED_USERS = new Set(['rdsadmin', 'mysql', 'user', 'grant', 'select'])

/** The family of a parameter group must be that of the engine's version: mysql8.4 for 8.4.10. */
function family(config: Fields, world: World | undefined): readonly string[] {
  const wanted = textOf(world?.find('aws_db_parameter_group', config.parameter_group_name)?.family)
  const version = textOf(config.engine_version)
  if (wanted === undefined || version === undefined) return []
  const own = `${textOf(config.engine)}${version.split('.').slice(0, 2).join('.')}`
  return when(own !== wanted, `the parameter group is of ${wanted}, the instance of ${own}`)
}

function database(config: Fields, world: World | undefined): readonly string[] {
  const days = numberOf(config.backup_retention_period)
  const managed = config.manage_master_user_password === true
  const own = config.password !== null || config.password_wo !== null
  return [
    ...form('the identifier', config.identifier, IDENTIFIER, IDENTIFIER_RULE),
    ...longest('the identifier', config.identifier, 63),
    ...form(
      'the database',
      config.db_name,
      /^[A-Za-z]\w{0,63}$/,
      'a letter, then letters, digits and _, at most 64',
    ),
    ...form(
      'the master user',
      config.username,
      /^[A-Za-z]\w{0,15}$/,
      'a letter, then letters, digits and _, at most 16',
    ),
    ...when(
      RESERVED_USERS.has(textOf(config.username) ?? ''),
      `the master user ${String(config.username)} is reserved`,
    ),
    ...when(days !== undefined && (days < 0 || days > 35), `backups are kept 0 to 35 days, not ${days}`),
    ...when(managed && own, 'a managed password and a given one exclude each other'),
    ...when(
      config.skip_final_snapshot !== true && config.final_snapshot_identifier === null,
      'final_snapshot_identifier is needed unless skip_final_snapshot is set',
    ),
    ...when(
      (numberOf(config.monitoring_interval) ?? 0) > 0 && config.monitoring_role_arn === null,
      'monitoring_interval needs monitoring_role_arn',
    ),
    ...when((numberOf(config.allocated_storage) ?? 20) < 20, 'a database has at least 20 GiB'),
    ...family(config, world),
  ]
}

/** RDS wants subnets in two zones; only subnets that were made here can be asked. */
function subnetGroup(config: Fields, world: World | undefined): readonly string[] {
  const subnets = listOf(config.subnet_ids)
  const zones = subnets.map((id) => world?.find('aws_subnet', id)?.availability_zone)
  const known = zones.every((zone) => zone !== undefined)
  return [
    ...form(
      'the subnet group',
      config.name,
      /^(?!default$)[a-z0-9 ._-]{1,255}$/,
      'small letters, digits and ._-',
    ),
    ...when(
      world !== undefined && subnets.length > 0 && known && new Set(zones).size < 2,
      'a subnet group of RDS needs two zones',
    ),
  ]
}

export const data: Checks = {
  aws_db_instance: database,
  aws_db_subnet_group: subnetGroup,
  aws_db_parameter_group: (config) => [
    ...form('the parameter group', config.name, IDENTIFIER, IDENTIFIER_RULE),
    ...form(
      'the family',
      config.family,
      /^(mysql|mariadb|postgres)\d+(\.\d+)?$/,
      'families look like mysql8.4',
    ),
  ],
  aws_s3_bucket: (config) =>
    form(
      'the bucket',
      config.bucket,
      /^(?!xn--|\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)(?!.*-s3alias$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      '3 to 63 small letters, digits, dots and hyphens',
    ),
  aws_kms_alias: (config) =>
    form('the alias', config.name, /^alias\/(?!aws\/)[\w/-]+$/, 'alias/ and a name of your own'),
  aws_cloudwatch_log_group: (config) => {
    const days = numberOf(config.retention_in_days)
    return [
      ...form('the log group', config.name, /^[\w.\-/#]{1,512}$/, 'letters, digits and _-/.#'),
      ...when(days !== undefined && !RETENTION_DAYS.includes(days), `logs cannot be kept ${days} days`),
    ]
  },
}
