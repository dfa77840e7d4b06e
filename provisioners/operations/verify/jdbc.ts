/** How Sqoop's JVM reaches a database server. */

import type { DatabaseServer } from '../../spec/types.ts'

export interface Jdbc {
  readonly url: string
  readonly driver: string
}

/**
 * URL and driver by what the server says of itself. MariaDB's own driver refuses `jdbc:mysql:` unless told;
 * MySQL's driver cannot read a MariaDB server's metadata.
 */
export function jdbcOf(server: DatabaseServer, database: string, version: string): Jdbc {
  const address = server.kind === 'host' ? server.host : server.address
  const url = `jdbc:mysql://${address}:${server.port}/${database}`
  return /mariadb/i.test(version)
    ? { url: `${url}?permitMysqlScheme=true`, driver: 'org.mariadb.jdbc.Driver' }
    : { url, driver: 'com.mysql.cj.jdbc.Driver' }
}
