/** How Sqoop's JVM reaches a database server. */

import type { DatabaseServer } from '../../spec/types.ts'

/**
 * The address as edX's pipeline writes it, without a driver: Sqoop then takes its own MySQL manager, for MariaDB as
 * well, and that is the way to prove. Without TLS, MySQL's default login needs the server's public key.
 */
export function jdbcUrl(server: DatabaseServer, database: string, version: string): string {
  const address = server.kind === 'host' ? server.host : server.address
  const key = /mariadb/i.test(version) ? '' : '?allowPublicKeyRetrieval=true'
  return `jdbc:mysql://${address}:${server.port}/${database}${key}`
}
