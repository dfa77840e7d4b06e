import type { Deployment } from '../infrastructure/types.ts'
import { initInfrastructure } from './init-aws.ts'
import { about, head, scalar } from './init-texts.ts'

export interface InitOptions {
  readonly name: string
  /** Addresses, each as `address`, `user@address` or `user@address:port`; the first is the master. */
  readonly hosts: readonly string[]
  readonly user?: string
  /** A deployment on AWS instead of existing hosts. */
  readonly aws?: Deployment
}

/** Example addresses, from the range that is reserved for documentation. */
const EXAMPLES = ['192.0.2.11', '192.0.2.21', '192.0.2.22', '192.0.2.23']

/**
 * A first cluster.yml: valid, with every optional part as a comment. The texts are those of the schema.
 * It does not check the options; parsing the result does.
 */
export function initTemplate({ name, hosts, user, aws }: InitOptions): string {
  if (aws !== undefined) return initInfrastructure(name, aws)
  const addresses = (hosts.length === 0 ? EXAMPLES : hosts).map(splitAddress)
  const login = user ?? addresses.find((one) => one.user !== undefined)?.user
  return [
    ...head(name),
    ...about('hosts', 'roles'),
    'hosts:',
    ...addresses.map((address, i) => hostLine(address, i, addresses.length, login)),
    '',
    ...sshPart(login),
    ...PARTS.flatMap(([path, ...lines]) => [...about(path), ...lines.map((line) => `# ${line}`), '']),
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}

interface Address {
  readonly user: string | undefined
  readonly address: string
  readonly port: number | undefined
}

function splitAddress(text: string): Address {
  const [, user, address = text, port] = /^(?:([^@]+)@)?([^:]+)(?::(\d+))?$/.exec(text) ?? []
  return { user, address, port: port === undefined ? undefined : Number(port) }
}

function hostLine(
  { user, address, port }: Address,
  i: number,
  hosts: number,
  login: string | undefined,
): string {
  const roles = hosts === 1 ? 'master, worker, result-store' : i === 0 ? 'master, result-store' : 'worker'
  const own = [
    ...(user === undefined || user === login ? [] : [`user: ${scalar(user)}`]),
    ...(port === undefined ? [] : [`port: ${port}`]),
  ]
  const ssh = own.length === 0 ? '' : `, ssh: {${own.join(', ')}}`
  return `  - {name: ${i === 0 ? 'm1' : `w${i}`}, address: ${scalar(address)}, roles: [${roles}]${ssh}}`
}

function sshPart(login: string | undefined): string[] {
  const more = [
    '  identityFiles: [~/.ssh/id_ed25519]',
    '  hostKeys: accept-new',
    '  jump: {address: bastion.example.org, user: ops}',
    '  sudoPassword: {file: secrets/sudo}',
  ]
  const first = login === undefined ? ['# ssh:'] : ['ssh:', `  user: ${scalar(login)}`]
  const rest = more.map((line) => (login === undefined ? `# ${line}` : `  # ${line.trimStart()}`))
  return [...about('ssh'), ...first, ...rest, '']
}

/** Sections that are comments at first: the path, then the lines. */
const PARTS: readonly (readonly [string, ...string[]])[] = [
  ['versions', 'versions: {hadoop: 3.4.2, hive: 3.1.3, sqoop: 1.4.7}'],
  [
    'java',
    'java:',
    '  hadoop: 8',
    '  hive: 8',
    '  sqoop: 8',
    '  jdks:',
    '    17: {package: openjdk-17-jdk-headless}',
  ],
  ['artifacts', 'artifacts: {provider: mirror, mirrors: [https://dlcdn.apache.org]}'],
  ['directories', 'directories: {name: [/data/nn], checkpoint: /data/snn}'],
  ['hdfs', 'hdfs: {replication: 3, users: [alice]}'],
  ['properties', 'properties:', '  hdfs-site: {dfs.blocksize: 268435456}'],
  ['access', 'access: {from: [10.20.0.0/16]}'],
  ['manageHostsFile', 'manageHostsFile: true'],
  ['metastore', 'metastore: {password: {generate: true}}'],
  [
    'resultStore',
    'resultStore:',
    '  flavor: mariadb',
    '  database: reports',
    '  pipeline: {password: {file: secrets/pipeline}}',
    '  api: {password: {file: secrets/api}}',
  ],
  [
    'lms',
    'lms:',
    '  external: {address: lms-db.example.org, admin: {user: root, password: {env: LMS_ADMIN_PASSWORD}}}',
    '  reader: {user: reader, password: {generate: true}}',
  ],
]
