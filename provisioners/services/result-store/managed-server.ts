import { render } from '../../../hadoop-templates/index.ts'
import type { DatabaseFlavor } from '../../config/types.ts'
import type { File, Resource } from '../../engine/types.ts'
import { resolveCharset, type WantedCharset } from '../../mysql/version.ts'
import { raw, sh } from '../../shell.ts'
import { directory, file } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { ADMIN_USER, certificateOf, type ManagedServer } from './servers.ts'

const COMPONENT = 'result-store'

interface FlavorFacts {
  readonly package: string
  readonly unit: string
  readonly configDir: string
  readonly client: string
  readonly admin: string
  readonly logs: readonly string[]
}

/** The differences between the packages of the two kinds of server in Debian and Ubuntu. */
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

/** The oldest server of a supported Debian or Ubuntu. It decides the meaning of `auto` before a server answers. */
const OLDEST = {
  mariadb: { flavor: 'mariadb', major: 10, minor: 3, patch: 0 },
  mysql: { flavor: 'mysql', major: 8, minor: 0, patch: 0 },
} as const

/** The charset of the server. With only an LMS or a metastore on it, nothing requires one: utf8mb4 is the usual one. */
const wantedCharset = (server: ManagedServer, context: ComponentContext): WantedCharset =>
  server.purposes.includes('result-store') ? (context.cluster.resultStore?.charset ?? 'auto') : 'utf8mb4'

/** The largest of the sizes that sizing gives the purposes of this server, because they share one buffer pool. */
function bufferPoolMb(server: ManagedServer, context: ComponentContext): number {
  const heaps = context.sizing[server.server.host]?.heaps ?? {}
  const daemons = {
    'result-store': 'result-store',
    lms: 'lms-database',
    metastore: 'metastore-database',
  } as const
  const given = server.purposes.map((purpose) => heaps[daemons[purpose]]?.mb ?? 0)
  return Math.max(128, ...given)
}

/** Below the configuration of the server's packages: AppArmor lets the server read there. */
const TLS_DIR = '/etc/mysql/howdah'
const CERTIFICATE = `${TLS_DIR}/server.crt`
const KEY = `${TLS_DIR}/server.key`

/** The server's certificate, and its key, which only the server's group can read. */
function tlsFiles(server: ManagedServer, context: ComponentContext): File[] {
  const made = certificateOf(context.cluster, server.server)
  if (!made) return []
  const certificate = context.authorities?.[server.target]?.own
  if (certificate === undefined) throw new Error(`no certificate was made for ${server.target}`)
  const after = [`directory:${TLS_DIR}`]
  const key = `${context.secret(made.key).trimEnd()}\n`
  return [
    file(COMPONENT, CERTIFICATE, certificate, { after }),
    file(COMPONENT, KEY, key, { group: 'mysql', mode: '0640', sensitive: true, after }),
  ]
}

/** The server's configuration file. */
export function serverConfig(server: ManagedServer, context: ComponentContext): string {
  const { flavor, port } = server.server
  const charset = resolveCharset(wantedCharset(server, context), OLDEST[flavor])
  const collation = server.purposes.includes('result-store') ? `${charset}_bin` : `${charset}_unicode_ci`
  // MariaDB gets the old name of three-byte UTF-8, which old and new releases accept.
  const name = (text: string) => (flavor === 'mysql' ? text : text.replace(/^utf8mb3/, 'utf8'))
  return render('mysql/server.cnf', {
    port,
    charset: name(charset),
    collation: name(collation),
    bufferPoolMb: bufferPoolMb(server, context),
    more: flavor === 'mysql' ? ['mysqlx = OFF'] : [],
    tls: server.server.tls === 'required' && { certificate: CERTIFICATE, key: KEY },
  })
}

/** A value for an option file: between quotes only backslashes and control characters need an escape. */
export const optionValue = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`

const literal = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n')}'`

const ADMIN_HOSTS = ['localhost', '127.0.0.1', '::1'] as const

/** SQL that creates Howdah's account. root of the host sends it to the server over its socket. */
export const adminSql = (password: string): string =>
  render('mysql/admin.sql', {
    accounts: ADMIN_HOSTS.map((host) => `'${ADMIN_USER}'@'${host}'`),
    password: literal(password),
  })

const SECRETS = '/etc/howdah/database'
const SQL_FILE = `${SECRETS}/admin.sql`
const OPTIONS_FILE = `${SECRETS}/admin.cnf`

/** Options of a client that logs in as Howdah over TCP, as Howdah itself does through a forwarded port. */
const adminOptions = (password: string, { port, tls }: ManagedServer['server']): string =>
  render('mysql/client.cnf', {
    host: '127.0.0.1',
    port,
    requireTls: tls === 'required',
    user: optionValue(ADMIN_USER),
    password: optionValue(password),
  })

/** Succeeds when the server answers over its socket, also when it refuses the login. */
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
      // 1045: a wrong password. 1130: no account for this address, as on a server that was just installed. If the
      // refusal comes before TLS, MariaDB's client writes its own error first, then the number.
      "else case $said in *'ERROR 1045'* | *'ERROR 1130'* | *': 1045 - '* | *': 1130 - '*) echo done=no ;; *) echo done=unknown ;; esac",
      'fi',
    ].join('\n'),
    run: sh`HOME=/root ${client} --protocol=SOCKET --user=root --connect-timeout=10 <${raw(SQL_FILE)}`,
    timeoutSeconds: 60,
  }
}

/** A file with a secret, in a directory that only root can enter. */
const secretFile = (path: string, content: string): Resource =>
  file(COMPONENT, path, content, { mode: '0600', sensitive: true, after: [`directory:${SECRETS}`] })

/** Package, configuration, unit and administrator of the database server on this host. */
export function managedServer(server: ManagedServer, context: ComponentContext): Resource[] {
  const { flavor, port } = server.server
  const tls = tlsFiles(server, context)
  const facts = FLAVORS[flavor]
  const password = context.secret(server.admin.password)
  const config = `${facts.configDir}/zz-howdah.cnf`
  return [
    { type: 'package', id: `package:${facts.package}`, component: COMPONENT, names: [facts.package] },
    ...(tls.length > 0
      ? [directory(COMPONENT, TLS_DIR, { after: [`package:${facts.package}`] }), ...tls]
      : []),
    file(COMPONENT, config, serverConfig(server, context), { after: [`package:${facts.package}`] }),
    {
      type: 'unit',
      id: `unit:${facts.unit}`,
      component: COMPONENT,
      name: facts.unit,
      // The server uses a new certificate only after a restart.
      effective: [config, ...tls.map(({ path }) => path)],
      ready: {
        script: `${pingScript(flavor)} && ss -ltnH 'sport = :${port}' | grep -q .`,
        timeoutSeconds: 120,
        title: `answers on its socket and listens on ${port}`,
      },
      logs: facts.logs,
      after: [`file:${config}`, ...tls.map(({ id }) => id)],
    },
    directory(COMPONENT, SECRETS, { mode: '0700' }),
    secretFile(SQL_FILE, adminSql(password)),
    secretFile(OPTIONS_FILE, adminOptions(password, server.server)),
    adminAction(server),
  ]
}
