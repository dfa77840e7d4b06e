import type { Metastore } from '../../spec/types.ts'
import { addressOf, flavorOf, tlsOf } from '../result-store/servers.ts'

/** How Java reaches the metastore's database. */
export interface Jdbc {
  readonly url: string
  readonly driver: string
  /** File name of the driver in the extras' `drivers`. */
  readonly jar: string
}

export const MARIADB_JAR = 'mariadb-java-client-3.4.1.jar'
export const MYSQL_JAR = 'mysql-connector-j-8.4.0.jar'

const query = (options: Readonly<Record<string, string>>): string => new URLSearchParams(options).toString()

/**
 * MySQL's driver asks MariaDB for a table column that only MySQL has, so MariaDB gets its own; that one takes
 * `jdbc:mysql:` addresses by permitMysqlScheme, and by useMysqlMetadata calls the server MySQL, which is the name that
 * Hive's persistence layer knows. It speaks to MySQL as well, so it also serves where nobody knows yet which of the
 * two an external server is. It knows no "TLS where there is some": without a word it goes plain, with `trust` it
 * encrypts and takes any certificate.
 */
export function metastoreJdbc({ server, database }: Metastore): Jdbc {
  const base = `jdbc:mysql://${addressOf(server)}:${server.port}/${encodeURIComponent(database)}`
  // Without TLS, MySQL's default login needs the server's public key.
  const key = { allowPublicKeyRetrieval: 'true' }
  if (flavorOf(server) === 'mysql') {
    // Without nullDatabaseMeansCurrent the tables of another metastore on the same server count as this one's.
    const options = query({ nullDatabaseMeansCurrent: 'true', ...key })
    return { url: `${base}?${options}`, driver: 'com.mysql.cj.jdbc.Driver', jar: MYSQL_JAR }
  }
  const tls = tlsOf(server) === 'required' ? { sslMode: 'trust' } : {}
  const options = query({ permitMysqlScheme: 'true', useMysqlMetadata: 'true', ...key, ...tls })
  return { url: `${base}?${options}`, driver: 'org.mariadb.jdbc.Driver', jar: MARIADB_JAR }
}
