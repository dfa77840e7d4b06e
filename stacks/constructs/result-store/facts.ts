import type { InfrastructureDatabase } from '../../../provisioners/config/infrastructure/types.ts'

export interface Parameter {
  readonly name: string
  readonly value: string
  readonly applyMethod: 'immediate' | 'pending-reboot'
}

/** `8.4.10` is of the family `mysql8.4`, as RDS names them. */
export const familyOf = (engineVersion: string): string =>
  `mysql${engineVersion.split('.').slice(0, 2).join('.')}`

/** Whether a version names a patch release: then its holder wants just that one. */
export const isPinned = (engineVersion: string): boolean => engineVersion.split('.').length > 2

/**
 * What the result store sets of MySQL's parameters. The binary collation of the character set is the default
 * of every table, as the seed wants (`utf8_bin`). MySQL before 8.0 knows three-byte UTF-8 as `utf8` alone.
 * mysql_native_password stays as the release has it: every account that Howdah makes, and every driver that
 * it brings, speaks caching_sha2_password.
 */
export function parametersOf(
  database: Pick<InfrastructureDatabase, 'charset' | 'engineVersion' | 'requireTls'>,
): Parameter[] {
  const old = Number(database.engineVersion.split('.')[0]) < 8
  const charset = old && database.charset === 'utf8mb3' ? 'utf8' : database.charset
  const parameter = (name: string, value: string): Parameter => ({ name, value, applyMethod: 'immediate' })
  return [
    parameter('character_set_server', charset),
    parameter('collation_server', `${charset}_bin`),
    // RDS wants the number; the text ON is refused.
    parameter('require_secure_transport', database.requireTls ? '1' : '0'),
    // The slow queries that are exported to CloudWatch have to be in files first.
    parameter('slow_query_log', '1'),
    parameter('log_output', 'FILE'),
  ]
}

/** RDS has no Performance Insights for MySQL on the smallest burstable classes. */
export const hasInsights = (instanceType: string): boolean =>
  !/^db\.t[0-9][a-z]*\.(micro|small)$/.test(instanceType)

/** The account that RDS makes; its password is Secrets Manager's. */
export const MASTER_USER = 'howdah'
