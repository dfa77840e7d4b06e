import type { Symptom } from '../../engine/types.ts'

/** Known messages of database servers and their drivers, with their causes. */
export const storeSymptoms: readonly Symptom[] = [
  {
    pattern: /Unable to locate package mysql-server|mysql-server.* has no installation candidate/,
    cause: 'this release of the system has no MySQL server of its own (Debian stable ships MariaDB)',
    next: 'write `flavor: mariadb`, or add a package source that has mysql-server',
  },
  {
    pattern: /Public Key Retrieval is not allowed/,
    cause:
      'the account logs in by caching_sha2_password, without TLS, and the driver may not ask for the server key',
    next: 'use TLS, or add allowPublicKeyRetrieval=true to the JDBC address',
  },
  {
    pattern: /Unable to load authentication plugin '?(caching_sha2_password|mysql_native_password)/,
    cause:
      'the JDBC driver and the server share no way to log in: the driver is too old, or the server no longer has the plugin (MySQL 9)',
    next: 'use the drivers in /opt/howdah/extras/drivers',
  },
  {
    pattern: /insecure transport are prohibited|ER_SECURE_TRANSPORT_REQUIRED|require_secure_transport/,
    cause: 'the database server refuses connections without TLS (require_secure_transport)',
    next: 'write `tls: required` in the section of that server in cluster.yml (below external where it is external), then howdah bootstrap',
  },
  {
    pattern: /unknown variable 'require[-_]secure[-_]transport/,
    cause: 'MariaDB before 10.5 cannot refuse connections without TLS',
    next: 'use a release of the system that has MariaDB 10.5 or later, or leave out `tls: required`',
  },
  {
    pattern: /No appropriate protocol|SSLHandshakeException.*protocol/,
    cause: 'the JDK has switched off the old TLS that this database server offers',
    next: 'enable TLS 1.2 on the server (MySQL 5.6 and 5.7 before 5.7.28 have none)',
  },
  {
    pattern: /Failed to load driver|Could not load db driver class|Unable to load JDBC driver/i,
    cause: 'the JDBC driver is not on the class path',
    next: 'howdah bootstrap installs it; check /opt/howdah/extras/drivers',
  },
  {
    pattern: /Specified key was too long; max key length is (767|1000|1071|3072) bytes/,
    cause: 'an indexed text column is longer than this server lets a key be in this charset',
    next: 'write `charset: utf8mb3` for the result store, or use a newer server',
  },
  {
    pattern: /Unknown column 'RESERVED' in 'WHERE'/,
    cause: "MySQL's own JDBC driver asks MariaDB for a table column that only MySQL has",
    next: 'use mariadb-java-client, as Howdah does for the metastore on MariaDB',
  },
  {
    pattern: /Can't open and lock privilege tables|InnoDB: (Unable to lock|Cannot allocate memory)/,
    cause: 'the database server cannot open its data: another server holds it, or it was never initialised',
    next: 'read journalctl -u mariadb -u mysql, and check /var/lib/mysql',
  },
]
