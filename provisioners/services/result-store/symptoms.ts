import type { KnownSymptom } from '../types.ts'

/** Of connections to database servers. */
const connections: readonly KnownSymptom[] = [
  {
    name: 'database-key-retrieval',
    pattern: /Public Key Retrieval is not allowed|RSA public key is not available client side/,
    cause:
      'the account logs in by caching_sha2_password, without TLS, and the driver may not ask for the server key',
    next: 'write metastore.tls: required in cluster.yml (or tls of the server in question); then howdah bootstrap',
  },
  {
    name: 'database-login-plugin',
    pattern:
      /(?:Unable to load|Cannot use|Unsupported) authentication plugin '?(?:caching_sha2_password|mysql_native_password)/,
    cause:
      'the JDBC driver and the server share no way to log in: the driver is too old, or the server no longer has the plugin (MySQL 9)',
    next: 'howdah bootstrap (it installs the drivers below /opt/howdah/extras/drivers; use those)',
  },
  {
    name: 'database-wants-tls',
    pattern: /insecure transport are prohibited|ER_SECURE_TRANSPORT_REQUIRED|--require_secure_transport=ON/,
    cause: 'the database server refuses connections without TLS (require_secure_transport)',
    next: 'write metastore.tls: required in cluster.yml (or tls of the server in question; below external where it is external); then howdah bootstrap',
  },
  {
    name: 'database-tls-too-old',
    pattern: /No appropriate protocol|SSLHandshakeException.{0,100}protocol/,
    cause: 'the JDK has switched off the old TLS that this database server offers',
    next: 'on the host of the database: mysqld --version (MySQL 5.6, and 5.7 before 5.7.28, have no TLS 1.2: upgrade it)',
  },
  {
    name: 'database-login-refused',
    pattern: /Access denied for user '[^']{0,64}'@'/,
    cause: 'the database server refuses the account or its password',
    next: 'howdah plan (it compares the accounts with cluster.yml); then howdah bootstrap',
  },
  {
    name: 'database-unreachable',
    pattern:
      /Communications link failure|Socket fail to connect to (?:host:)?\S{1,250}|Could not connect to address=\(host=|Could not connect to \S{1,250}:\d{2,5} : Connection refused|Can't connect to (?:local )?(?:MySQL|MariaDB|server)|DBConnectionFailed|Unable to open a test connection to the given database/,
    cause: 'the database server does not answer: it is stopped, or a firewall closes its port',
    next: 'howdah status; then on the host of the database: systemctl restart mariadb || systemctl restart mysql; then howdah bootstrap',
  },
]

/** Of servers and drivers. */
const servers: readonly KnownSymptom[] = [
  {
    name: 'mysql-package-missing',
    pattern: /Unable to locate package mysql-server|mysql-server.{0,60} has no installation candidate/,
    cause: 'this release of the system has no MySQL server of its own (Debian stable ships MariaDB)',
    next: 'write resultStore.flavor: mariadb in cluster.yml (or flavor of the server in question); then howdah bootstrap',
  },
  {
    name: 'mariadb-cannot-require-tls',
    pattern: /unknown variable 'require[-_]secure[-_]transport/,
    cause: 'MariaDB before 10.5 cannot refuse connections without TLS',
    next: 'remove resultStore.tls from cluster.yml (or use a release of the system with MariaDB 10.5); then howdah bootstrap',
  },
  {
    name: 'jdbc-driver-missing',
    pattern: /Failed to load driver|Could not load db driver class|Unable to load JDBC driver/i,
    cause: 'the JDBC driver is not on the class path',
    next: 'howdah bootstrap (it installs the drivers)',
  },
  {
    name: 'index-key-too-long',
    pattern: /Specified key was too long; max key length is (?:767|1000|1071|3072) bytes/,
    cause: 'an indexed text column is longer than this server lets a key be in this charset',
    next: 'write resultStore.charset: utf8mb3 in cluster.yml (or use a newer server); then howdah bootstrap',
  },
  {
    name: 'mysql-driver-on-mariadb',
    pattern: /Unknown column 'RESERVED' in 'WHERE'/,
    cause: "MySQL's own JDBC driver asks MariaDB for a table column that only MySQL has",
    next: 'howdah bootstrap (it gives the metastore mariadb-java-client; use that)',
  },
  {
    name: 'database-data-locked',
    pattern:
      /Can't open and lock privilege tables|InnoDB: Unable to lock|Can't lock aria control file|InnoDB: Cannot allocate memory/,
    cause: 'the database server cannot open its data: another server holds it, or it was never initialised',
    next: 'on that host: journalctl -n 50 -u mariadb -u mysql; ls -ld /var/lib/mysql; ps -fC mysqld,mariadbd',
  },
  {
    name: 'database-setting-unknown',
    pattern: /unknown (?:variable|option) '--?[\w-]{1,60}|\[ERROR\] Aborting/,
    cause:
      'the database server ended at its start; a line above says why, often a setting that it does not know',
    next: 'on that host: journalctl -n 50 -u mariadb -u mysql; ls -l /etc/mysql/*.d',
    vague: true,
  },
]

/** Known messages of database servers and their drivers, with their causes. */
export const storeSymptoms: readonly KnownSymptom[] = [...servers, ...connections]
