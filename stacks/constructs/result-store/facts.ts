import type { InfrastructureDatabase } from '../../../provisioners/config/infrastructure/types.ts'

export interface Parameter {
  readonly name: string
  readonly value: string
  readonly applyMethod: 'immediate' | 'pending-reboot'
}

/** RDS's parameter group family: `mysql8.4` for `8.4.10`. */
export const familyOf = (engineVersion: string): string =>
  `mysql${engineVersion.split('.').slice(0, 2).join('.')}`

/** Whether a version names a patch release, which must then not change. */
export const isPinned = (engineVersion: string): boolean => engineVersion.split('.').length > 2

/**
 * MySQL's parameters of the result store. The binary collation of the character set is the default of every table,
 * as edX's pipeline needs it (`utf8_bin`). MySQL before 8.0 has the name `utf8` for three-byte UTF-8.
 * mysql_native_password keeps the default of the release: every account that Howdah creates, and every driver that
 * it installs, supports caching_sha2_password.
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
    // RDS accepts the number only, and refuses ON.
    parameter('require_secure_transport', database.requireTls ? '1' : '0'),
    // Only slow queries in files are exported to CloudWatch.
    parameter('slow_query_log', '1'),
    parameter('log_output', 'FILE'),
  ]
}

/** RDS has no Performance Insights for MySQL on the smallest burstable classes. */
export const hasInsights = (instanceType: string): boolean =>
  !/^db\.t[0-9][a-z]*\.(micro|small)$/.test(instanceType)

/** The account that RDS creates. Its password is in Secrets Manager. */
export const MASTER_USER = 'howdah'
