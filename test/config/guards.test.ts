import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { clusterSchema } from '../../provisioners/config/schema/cluster.ts'
import { KINDS, type Kind, kindOf } from '../../provisioners/config/schema/kinds.ts'
import { BASE, infrastructure, parse, problemsOf } from './support.ts'

/** Every field that takes text, found in the schema itself, so that a new one is in the list. */

interface Field {
  readonly path: string
  readonly kind: Kind | undefined
  readonly schema: z.ZodType
}

function fieldsOf(schema: z.ZodType, path: string, around: readonly z.ZodType[] = []): Field[] {
  const kind = kindOf(schema)
  if (kind !== undefined) return [{ path, kind, schema }]
  const { def } = schema as unknown as { def: Record<string, unknown> & { type: string } }
  if (around.includes(schema)) return []
  const below = (one: unknown, name: string): Field[] =>
    fieldsOf(one as z.ZodType, `${path}${name}`, [...around, schema])
  switch (def.type) {
    case 'optional':
      return below(def.innerType, '')
    case 'array':
      return below(def.element, '[]')
    case 'object':
      return Object.entries(def.shape as object).flatMap(([name, one]) => below(one, `.${name}`))
    case 'record':
      return [...below(def.keyType, ' (key)'), ...below(def.valueType, '.*')]
    case 'union':
      return (def.options as unknown[]).flatMap((one) => below(one, ''))
    case 'number':
    case 'boolean':
    case 'literal':
      return []
    default:
      return [{ path, kind: undefined, schema }]
  }
}

const fields = fieldsOf(clusterSchema, '')
const of = (kind: Kind): readonly string[] => [
  ...new Set(fields.filter((field) => field.kind === kind).map(({ path }) => path)),
]

/** Values that would do harm in a field of each kind. */
const HARMFUL: Readonly<Record<Kind, readonly unknown[]>> = {
  line: ['', 'a\nb', 'a\0', '\u0001', '\u001b[2J'],
  pattern: ['a\nb', 'a\0', '\u0001'],
  login: ['', 'a b', 'a:b', '-a', 'a/b', 'a\nb', '../a', '1'],
  account: ['', 'a b', 'a.b', '-a', 'a/b', 'a\nb', 'Root'],
  address: ['', 'a b', 'a/b', 'a\nb', '-o', 'a;b', 'a?b'],
  path: ['a', '/', '/a/../b', '/a//b', '/a/.', '/a b', '/a,b', '/a\nb'],
  data: [
    'a',
    '/',
    '/etc',
    '/etc/',
    '/etc/x',
    '/a/../etc',
    '/home',
    '/var',
    '/var/lib',
    '/dev/null',
    '/proc/1',
    '/usr/bin',
    '/tmp',
    '/run/x',
    '/opt',
    '/root',
    '/srv',
    '/mnt',
    '/boot',
  ],
  base: ['a', '/', '/dev/null', '/proc', '/sys/x', '/bin', '/usr/lib', '/boot', '/run', '/a/..', '/a b'],
  secret: ['hunter22', 1234, { file: 'a', other: 'b' }, { env: 'a b' }],
  choice: ['no-such-word', ''],
  property: [],
  switch: [],
}

/** Fields whose names say that they hold a directory, an address, an account or a secret, by kind. */
const NAMED: readonly (readonly [name: RegExp, kinds: readonly Kind[]])[] = [
  [/\.(dataDirs\[\]|directories\.(name\[\]|checkpoint|zookeeper|journal))$/, ['data']],
  [/^\.directories\.(install|config|logs)$/, ['base']],
  [/(external|jump)\.address$/, ['address']],
  [/(password|sudoPassword|token|webhook|tls\.key)$/i, ['secret']],
  [/\.(user|sshUser|account|sudoers\[\]|hdfs\.users\[\])$/, ['login', 'account', 'pattern']],
]

describe('the guards of cluster.yml', () => {
  it('are on every field that takes text', () => {
    expect(fields.filter(({ kind }) => kind === undefined).map(({ path }) => path)).toEqual([])
    expect(fields.length).toBeGreaterThan(150)
  })

  it.each(Object.keys(KINDS) as Kind[])('of kind %s refuse what would do harm', (kind) => {
    const taken = fields
      .filter((field) => field.kind === kind)
      .flatMap(({ path, schema }) =>
        HARMFUL[kind]
          .filter((value) => schema.safeParse(value).success)
          .map((value) => `${path}: ${JSON.stringify(value)}`),
      )
    expect(taken).toEqual([])
  })

  it.each(NAMED)('fields like %s have the kind %s', (name, kinds) => {
    const found = fields.filter(({ path }) => name.test(path))
    expect(found.length).toBeGreaterThan(0)
    expect(
      found.filter(({ kind }) => kind === undefined || !kinds.includes(kind)).map(({ path }) => path),
    ).toEqual([])
  })

  it('let values of software hold line breaks, and only those', () => {
    expect(of('property').filter((path) => !/^\.(properties|aws)\./.test(path))).toEqual([])
  })
})

describe('directories', () => {
  it.each([
    ['directories: {checkpoint: /home}', 'directories.checkpoint'],
    ['directories: {checkpoint: /home/ann}', 'directories.checkpoint'],
    ['directories: {name: [/data/nn, /etc]}', 'directories.name[1]'],
    ['directories: {install: /}', 'directories.install'],
    ['directories: {logs: /dev/null}', 'directories.logs'],
    ['pipeline: {home: /home}', 'pipeline.home'],
  ])('%s is refused', (line, field) => {
    const { errors } = problemsOf(`${BASE}${line}\n`)
    expect(errors[0]?.code).toBe('SPEC_INVALID_VALUE')
    expect(errors[0]?.message.startsWith(`${field} is `)).toBe(true)
  })

  it('of the usual kind are taken', () => {
    const { directories } = parse(
      `${BASE}directories: {install: /usr/local, logs: /srv/log, checkpoint: /home/hadoop/snn, name: [/var/lib/hadoop/nn]}\n`,
    )
    expect(directories.checkpointDir).toBe('/home/hadoop/snn')
  })
})

describe('logins', () => {
  it.each(['first.last', 'FLast', 'svc_hadoop-1'])('%s is taken where an account exists already', (name) => {
    const { ssh } = parse(
      `${BASE}ssh: {user: ${name}, jump: {address: j.example.org, user: ${name}}}\nhdfs: {users: [${name}]}\npipeline: {sudoers: [${name}]}\n`,
    ).hosts[0] ?? { ssh: undefined }
    expect(ssh?.user).toBe(name)
  })

  it('of accounts that Howdah makes are those that every useradd takes', () => {
    expect(problemsOf(`${BASE}users: [{name: First.Last}]\n`).codes).toEqual(['SPEC_INVALID_VALUE 5:16'])
  })
})

describe('databases of other hosts', () => {
  const external = (address: string) =>
    `resultStore: {external: {address: '${address}', admin: {user: root, password: {env: PW}}}}\n`

  it.each([
    'localhost',
    '127.0.0.1',
    '127.1',
    '::1',
    '0.0.0.0',
    'LOCALHOST',
    'localhost.localdomain',
    'db.localhost',
  ])('at %s are refused when there are several hosts', (address) => {
    expect(problemsOf(BASE + external(address)).codes).toEqual(['SPEC_BAD_ADDRESS 5:35'])
  })

  it('at a loopback address are taken with one host, and at any other address', () => {
    const one = 'name: x\nhosts: [{name: m1, address: 10.0.0.11, roles: [master, worker]}]\n'
    expect(parse(one + external('127.0.0.1')).resultStore?.server).toMatchObject({ address: '127.0.0.1' })
    expect(parse(BASE + external('10.127.0.1')).resultStore?.server).toMatchObject({ address: '10.127.0.1' })
  })
})

describe('properties that follow from other fields', () => {
  it.each([
    ['yarn-site', 'yarn.resourcemanager.scheduler.address'],
    ['yarn-site', 'yarn.resourcemanager.resource-tracker.address'],
    ['yarn-site', 'yarn.resourcemanager.admin.address'],
    ['yarn-site', 'yarn.resourcemanager.hostname.rm1'],
    ['hdfs-site', 'dfs.namenode.servicerpc-address'],
    ['hdfs-site', 'dfs.namenode.rpc-address.insights.nn1'],
    ['mapred-site', 'mapreduce.jobhistory.admin.address'],
  ])('%s: %s is refused', (file, name) => {
    const { codes, errors } = problemsOf(`${BASE}properties: {${file}: {${name}: 'old:1'}}\n`)
    expect(codes).toEqual([expect.stringMatching(/^SPEC_RESERVED_PROPERTY 5:/)])
    expect(errors[0]?.details.expected).toMatch(/^hosts\.roles/)
  })
})

describe('secrets in the section aws.emr', () => {
  const emr = (text: string) =>
    `name: x\naws:\n  deployment: small-emr\n  region: eu-west-1\n  emr:\n    ${text}\n`

  it.each([
    [
      'configurations: [{classification: hive-site, properties: {javax.jdo.option.ConnectionPassword: hunter22}}]',
      '6:63',
    ],
    [
      'configurations: [{classification: a, configurations: [{classification: b, properties: {fs.s3a.secret.key: hunter22}}]}]',
      '6:92',
    ],
    ['steps: [{type: command, args: [sqoop, import, --password, hunter22]}]', '6:63'],
    ['steps: [{type: command, args: [sqoop, "--password=hunter22"]}]', '6:43'],
    ['steps: [{type: command, args: [sqoop, "-Dfs.s3a.secret.key=hunter22"]}]', '6:43'],
    ['steps: [{type: command, args: [mysql, "mysql://root:hunter22@db/x"]}]', '6:43'],
    ['steps: [{type: jar, jar: s3://b/a.jar, properties: {db.password: hunter22}}]', '6:57'],
    ['bootstrapActions: [{path: s3://b/a.sh, args: [--secret-key, hunter22]}]', '6:65'],
  ])('%s', (text, place) => {
    const { codes, errors } = problemsOf(emr(text), infrastructure)
    expect(codes).toEqual([`SPEC_PLAIN_PASSWORD ${place}`])
    expect(JSON.stringify(errors.map(({ details, message }) => [details, message]))).not.toContain('hunter22')
  })

  it.each([
    'configurations: [{classification: hive-site, properties: {"EMR.secret@javax.jdo.option.ConnectionPassword": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hive"}}]',
    'steps: [{type: command, args: [sqoop, import, --password-file, s3://b/password]}]',
    'steps: [{type: command, args: [sqoop, import, --password-alias, x, -P, --connect, "jdbc:mysql://db/x"]}]',
  ])('%s names only the place of one', (text) => {
    expect(infrastructure(emr(text)).emr).toBeDefined()
  })
})
