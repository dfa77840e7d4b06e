import type { DatabaseFlavor, Metastore } from '../../config/types.ts'
import { HowdahError } from '../../errors.ts'
import { driverJar } from '../repairs/index.ts'
import type { Installed } from '../repairs/types.ts'
import { addressOf, flavorOf } from '../result-store/servers.ts'

/** How Java reaches the metastore's database. */
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
  /** Encrypts, and takes any certificate. */
  readonly tls: Options
}

// Without TLS, MySQL's default login needs the server's public key.
const key = { allowPublicKeyRetrieval: 'true' }

/** What each driver wants in an address, by the beginning of its file's name. The first match counts. */
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
      // Without nullDatabaseMeansCurrent the tables of another metastore on the same server count as this one's.
      options: { nullDatabaseMeansCurrent: 'true', ...key },
      tls: { sslMode: 'REQUIRED' },
    },
  ],
]

/** What a driver's addresses look like. Throws COMPONENT_NO_DIALECT (a bug: each driver of the repairs has one). */
export function dialectOf(jar: string): Dialect {
  const found = DIALECTS.find(([name]) => name.test(jar))
  if (found) return found[1]
  throw new HowdahError({
    code: 'COMPONENT_NO_DIALECT',
    exit: 'unexpected',
    message: `nothing says what addresses ${jar} takes`,
  })
}

const query = (options: Options): string => new URLSearchParams(options).toString()

/**
 * MariaDB's driver takes `jdbc:mysql:` addresses (the newer one by permitMysqlScheme), and by useMysqlMetadata calls
 * the server MySQL, which is the name that Hive's persistence layer knows. It speaks to MySQL as well, so it also
 * serves where nobody knows yet which of the two an external server is. It knows no "TLS where there is some": without
 * a word it goes plain.
 */
export function metastoreJdbc({ server, database }: Metastore, installed: Installed): Jdbc {
  const flavor: DatabaseFlavor = flavorOf(server) ?? 'mariadb'
  const jar = driverJar('hive', flavor, installed)
  const { driver, options, tls } = dialectOf(jar)
  const all = { ...options, ...(server.tls === 'required' ? tls : {}) }
  const base = `jdbc:mysql://${addressOf(server)}:${server.port}/${encodeURIComponent(database)}`
  return { url: `${base}?${query(all)}`, driver, jar }
}
