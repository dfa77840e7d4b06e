import type { Resource } from '../../engine/types.ts'
import { raw, sh } from '../../shell.ts'
import type { DatabaseFlavor, Host } from '../../spec/types.ts'
import type { ComponentContext } from '../types.ts'
import { ADMIN_USER, type ManagedServer } from './servers.ts'
import { resolveCharset, type WantedCharset } from './version.ts'

const COMPONENT = 'result-store'

interface FlavorFacts {
  readonly package: string
  readonly unit: string
  readonly configDir: string
  readonly client: string
  readonly admin: string
  readonly logs: readonly string[]
}

/** What differs between the two kinds of server as Debian and Ubuntu package them. */
export const FLAVORS: Readonly<Record<DatabaseFlavor, FlavorFacts>> = {
  mariadb: {
    package: 'mariadb-server',
    unit: 'mariadb',
    configDir: '/etc/mysql/mariadb.conf.d',
    client: 'mariadb',
    admin: 'mariadb-admin',
    logs: ['/var/log/mysql/error.log'],
  },
  mysql: {
    package: 'mysql-server',
    unit: 'mysql',
    configDir: '/etc/mysql/mysql.conf.d',
    client: 'mysql',
    admin: 'mysqladmin',
    logs: ['/var/log/mysql/error.log'],
  },
}

/** The oldest server of a supported Debian or Ubuntu: what `auto` means must not wait for an answer. */
const OLDEST = {
  mariadb: { flavor: 'mariadb', major: 10, minor: 3, patch: 0 },
  mysql: { flavor: 'mysql', major: 8, minor: 0, patch: 0 },
} as const

const HEADER =
  '# Written by Howdah; changes here are undone by the next bootstrap. Put yours into a file of your own.'

/** The charset of a server that holds only an LMS or a metastore is nobody's requirement: what is common today. */
const wantedCharset = (server: ManagedServer, context: ComponentContext): WantedCharset =>
  server.purposes.includes('result-store') ? (context.cluster.resultStore?.charset ?? 'auto') : 'utf8mb4'

/** Half of the memory that the sizing leaves to the server, and never under InnoDB's own default of 128 MiB. */
function bufferPoolMb(server: ManagedServer, context: ComponentContext): number {
  const heaps = context.sizing[server.server.host]?.heaps ?? {}
  const daemons = {
    'result-store': 'result-store',
    lms: 'lms-database',
    metastore: 'metastore-database',
  } as const
  const given = server.purposes.map((purpose) => heaps[daemons[purpose]]?.mb ?? 0)
  return Math.max(128, Math.floor(Math.max(...given) / 2))
}

/**
 * The server's configuration. It listens on every address, since the cluster and the readers of the result store
 * come over the network; who may in is a matter of accounts. Accounts are by address, so that a name server that
 * does not answer delays nobody.
 */
export function serverConfig(server: ManagedServer, context: ComponentContext): string {
  const { flavor, port } = server.server
  const charset = resolveCharset(wantedCharset(server, context), OLDEST[flavor])
  const collation = server.purposes.includes('result-store') ? `${charset}_bin` : `${charset}_unicode_ci`
  // Three-byte utf8 by the old name, which old and new releases understand.
  const old = (name: string) => name.replace(/^utf8mb3/, 'utf8')
  return [
    HEADER,
    '[mysqld]',
    `port = ${port}`,
    'bind-address = *',
    'skip-name-resolve = ON',
    `character-set-server = ${flavor === 'mysql' ? charset : old(charset)}`,
    `collation-server = ${flavor === 'mysql' ? collation : old(collation)}`,
    `innodb-buffer-pool-size = ${bufferPoolMb(server, context)}M`,
    ...(flavor === 'mysql' ? ['mysqlx = OFF'] : []),
    '',
  ].join('\n')
}

/** A value for an option file: between quotes only a backslash and a line break mean something. */
export const optionValue = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`

const literal = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n')}'`

const ADMIN_HOSTS = ['localhost', '127.0.0.1', '::1'] as const

/** Howdah's own account, which may log in from the server's host alone, and no account without a name. */
export function adminSql(password: string): string {
  const accounts = ADMIN_HOSTS.map((host) => `'${ADMIN_USER}'@'${host}'`)
  return [
    `-- ${HEADER.slice(2)}`,
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES';",
    ...accounts.flatMap((account) => [
      `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${literal(password)};`,
      `ALTER USER ${account} IDENTIFIED BY ${literal(password)};`,
      `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    ]),
    "DROP USER IF EXISTS ''@'localhost', ''@'%';",
    '',
  ].join('\n')
}

const SQL_FILE = '/etc/howdah/database-admin.sql'
const OPTIONS_FILE = '/etc/howdah/database-admin.cnf'

/** Options of a client that logs in as Howdah over TCP, just as the controller does through its forward. */
const adminOptions = (password: string, port: number): string =>
  [
    HEADER,
    '[client]',
    `user = ${ADMIN_USER}`,
    `password = ${optionValue(password)}`,
    'host = 127.0.0.1',
    'protocol = TCP',
    `port = ${port}`,
    '',
  ].join('\n')

/** True when the server answers to its own client, over its own socket, whoever asks. */
export const pingScript = (flavor: DatabaseFlavor): string =>
  sh`HOME=/root ${FLAVORS[flavor].admin} --connect-timeout=3 --silent ping >/dev/null 2>&1`

function adminAction(server: ManagedServer): Resource {
  const { client, unit } = FLAVORS[server.server.flavor]
  const asAdmin = sh`HOME=/root ${client} --defaults-file=${OPTIONS_FILE} --connect-timeout=5 -N -e 'SELECT 1'`
  return {
    type: 'action',
    id: 'action:database-admin',
    component: COMPONENT,
    title: `account ${ADMIN_USER} of the database server`,
    after: [`unit:${unit}`, `file:${SQL_FILE}`, `file:${OPTIONS_FILE}`],
    probe: [
      sh`if ! command -v ${client} >/dev/null || [ ! -f ${OPTIONS_FILE} ]; then echo done=no`,
      `elif said=$(${asAdmin} 2>&1); then echo done=yes`,
      "else case $said in *'Access denied'* | *' 1045 '*) echo done=no ;; *) echo done=unknown ;; esac",
      'fi',
    ].join('\n'),
    run: sh`HOME=/root ${client} --protocol=SOCKET --user=root --connect-timeout=10 <${raw(SQL_FILE)}`,
    timeoutSeconds: 60,
  }
}

/** Package, configuration, unit and administrator of the database server on this host. */
export function managedServer(server: ManagedServer, _host: Host, context: ComponentContext): Resource[] {
  const { flavor, port } = server.server
  const facts = FLAVORS[flavor]
  const password = context.secret(server.admin.password)
  const config = `${facts.configDir}/zz-howdah.cnf`
  const file = { type: 'file', component: COMPONENT, owner: 'root', group: 'root' } as const
  const own = { type: 'directory', component: COMPONENT, owner: 'root', group: 'root', mode: '0755' } as const
  return [
    { type: 'package', id: `package:${facts.package}`, component: COMPONENT, names: [facts.package] },
    {
      ...file,
      id: `file:${config}`,
      path: config,
      content: serverConfig(server, context),
      mode: '0644',
      after: [`package:${facts.package}`],
    },
    {
      type: 'unit',
      id: `unit:${facts.unit}`,
      component: COMPONENT,
      name: facts.unit,
      effective: [config],
      ready: {
        script: `${pingScript(flavor)} && ss -ltnH 'sport = :${port}' | grep -q .`,
        timeoutSeconds: 120,
        title: `answers on its socket and listens on ${port}`,
      },
      logs: facts.logs,
      after: [`file:${config}`],
    },
    { ...own, id: 'directory:/etc/howdah', path: '/etc/howdah' },
    {
      ...file,
      id: `file:${SQL_FILE}`,
      path: SQL_FILE,
      content: adminSql(password),
      mode: '0600',
      sensitive: true,
      after: ['directory:/etc/howdah'],
    },
    {
      ...file,
      id: `file:${OPTIONS_FILE}`,
      path: OPTIONS_FILE,
      content: adminOptions(password, port),
      mode: '0600',
      sensitive: true,
      after: ['directory:/etc/howdah'],
    },
    adminAction(server),
  ]
}
