/** How Sqoop's JVM reaches a database server. */

import type { DatabaseServer, DatabaseTls } from '../../config/types.ts'
import { addressOf } from '../../services/result-store/index.ts'

/** Words of MySQL's driver, whose own default is PREFERRED. */
const SSL_MODE: Readonly<Record<DatabaseTls, string | undefined>> = {
  preferred: undefined,
  required: 'sslMode=REQUIRED',
  off: 'sslMode=DISABLED',
}

/**
 * The address as edX's pipeline writes it, without a driver: Sqoop then takes its own MySQL manager, for MariaDB as
 * well, and that is the way to prove. Without TLS, MySQL's default login needs the server's public key.
 */
export function jdbcUrl(server: DatabaseServer, database: string, version: string): string {
  const options = [
    /mariadb/i.test(version) ? undefined : 'allowPublicKeyRetrieval=true',
    SSL_MODE[server.tls],
  ].filter((option) => option !== undefined)
  const query = options.length === 0 ? '' : `?${options.join('&')}`
  return `jdbc:mysql://${addressOf(server)}:${server.port}/${database}${query}`
}
