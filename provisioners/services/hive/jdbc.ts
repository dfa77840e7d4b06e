import type { DatabaseFlavor, Metastore } from '../../config/types.ts'
import { HowdahError } from '../../errors.ts'
import { driverJar } from '../repairs/index.ts'
import type { Installed } from '../repairs/types.ts'
import { addressOf, flavorOf } from '../result-store/servers.ts'

/** How Java connects to the metastore's database. */
export interface Jdbc {
  readonly url: string
  readonly driver: string
  /** File name of the driver in the extras' `drivers`. */
  readonly jar: string
}

type Options = Readonly<Record<string, string>>

interface Dialect {
  readonly driver: string
  readonly options: Options
  /** Encrypts, and accepts any certificate. */
  readonly tls: Options
}

// Without TLS, MySQL's default login needs the server's public key.
const key = { allowPublicKeyRetrieval: 'true' }

/** The parameters that each driver needs in a URL, by the beginning of its file's name. The first match counts. */
const DIALECTS: readonly (readonly [RegExp, Dialect])[] = [
  [
    /^mariadb-java-client-2\./,
    {
      driver: 'org.mariadb.jdbc.Driver',
      options: { useMysqlMetadata: 'true', ...key },
      tls: { useSsl: 'true', trustServerCertificate: 'true' },
    },
  ],
  [
    /^mariadb-java-client-/,
    {
      driver: 'org.mariadb.jdbc.Driver',
      options: { permitMysqlScheme: 'true', useMysqlMetadata: 'true', ...key },
      tls: { sslMode: 'trust' },
    },
  ],
  [
    /^mysql-connector-j-/,
    {
      driver: 'com.mysql.cj.jdbc.Driver',
      // Without nullDatabaseMeansCurrent, tables of another metastore on the same server count as tables of this one.
      options: { nullDatabaseMeansCurrent: 'true', ...key },
      tls: { sslMode: 'REQUIRED' },
    },
  ],
]

/** The dialect of a driver's URLs. Throws COMPONENT_NO_DIALECT (a bug: each driver of the repairs has one). */
export function dialectOf(jar: string): Dialect {
  const found = DIALECTS.find(([name]) => name.test(jar))
  if (found) return found[1]
  throw new HowdahError({
    code: 'COMPONENT_NO_DIALECT',
    exit: 'unexpected',
    message: `the JDBC driver ${jar} has no dialect in jdbc.ts`,
  })
}

const query = (options: Options): string => new URLSearchParams(options).toString()

/**
 * The URL, class and jar of the driver for the metastore's database. MariaDB's driver accepts `jdbc:mysql:` URLs (the
 * newer one with permitMysqlScheme). With useMysqlMetadata it reports the server as MySQL, the only name that Hive's
 * persistence layer has for both. It connects to MySQL too, so it also serves while the flavour of an external server
 * is not known. It cannot use TLS only where the server has it: without an option it does not encrypt.
 */
export function metastoreJdbc({ server, database }: Metastore, installed: Installed): Jdbc {
  const flavor: DatabaseFlavor = flavorOf(server) ?? 'mariadb'
  const jar = driverJar('hive', flavor, installed)
  const { driver, options, tls } = dialectOf(jar)
  const all = { ...options, ...(server.tls === 'required' ? tls : {}) }
  const base = `jdbc:mysql://${addressOf(server)}:${server.port}/${encodeURIComponent(database)}`
  return { url: `${base}?${query(all)}`, driver, jar }
}
