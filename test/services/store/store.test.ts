import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Resource, Unit } from '../../../provisioners/engine/types.ts'
import { jdbcUrl } from '../../../provisioners/operations/verify/jdbc.ts'
import { metastoreJdbc } from '../../../provisioners/services/hive/jdbc.ts'
import { storeHealthChecks } from '../../../provisioners/services/result-store/health.ts'
import { resultStore } from '../../../provisioners/services/result-store/index.ts'
import { optionValue } from '../../../provisioners/services/result-store/managed-server.ts'
import { actionOf, byId, cluster, context, external, fileAt, host, onHost } from './cluster.ts'
import { sandbox } from './shell.ts'

const rs1 = host('rs1', ['result-store'])
const secrets = { 'database-admin-rs1': 'Admin$ecret1' }
const resources = (
  flavor: 'mariadb' | 'mysql' = 'mariadb',
  charset: 'auto' | 'utf8mb3' = 'auto',
): readonly Resource[] => {
  const base = cluster()
  const store = base.resultStore
  if (!store) throw new Error('the fixture has a result store')
  const of = cluster({ resultStore: { ...store, charset, server: onHost('rs1', flavor, 3310) } })
  return resultStore.resources(rs1, context(of, secrets))
}

describe('a database server of a host', () => {
  it('is installed, configured and started, and gets an administrator, in this order', () => {
    const all = resources()
    expect(byId(all, 'package:mariadb-server')).toMatchObject({ names: ['mariadb-server'] })
    expect(fileAt(all, '/etc/mysql/mariadb.conf.d/zz-howdah.cnf').after).toEqual(['package:mariadb-server'])
    expect(byId(all, 'unit:mariadb').after).toEqual(['file:/etc/mysql/mariadb.conf.d/zz-howdah.cnf'])
    expect(actionOf(all, 'action:database-admin').after).toContain('unit:mariadb')
    // The unit belongs to the package: Howdah only writes its configuration.
    expect(byId(all, 'unit:mariadb')).not.toHaveProperty('content')
    const mysql = resources('mysql')
    expect(byId(mysql, 'unit:mysql').after).toEqual(['file:/etc/mysql/mysql.conf.d/zz-howdah.cnf'])
  })

  it('compares bytes by default', () => {
    const config = (...options: Parameters<typeof resources>) =>
      resources(...options).find(({ id }) => id.endsWith('zz-howdah.cnf')) as { content?: string } | undefined
    expect(config()?.content).toMatch(/^character-set-server = utf8mb4\ncollation-server = utf8mb4_bin$/m)
    // With the old name in MariaDB, which 10.3 and 11 both accept, and with the new one in MySQL.
    expect(config('mariadb', 'utf8mb3')?.content).toMatch(/^collation-server = utf8_bin$/m)
    expect(config('mysql', 'utf8mb3')?.content).toMatch(/^collation-server = utf8mb3_bin$/m)
    expect(config()?.content).toMatch(/^port = 3310$/m)
  })

  it('keeps the password of its administrator in files that only root can read', () => {
    const all = resources()
    const holders = all.filter((resource) => JSON.stringify(resource).includes('Admin$ecret1'))
    expect(holders.map(({ id }) => id)).toEqual([
      'file:/etc/howdah/database/admin.sql',
      'file:/etc/howdah/database/admin.cnf',
    ])
    for (const holder of holders)
      expect(holder).toMatchObject({ mode: '0600', owner: 'root', sensitive: true })
  })

  it('has no resources on a host without one, or for an external server', () => {
    expect(resultStore.resources(host('w1', ['datanode']), context())).toEqual([])
    const base = cluster()
    const store = base.resultStore
    if (!store) throw new Error('the fixture has a result store')
    const of = cluster({ resultStore: { ...store, server: external('rds.example') } })
    expect(resultStore.resources(rs1, context(of))).toEqual([])
  })
})

describe('a server of a host that requires TLS', () => {
  const CRT = '/etc/mysql/howdah/server.crt'
  const KEY = '/etc/mysql/howdah/server.key'
  const base = context().cluster
  const store = base.resultStore
  const of = cluster({
    ...(store && { resultStore: { ...store, server: onHost('rs1', 'mariadb', 3306, 'required') } }),
  })
  const all = (own = 'CERT\n') =>
    resultStore.resources(rs1, {
      ...context(of, secrets),
      authorities: { 'sql:rs1:3306': { own, trusted: own } },
      secret: (ref) => (ref.kind === 'file' ? `KEY of ${ref.path}\n` : 'Admin$ecret1'),
    })

  it('has a certificate and a closed key, and refuses connections without TLS', () => {
    expect(fileAt(all(), CRT)).toMatchObject({ content: 'CERT\n', mode: '0644' })
    expect(fileAt(all(), KEY)).toMatchObject({
      ...{ owner: 'root', group: 'mysql', mode: '0640', sensitive: true },
      content: 'KEY of /home/op/.howdah/test/tls/database-rs1.key\n',
    })
    const { content } = fileAt(all(), '/etc/mysql/mariadb.conf.d/zz-howdah.cnf')
    expect(content).toMatch(
      /^ssl-cert = \/etc\/mysql\/howdah\/server\.crt\nssl-key = .*server\.key\nrequire-secure-transport = ON$/m,
    )
    expect(fileAt(all(), '/etc/howdah/database/admin.cnf').content).toMatch(/\[client-mariadb\]\nssl = 1/)
  })

  it('is started after them, and restarted when they change', () => {
    const unit = byId(all(), 'unit:mariadb') as Unit
    expect(unit.effective).toEqual([expect.stringContaining('zz-howdah.cnf'), CRT, KEY])
    expect(unit.after).toEqual(expect.arrayContaining([`file:${CRT}`, `file:${KEY}`]))
    expect(byId(all(), `directory:/etc/mysql/howdah`).after).toEqual(['package:mariadb-server'])
  })

  it('is not declared without its certificate', () => {
    expect(() => resultStore.resources(rs1, context(of, secrets))).toThrow('no certificate was made')
    const plain = resources().flatMap((one) => ('path' in one ? [one.path] : []))
    expect(plain).not.toContain(CRT)
    expect(fileAt(resources(), '/etc/mysql/mariadb.conf.d/zz-howdah.cnf').content).not.toMatch(/ssl|secure/)
  })

  it('is reached by TLS from everywhere', () => {
    const server = onHost('rs1', 'mariadb', 3306, 'required')
    const metastore = { ...of.metastore, server }
    expect(metastoreJdbc(metastore, of).url).toContain('sslMode=trust')
    expect(jdbcUrl(server, 'reports', '8.4.0')).toContain('sslMode=REQUIRED')
    expect(jdbcUrl(onHost('rs1'), 'reports', '8.4.0')).not.toContain('ssl')
  })
})

describe('the administrator', () => {
  const place = (root: string) => {
    const path = join(root, 'etc/howdah/database/admin.cnf')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '')
    writeFileSync(join(dirname(path), 'admin.sql'), 'CREATE USER …\n')
  }
  const action = () => actionOf(resources(), 'action:database-admin')

  it.each([
    ['logs in', 'echo 1', 'done=yes'],
    ['is refused', 'echo "ERROR 1045 (28000): Access denied for user \'howdah\'" >&2; exit 1', 'done=no'],
    [
      'is not known to a new server',
      'echo "ERROR 1130 (HY000): Host \'127.0.0.1\' is not allowed" >&2; exit 1',
      'done=no',
    ],
    ['finds nobody', 'echo "ERROR 2002 (HY000): Can\'t connect to server" >&2; exit 1', 'done=unknown'],
  ])('%s', (_, client, said) => {
    const box = sandbox()
    place(box.root)
    box.program('mariadb', client)
    expect(box.run(action().probe)).toMatchObject({ exit: 0, out: `${said}\n` })
  })

  it('must be created if there is no server yet', () => {
    const box = sandbox()
    expect(box.run(action().probe)).toMatchObject({ exit: 0, out: 'done=no\n' })
  })

  it('is created from a file, so that no password is an argument', () => {
    const box = sandbox()
    place(box.root)
    box.program('mariadb', `echo "$*" >"${box.root}/args"; cat >"${box.root}/stdin"`)
    expect(box.run(`set -eu\n${action().run}\ncat "${box.root}/args" "${box.root}/stdin"`)).toMatchObject({
      exit: 0,
      out: '--protocol=SOCKET --user=root --connect-timeout=10\nCREATE USER …\n',
    })
  })
})

it('an option file keeps a value on one line', () => {
  expect(optionValue('a\\b\nc"d\'e')).toBe('"a\\\\b\\nc"d\'e"')
})

describe('health of the servers', () => {
  const check = (name: string, of = cluster()) => {
    const found = storeHealthChecks(context(of)).find((each) => each.name === name)
    if (!found) throw new Error(`no check ${name}`)
    return found
  }

  it('checks each on its own host, and an external one from the host that needs it', () => {
    expect(storeHealthChecks(context()).map(({ name, host: at }) => [name, at])).toEqual([
      ['result-store', 'rs1'],
      ['lms-database', 'lms1'],
      ['metastore-database', 'm1'],
    ])
    const base = cluster()
    const of = cluster({ ...(base.lms && { lms: { ...base.lms, server: external('127.0.0.1', 9) } }) })
    const foreign = check('lms-database', of)
    expect(foreign.host).toBe('m1')
    expect(sandbox().run(foreign.script)).toMatchObject({
      exit: 1,
      out: '127.0.0.1:9 cannot be reached from here\n',
    })
  })

  it('reports which part is down', () => {
    const box = sandbox()
    box.program('systemctl', 'echo inactive; exit 3')
    const { script } = check('result-store')
    expect(box.run(script)).toMatchObject({ exit: 1, out: 'the unit mariadb is inactive\n' })
    box.program('systemctl', 'echo active')
    box.program('mariadb-admin', 'exit 1')
    expect(box.run(script)).toMatchObject({ exit: 1, out: 'mariadb does not answer on its socket\n' })
  })
})
