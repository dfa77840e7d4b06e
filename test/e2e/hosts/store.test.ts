import { chmodSync, writeFileSync } from 'node:fs'
import { connect as tcp } from 'node:net'
import { join } from 'node:path'
import mysql, { type Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseFlavor } from '../../../provisioners/config/types.ts'
import type { Ref, Resource, StepReport } from '../../../provisioners/engine/types.ts'
import { createSqlDriver } from '../../../provisioners/mysql/index.ts'
import { diffSql, type SqlResource } from '../../../provisioners/mysql/types.ts'
import { auditStore } from '../../../provisioners/operations/store/audit.ts'
import { Secret } from '../../../provisioners/secret.ts'
import { sqlTargets } from '../../../provisioners/services/result-store/index.ts'
import { managedServer } from '../../../provisioners/services/result-store/managed-server.ts'
import { serverOn } from '../../../provisioners/services/result-store/servers.ts'
import { cluster, context, fileAt, onHost } from '../../services/store/cluster.ts'
import { lossCases } from './store-loss.ts'
import { ownTlsCases } from './store-own-tls.ts'
import { rotationCases } from './store-rotation.ts'
import { scratchStage } from './store-scratch.ts'
import { noServer, type ScratchServer, scratchServer } from './store-servers.ts'
import { tlsCases } from './store-tls.ts'

// Every character that some layer may interpret.
const PASSWORDS = {
  'database-admin-rs1': 'Adm1n\\ n"o\'t $easy #;',
  pipeline: `q'u"o\`t\\e & $HOME $\{x} %s\n<second line> ;--#`,
  api: 'plain',
  reader: '\\',
  'metastore-hive': "'",
} as const

/** Three purposes on one server, which is the hardest case for grants. */
function oneServer(flavor: DatabaseFlavor, port: number) {
  const base = cluster()
  const server = onHost('rs1', flavor, port)
  if (!base.resultStore || !base.lms) throw new Error('the fixture has all three')
  return cluster({
    resultStore: { ...base.resultStore, server },
    lms: { ...base.lms, server, database: 'edx_app' },
    metastore: { ...base.metastore, server },
  })
}

const skip = noServer()

describe.skipIf(skip).each<DatabaseFlavor>(['mariadb', 'mysql'])(
  `the result store on a real %s${skip ? ` (skipped: ${skip})` : ''}`,
  (flavor) => {
    const at: { server?: ScratchServer } = {}
    const server = (): ScratchServer => {
      if (!at.server) throw new Error('no server')
      return at.server
    }
    const of = () => oneServer(flavor, server().port)
    const hostResources = () => {
      const managed = serverOn(of(), 'rs1')
      if (!managed) throw new Error('rs1 has a server')
      return managedServer(managed, context(of(), PASSWORDS))
    }
    const admin = (password: string = PASSWORDS['database-admin-rs1']) => ({
      user: 'howdah',
      password: new Secret(password, 'admin'),
    })
    const connect = async () => ({ stream: tcp(server().port, '127.0.0.1') })
    const driver = (passwords: Readonly<Record<string, string>> = PASSWORDS, as = admin()) =>
      createSqlDriver({
        target: 'sql:rs1',
        connect,
        admin: as,
        secret: (ref) => (ref.kind === 'generate' ? (passwords[ref.name] ?? '') : ''),
      })
    const wanted = () => (sqlTargets(context(of()))[`sql:rs1:${server().port}`] ?? []) as readonly Resource[]
    /** The steps that remain, as `id: reason`. */
    const differences = async (of = driver()) => {
      const { states } = await of.probe(wanted())
      return wanted().flatMap((resource) => {
        const change = diffSql(resource as unknown as SqlResource, states[resource.id] ?? {})
        return change ? [{ resource, change, ref: `sql:rs1!${resource.id}` as Ref }] : []
      })
    }
    const applyAll = async (of = driver()) => {
      const reports: StepReport[] = []
      await of.apply(await differences(of), (report) => reports.push(report))
      return reports.filter(({ status }) => status === 'failed')
    }
    const as = (user: string, password: string): Promise<Connection> =>
      mysql.createConnection({ host: '127.0.0.1', port: server().port, user, password })
    const pipeline = () => as('pipeline', PASSWORDS.pipeline)
    const root = async (sql: string) => {
      const ran = await server().client(['--no-defaults', '-uroot', '-S/srv/socket', '-N'], sql)
      expect(ran.code, ran.err).toBe(0)
      return ran.out
    }
    const audit = () => auditStore({ connect, admin: admin() }, of())

    beforeAll(async () => {
      const config = (port: number) => {
        const managed = serverOn(oneServer(flavor, port), 'rs1')
        if (!managed) throw new Error('rs1 has a server')
        const all = managedServer(managed, context(oneServer(flavor, port), PASSWORDS))
        return (all.find(({ id }) => id.endsWith('/zz-howdah.cnf')) as { content?: string }).content ?? ''
      }
      at.server = await scratchServer(flavor, config)
    })
    afterAll(async () => {
      await at.server?.remove()
    })

    it('reports why nothing is known while the server is down', async () => {
      const { states } = await driver().probe(wanted())
      expect(Object.values(states).length).toBe(wanted().length)
      for (const state of Object.values(states)) expect(state.unknown).toContain('ECONNREFUSED')
      for (const { change } of await differences()) expect(change.action).toBe('ensure')
      expect((await applyAll())[0]?.output).toContain('does not take the administrator howdah')
    })

    it('starts with the configuration file, whose default compares by bytes', async () => {
      await server().start()
      expect(await root('SELECT @@global.collation_server')).toMatch(/^utf8mb4_bin$/)
    })

    it('is unknown while there is no administrator', async () => {
      const [first] = await differences()
      expect(first?.change).toMatchObject({
        action: 'ensure',
        reason: expect.stringMatching(/ER_HOST_NOT_PRIVILEGED|ER_ACCESS_DENIED/),
      })
    })

    it('gets its administrator from the file, twice, and its client logs in with the other file', async () => {
      const all = hostResources()
      await root(fileAt(all, '/etc/howdah/database/admin.sql').content)
      await root(fileAt(all, '/etc/howdah/database/admin.sql').content)
      const options = join(server().root, 'srv/admin.cnf')
      writeFileSync(options, fileAt(all, '/etc/howdah/database/admin.cnf').content)
      chmodSync(options, 0o600)
      const said = await server().client([
        '--defaults-file=/srv/admin.cnf',
        '-N',
        '-e',
        'SELECT CURRENT_USER()',
      ])
      expect(said).toMatchObject({ code: 0, out: 'howdah@127.0.0.1' })
    })

    it('is set up as desired, and then needs no steps', async () => {
      expect(await applyAll()).toEqual([])
      expect(await differences()).toEqual([])
    })

    it('an account with another password is found and repaired', async () => {
      await root("ALTER USER 'api'@'%' IDENTIFIED BY 'changed by hand'")
      const found = await differences()
      expect(found.map(({ resource, change }) => `${resource.id}: ${change.reason}`)).toEqual([
        'database-user:api: the password does not log in',
      ])
      expect(await applyAll()).toEqual([])
      await (await as('api', PASSWORDS.api)).end()
    })

    it('a failure shows no password', async () => {
      await root('CREATE USER wall')
      const bad = driver(
        { ...PASSWORDS, api: "S3CR'ET" },
        { ...admin(), user: 'wall', password: new Secret('', 'x') },
      )
      const failed: StepReport[] = []
      const resource = wanted().find(({ id }) => id === 'database-user:api') as Resource
      await bad.apply([{ ref: 'a!b', resource, change: { action: 'update', reason: '' } }], (report) =>
        failed.push(report),
      )
      expect(failed.at(-1)).toMatchObject({ status: 'failed', output: expect.stringMatching(/denied/i) })
      expect(JSON.stringify(failed)).not.toMatch(/S3CR/)
      await root('DROP USER wall')
    })

    it('the pipeline may make databases, tables and indexes, and change any row', async () => {
      const connection = await pipeline()
      for (const sql of [
        'CREATE DATABASE IF NOT EXISTS reports',
        'CREATE DATABASE acceptance_1',
        'CREATE TABLE acceptance_1.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, course_id VARCHAR(255) NOT NULL, INDEX (course_id))',
        "INSERT INTO acceptance_1.t (course_id) VALUES ('edX/Demo'), ('edx/demo')",
        'CREATE INDEX later ON acceptance_1.t (course_id, id)',
        "UPDATE acceptance_1.t SET course_id = 'EDX/demo' WHERE id = 2",
        'CREATE TABLE reports.course_activity (course_id VARCHAR(255) NOT NULL, n INT, UNIQUE (course_id))',
        "INSERT INTO reports.course_activity VALUES ('a/B', 1), ('a/b', 2)",
        'CREATE TABLE reports.next LIKE reports.course_activity',
        'RENAME TABLE reports.course_activity TO reports.old, reports.next TO reports.course_activity',
        'DROP TABLE reports.old',
        "INSERT INTO reports.course_activity VALUES ('a/B', 1), ('a/b', 2)",
        'DROP DATABASE acceptance_1',
      ]) {
        await connection.query(sql)
      }
      await connection.end()
    })

    it('the pipeline has no access to anything else', async () => {
      await root('CREATE TABLE edx_app.auth_user (id INT); CREATE TABLE metastore.TBLS (id INT)')
      const connection = await pipeline()
      for (const sql of [
        'SELECT * FROM mysql.user',
        "UPDATE mysql.db SET user = 'x'",
        'CREATE TABLE mysql.mine (id INT)',
        'DROP DATABASE mysql',
        'DROP DATABASE sys',
        'SELECT * FROM edx_app.auth_user',
        'INSERT INTO edx_app.auth_user VALUES (1)',
        'DROP DATABASE edx_app',
        'SELECT * FROM metastore.TBLS',
        'DROP TABLE metastore.TBLS',
        "UPDATE performance_schema.setup_instruments SET ENABLED = 'NO'",
        "CREATE USER 'mine'@'%'",
        "GRANT SELECT ON reports.* TO 'api'@'%'",
        'SET GLOBAL max_connections = 1',
      ]) {
        await expect(connection.query(sql), sql).rejects.toThrow(/denied/i)
      }
      await connection.end()
    })

    it('the api only reads; the reader reads only the LMS', async () => {
      const api = await as('api', PASSWORDS.api)
      const [rows] = await api.query('SELECT course_id FROM reports.course_activity ORDER BY n')
      expect(rows).toEqual([{ course_id: 'a/B' }, { course_id: 'a/b' }])
      for (const sql of [
        "INSERT INTO reports.course_activity VALUES ('c', 3)",
        'DELETE FROM reports.course_activity',
        'CREATE TABLE reports.mine (id INT)',
        'DROP TABLE reports.course_activity',
        'CREATE DATABASE mine',
        'SELECT * FROM edx_app.auth_user',
        'SELECT * FROM metastore.TBLS',
      ]) {
        await expect(api.query(sql), sql).rejects.toThrow(/denied/i)
      }
      await api.end()
      const reader = await as('reader', PASSWORDS.reader)
      await reader.query('SELECT * FROM edx_app.auth_user')
      await expect(reader.query('SELECT * FROM reports.course_activity')).rejects.toThrow(/denied/i)
      await reader.end()
      // A wildcard character in a name is literal: edx_app gives no access to edxXapp.
      await root('CREATE DATABASE edxXapp; CREATE TABLE edxXapp.t (id INT)')
      const again = await as('reader', PASSWORDS.reader)
      await expect(again.query('SELECT * FROM edxXapp.t')).rejects.toThrow(/denied/i)
      await again.end()
      await root('DROP DATABASE edxXapp')
    })

    it('grants that were widened or revoked by hand are found and repaired', async () => {
      await root(
        "GRANT INSERT ON reports.* TO 'api'@'%'; GRANT PROCESS ON *.* TO 'api'@'%' WITH GRANT OPTION; REVOKE DROP ON `%`.* FROM 'pipeline'@'%'",
      )
      const found = Object.fromEntries(
        (await differences()).map(({ resource, change }) => [resource.id, change.reason]),
      )
      expect(found['database-user:pipeline']).toBe('grant DROP on `%`.*')
      expect(found['database-user:api']).toContain('INSERT on `reports`.*')
      expect(found['database-user:api']).toContain('GRANT OPTION, PROCESS on *.*')
      const report = await audit()
      expect(
        report.accounts
          .filter(({ problem }) => problem.startsWith('grants'))
          .map(({ account }) => account)
          .sort(),
      ).toEqual(['api@%', 'api@%', 'pipeline@%'])
      expect(await applyAll()).toEqual([])
      expect(await differences()).toEqual([])
    })

    it('every column that the pipeline creates compares by bytes, and one that does not is named', async () => {
      const good = await audit()
      expect(good.collations).toEqual([])
      expect(good.looked).toMatchObject({ databases: 1, tables: 1, columns: 1, accounts: 4 })
      await root(
        'ALTER TABLE reports.course_activity ADD loose VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
      )
      expect((await audit()).collations).toEqual([
        {
          what: 'reports.course_activity.loose',
          level: 'column',
          found: 'utf8mb4_general_ci',
          expected: 'utf8mb4_bin',
        },
      ])
      await root('ALTER DATABASE reports COLLATE utf8mb4_general_ci')
      expect((await differences()).map(({ change }) => change.reason)).toEqual([
        'default collation utf8mb4_general_ci → utf8mb4_bin',
      ])
      expect(await applyAll()).toEqual([])
      await root('ALTER TABLE reports.course_activity DROP loose')
      expect((await audit()).collations).toEqual([])
    })

    it('accounts without a name or a password are named', async () => {
      await root("CREATE USER ''@'localhost'; CREATE USER 'open'@'%'")
      const found = (await audit()).accounts.map(({ account, problem }) => `${account}: ${problem}`)
      expect(found).toEqual(expect.arrayContaining(['@localhost: no name', 'open@%: no password']))
      await root(fileAt(hostResources(), '/etc/howdah/database/admin.sql').content)
      expect((await audit()).accounts.map(({ problem }) => problem)).not.toContain('no name')
      await root("DROP USER 'open'@'%'")
    })

    it('a default that was changed at run time is repaired', async () => {
      await root('SET GLOBAL collation_server = utf8mb4_general_ci')
      expect((await differences()).map(({ resource }) => resource.id)).toEqual(['server-default:collation'])
      expect((await audit()).collations.map(({ level }) => level)).toEqual(['server'])
      expect(await applyAll()).toEqual([])
      expect(await differences()).toEqual([])
    })

    it('a server that is killed during a step leaves an unknown outcome', async () => {
      const changes = wanted().map((resource) => ({
        ref: `sql:rs1!${resource.id}` as Ref,
        resource,
        change: { action: 'ensure', reason: '' } as const,
      }))
      const applied = driver().apply(changes, ({ status }) => {
        if (status === 'start') void server().stop()
      })
      const outcome = await applied.then(
        () => 'done before it died',
        (error: { code?: string }) => error.code,
      )
      expect(['LINK_LOST', 'done before it died']).toContain(outcome)
      await server().stop()
      await server().start()
      expect(await applyAll()).toEqual([])
      expect(await differences()).toEqual([])
    })

    const secret = (name: string) => PASSWORDS[name as keyof typeof PASSWORDS]
    // store-care.test.ts tests MariaDB, on a whole host.
    if (flavor === 'mysql') lossCases(scratchStage({ server, cluster: of, secret, root }))

    rotationCases({ connect, admin: admin(), audit, password: new Secret(PASSWORDS.api, 'api') })

    tlsCases({ flavor, server, root, admin: admin(), wanted })

    ownTlsCases(flavor, server)
  },
)
