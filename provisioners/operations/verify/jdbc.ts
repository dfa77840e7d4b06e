/** How Sqoop's JVM reaches a database server. */

import type { DatabaseServer, DatabaseTls } from '../../config/types.ts'
import { addressOf } from '../../services/result-store/index.ts'

/** Options of MySQL's driver, whose default is PREFERRED. */
const SSL_MODE: Readonly<Record<DatabaseTls, string | undefined>> = {
  preferred: undefined,
  required: 'sslMode=REQUIRED',
  off: 'sslMode=DISABLED',
}

/**
 * The address in the form of edX's pipeline, without a driver, so that Sqoop uses its MySQL manager, also for MariaDB.
 * Without TLS, MySQL's default login needs the public key of the server.
 */
export function jdbcUrl(server: DatabaseServer, database: string, version: string): string {
  const options = [
    /mariadb/i.test(version) ? undefined : 'allowPublicKeyRetrieval=true',
    SSL_MODE[server.tls],
  ].filter((option) => option !== undefined)
  const query = options.length === 0 ? '' : `?${options.join('&')}`
  return `jdbc:mysql://${addressOf(server)}:${server.port}/${database}${query}`
}
