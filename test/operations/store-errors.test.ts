import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  allowBoth,
  checkTwoPasswords,
  type TwoPasswordAccess,
  withdraw,
} from '../../provisioners/mysql/two-passwords.ts'
import { backupStore } from '../../provisioners/operations/store/backup.ts'
import { openBackup } from '../../provisioners/operations/store/backup-file.ts'
import { restoreStore } from '../../provisioners/operations/store/restore.ts'
import { rotatePasswords } from '../../provisioners/operations/store/rotate.ts'
import { Secret } from '../../provisioners/secret.ts'
import { FIVE } from '../services/a-context.ts'
import { type Answer, operation, playedHosts } from './played.ts'

// Files of the unit tests share their modules: this one needs modules that see its mocks, and leaves none behind.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

/** A database server with the content and passwords that a test sets. */
const server = vi.hoisted(() => ({
  version: '11.8.9-MariaDB',
  databases: [] as string[],
  tables: [] as string[],
  objects: 0,
  plugin: 'mysql_native_password',
  denies: (_password: string): boolean => false,
}))
const hosts = vi.hoisted(() => ({ answer: (() => undefined) as Answer }))

vi.mock('../../provisioners/transport/index.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/transport/index.ts')>()),
  openTransport: (at: { host: string }) => playedHosts((host, request) => hosts.answer(host, request))(at),
}))

const rowsOf = (sql: string, values: readonly string[]): object[] => {
  if (/information_schema\.schemata/.test(sql)) {
    return server.databases.includes(values[0] ?? '') ? [{ collation: 'utf8mb4_bin' }] : []
  }
  if (/information_schema\.views/.test(sql)) return [{ total: server.objects }]
  if (/information_schema\.tables/.test(sql)) {
    return server.tables.map((name) => ({ name, engine: 'InnoDB', collation: 'utf8mb4_bin' }))
  }
  if (/FROM mysql\.user/.test(sql)) return [{ host: '%', plugin: server.plugin }]
  return /version/i.test(sql) ? [{ version: server.version, v: server.version }] : []
}
vi.mock('../../provisioners/mysql/tls.ts', async (original) => ({
  ...(await original<typeof import('../../provisioners/mysql/tls.ts')>()),
  openConnection: async (_connect: unknown, { password }: { password: string }) => {
    if (server.denies(password)) throw Object.assign(new Error('denied'), { code: 'ER_ACCESS_DENIED_ERROR' })
    const query = async (asked: string | { sql: string; values?: string[] }, more: string[] = []) => {
      const { sql, values = more } = typeof asked === 'string' ? { sql: asked } : asked
      return [rowsOf(sql, values), []]
    }
    return { query, execute: query, destroy: () => {}, end: async () => {}, on: () => {} }
  },
}))
beforeEach(() => {
  hosts.answer = () => undefined
  Object.assign(server, {
    ...{ version: '11.8.9-MariaDB', databases: ['reports', 'edx'], tables: [], objects: 0 },
    ...{ plugin: 'mysql_native_password', denies: () => false },
  })
})
const yes = async () => true
const no = async () => false

describe('a rotation', () => {
  const rotate = (text: string, account: 'pipeline' | 'reader', consent = yes) =>
    rotatePasswords(operation(text), { accounts: [account], desired: () => ({}) }, consent)

  it('is refused for a server that cluster.yml does not have', async () => {
    await expect(rotate(FIVE.replace(/.*lms-database.*\n/, ''), 'reader')).rejects.toMatchObject({
      ...{ code: 'ROTATE_NO_SECTION', exitCode: 10 },
      details: { next: expect.stringContaining('howdah store rotate --help') },
    })
  })

  it('is refused for a password that comes from outside', async () => {
    vi.stubEnv('HOWDAH_TEST_PASSWORD', 'given')
    onTestFinished(() => void vi.unstubAllEnvs())
    const text = `${FIVE}resultStore: {pipeline: {password: {env: HOWDAH_TEST_PASSWORD}}}\n`
    await expect(rotate(text, 'pipeline')).rejects.toMatchObject({
      ...{ code: 'ROTATE_NOT_OURS', exitCode: 10, message: expect.stringContaining('(env)') },
      details: { next: expect.stringContaining('{generate: true}') },
    })
  })

  it('does not start when the present password does not log in', async () => {
    let admin: string | undefined
    server.denies = (password) => {
      admin ??= password
      return password !== admin
    }
    const consent = vi.fn(yes)
    await expect(rotate(FIVE, 'pipeline', consent)).rejects.toMatchObject({
      ...{ code: 'ROTATE_LOCKED_OUT', exitCode: 13 },
      details: { where: expect.stringContaining('rs'), next: expect.stringMatching(/^howdah bootstrap /) },
    })
    expect(consent).not.toHaveBeenCalled()
  })
})

describe('an account that gets two passwords', () => {
  const access: TwoPasswordAccess = {
    ...{ target: 'sql:rs', user: 'pipeline', connect: async () => ({}) as never },
    admin: { user: 'root', password: new Secret('root', 'the administrator') },
  }
  const [old, next] = [new Secret('old', 'old password'), new Secret('next', 'new password')]

  it('needs a server that supports them', async () => {
    server.version = '5.7.44'
    await expect(checkTwoPasswords(access)).rejects.toMatchObject({
      ...{ code: 'ROTATE_NO_TWO_PASSWORDS', exitCode: 13 },
      details: { found: '5.7.44', where: 'sql:rs', expected: expect.stringContaining('8.0.14') },
    })
  })

  it('must log in with a password', async () => {
    server.plugin = 'unix_socket'
    await expect(checkTwoPasswords(access)).rejects.toMatchObject({
      ...{ code: 'ROTATE_NO_PASSWORD', exitCode: 13 },
      details: { found: 'unix_socket', next: expect.stringContaining("ALTER USER 'pipeline'@'%'") },
    })
  })

  it('must log in with both after the change, and only with the new one at the end', async () => {
    server.denies = (password) => password === 'next'
    await expect(allowBoth(access, old, next)).rejects.toMatchObject({
      ...{ code: 'ROTATE_NOT_SO', exitCode: 14, message: expect.stringContaining('new password') },
    })
    server.denies = () => false
    await expect(withdraw(access, old, next)).rejects.toMatchObject({
      ...{ code: 'ROTATE_NOT_SO', exitCode: 14, message: expect.stringContaining('old password') },
      details: { where: 'sql:rs', next: expect.stringContaining('howdah store audit') },
    })
  })
})

/** A backup on this machine, whole or without its end. */
function backup(objects: string[] = [], text = 'CREATE TABLE t;\n-- Dump completed\n'): string {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-backup-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const dump = gzipSync(text)
  const sha256 = createHash('sha256').update(dump).digest('hex')
  const manifest = {
    ...{ formatVersion: '1.0', cluster: 'insights', database: 'reports', taken: '2026-11-28T00:00:00Z' },
    ...{ server: { target: 'sql:rs', version: '11' }, dump: 'reports.sql.gz', bytes: dump.length, sha256 },
    ...{ collation: 'utf8mb4_bin', tables: [], objects },
  }
  writeFileSync(join(dir, 'reports.sql.gz'), dump)
  writeFileSync(join(dir, 'reports.json'), JSON.stringify(manifest))
  return join(dir, 'reports.sql.gz')
}

describe('a restore', () => {
  const restore = (more: object, consent = yes, file = backup()) =>
    restoreStore(operation(FIVE), { backup: file, ...more }, consent)

  it.each(['mysql', 'edxapp', 'a name', 'x'.repeat(41)])('does not go into %s', async (into) => {
    await expect(restore({ into })).rejects.toMatchObject({
      ...{ code: 'RESTORE_FOREIGN', exitCode: 10, message: `${into} cannot be the target of a restore` },
      details: { next: expect.stringContaining('name another one') },
    })
  })

  it('does not move views, triggers and routines', async () => {
    Object.assign(server, { databases: ['reports'], objects: 1 })
    const wanted = { into: 'reports', replace: true, confirm: 'reports' }
    const objects = {
      code: 'RESTORE_OBJECTS',
      exitCode: 13,
      details: { where: expect.stringContaining('rs') },
    }
    await expect(restore(wanted)).rejects.toMatchObject(objects)
    Object.assign(server, { objects: 0 })
    await expect(restore(wanted, yes, backup(['view v']))).rejects.toMatchObject(objects)
  })

  it('changes nothing without consent', async () => {
    await expect(restore({}, no)).rejects.toMatchObject({
      ...{ code: 'RESTORE_DECLINED', exitCode: 18 },
      details: { next: 'howdah store restore FILE --yes' },
    })
  })
})

describe('a backup', () => {
  const taking = (more: object = {}) => {
    const options = operation(FIVE)
    const to = join(options.cluster?.stateDir ?? '', 'backups')
    mkdirSync(to, { recursive: true })
    return { to, taken: backupStore(options, { to, ...more }) }
  }
  const says = (stdout: string, stderr = '') => {
    hosts.answer = (_host, { script }) => (script.includes('dump') ? { stdout, stderr } : undefined)
  }

  it('needs an existing database', async () => {
    server.databases = []
    await expect(taking().taken).rejects.toMatchObject({
      ...{ code: 'BACKUP_NO_DATABASE', exitCode: 13 },
      details: { where: expect.stringContaining('rs'), next: expect.stringContaining('--database') },
    })
  })

  it.each([
    ['STORE_NO_CLIENT', '@ended 69\n', 'no mariadb-dump', 13, /^apt-get install default-mysql-client/],
    ['STORE_CLIENT_FAILED', '@ended 3\n', 'table t is damaged', 14, /howdah status/],
    ['STORE_LOST', '@ended 2\n', 'Lost connection to server (2013)', 11, /howdah status/],
  ])('%s, and no file is kept', async (code, stdout, stderr, exitCode, next) => {
    says(stdout, stderr)
    const { to, taken } = taking()
    await expect(taken).rejects.toMatchObject({
      ...{ code, exitCode, details: { where: 'rs', next: expect.stringMatching(next) } },
    })
    expect(readdirSync(to)).toEqual([])
  })

  it('without an end is removed, and is not opened', async () => {
    says(`@started\n${gzipSync('CREATE TABLE t;\n').toString('base64')}\n@ended 0\n`)
    const { to, taken } = taking()
    await expect(taken).rejects.toMatchObject({
      ...{ code: 'BACKUP_CUT', exitCode: 14 },
      details: { expected: 'a last line "-- Dump completed"', next: 'howdah store backup' },
    })
    expect(readdirSync(to)).toEqual([])
    await expect(openBackup(backup([], 'CREATE TABLE t;\n'))).rejects.toMatchObject({ code: 'BACKUP_CUT' })
  })
})
