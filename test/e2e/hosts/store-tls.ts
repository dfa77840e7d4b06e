import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect as tcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { execa } from 'execa'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseFlavor, DatabaseServer } from '../../../provisioners/config/types.ts'
import type { Resource } from '../../../provisioners/engine/types.ts'
import type { HowdahError } from '../../../provisioners/errors.ts'
import { createSqlDriver } from '../../../provisioners/mysql/index.ts'
import { databaseLink, databaseLogin } from '../../../provisioners/runtime/database.ts'
import { Secrets } from '../../../provisioners/runtime/secrets.ts'
import type { Session } from '../../../provisioners/runtime/session.ts'
import type { Secret } from '../../../provisioners/secret.ts'
import { metastoreConfiguration } from '../../../provisioners/services/hive/configuration.ts'
import { Redactor } from '../../../provisioners/transport/index.ts'
import { cluster, context, fileAt, host, MASTER } from '../../services/store/cluster.ts'
import type { ScratchServer } from './store-servers.ts'

type External = Extract<DatabaseServer, { kind: 'external' }>

export interface TlsStage {
  readonly flavor: DatabaseFlavor
  server(): ScratchServer
  root(sql: string): Promise<string>
  readonly admin: { readonly user: string; readonly password: Secret }
  /** The desired resources of the server, which it has. */
  wanted(): readonly Resource[]
}

const NOBODY = 65534

/** An authority, and its certificate for `localhost`. */
async function makeCertificates(dir: string, name: string): Promise<void> {
  const openssl = (...args: string[]) => execa('openssl', args, { cwd: dir })
  const key = ['-newkey', 'rsa:2048', '-nodes']
  const ca = ['-subj', `/CN=${name} authority`, '-keyout', `${name}-ca.key`, '-out', `${name}-ca.pem`]
  await openssl('req', '-x509', ...key, '-days', '2', ...ca)
  const own = ['-subj', '/CN=store', '-addext', 'subjectAltName=DNS:localhost']
  const by = ['-CA', `${name}-ca.pem`, '-CAkey', `${name}-ca.key`, '-days', '2']
  await openssl('req', '-x509', ...key, ...own, ...by, '-keyout', `${name}.key`, '-out', `${name}.pem`)
}

/** Runs on a running server, and leaves it with other settings, so it must be the last of its tests. */
export function tlsCases({ flavor, server, root, admin, wanted }: TlsStage): void {
  describe('over TLS, as cluster.yml sets it for an external server', () => {
    const dir = mkdtempSync(join(tmpdir(), 'howdah-tls-'))
    const password = { kind: 'file', path: join(dir, 'password') } as const
    const secrets = new Secrets(dir, new Redactor(), {
      stdin: async () => '',
    } as unknown as ConstructorParameters<typeof Secrets>[2])
    // Like through SSH: a stream that is not a socket.
    const gate = {
      connect: async (address: string, port: number) => {
        const socket = tcp(port, address)
        return Duplex.from({ readable: socket, writable: socket })
      },
    }
    const through = (connect: typeof gate.connect) =>
      ({ secrets, transports: { gate: { connect } } }) as unknown as Session
    const session = through(gate.connect)
    const external = (change: Partial<External> = {}): External => ({
      kind: 'external',
      address: 'localhost',
      port: server().port,
      admin: { user: admin.user, password },
      tls: 'preferred',
      ...change,
    })
    const login = (change: Partial<External> = {}, by = session): Promise<Connection> =>
      databaseLogin(by, external(change), { user: admin.user, password })
    /** The protocol of a connection, '' without TLS. */
    const protocol = async (change: Partial<External> = {}): Promise<string> => {
      const connection = await login(change)
      const [rows] = await connection.query<never[]>("SHOW SESSION STATUS LIKE 'Ssl_version'")
      connection.destroy()
      return String((rows[0] as { Value?: unknown } | undefined)?.Value ?? '')
    }
    const refusal = async (change: Partial<External> = {}, by = session): Promise<HowdahError['details']> =>
      login(change, by).then(
        () => expect.unreachable('the login was taken'),
        (error: HowdahError) => {
          expect(error.message).not.toContain(admin.password.reveal())
          return error.details ?? expect.unreachable(String(error))
        },
      )
    const restart = async (...lines: string[]) => {
      await server().stop()
      const config = ['', '[mysqld]', ...lines, ''].join('\n')
      appendFileSync(join(server().root, 'srv/howdah.cnf'), config)
      await server().start()
    }
    const driver = (change: Partial<External>) =>
      createSqlDriver({
        target: 'sql:tls',
        connect: () => databaseLink(session, external(change)),
        admin,
        secret: () => '',
      })

    beforeAll(async () => {
      writeFileSync(password.path, admin.password.reveal(), { mode: 0o600 })
      await secrets.load([password])
      await makeCertificates(dir, 'right')
      await makeCertificates(dir, 'wrong')
    })
    afterAll(() => rmSync(dir, { recursive: true, force: true }))

    it('uses TLS where it exists, unless it is off', async () => {
      expect(await protocol()).toMatch(/^TLSv1\.[23]$/)
      expect(await protocol({ tls: 'required', via: 'gate' })).toMatch(/^TLSv1\.[23]$/)
      expect(await protocol({ tls: 'off' })).toBe('')
    })

    it('a server that requires TLS is read and changed over TLS', async () => {
      await root('SET GLOBAL require_secure_transport = ON')
      expect(await protocol()).toMatch(/^TLS/)
      expect(await refusal({ tls: 'off' })).toMatchObject({
        code: 'DATABASE_TLS_WANTED',
        next: expect.stringContaining('tls: required'),
      })
      const { states } = await driver({ tls: 'required' }).probe(wanted())
      expect(Object.values(states).filter(({ unknown }) => unknown)).toEqual([])
      const plain = await driver({ tls: 'off' }).probe(wanted())
      for (const { unknown } of Object.values(plain.states)) expect(unknown).toContain('tls: required')
    })

    /** The queries of the metastore's host with its own client. The schema is parsed from both streams, so no other output may
     * appear. */
    const clientSays = async (
      tls: External['tls'],
      args = ['-N', '-e', "SHOW STATUS LIKE 'Ssl_version'"],
    ) => {
      const metastore = {
        server: external({ address: '127.0.0.1', tls }),
        database: 'metastore',
        account: { user: admin.user, password },
      }
      const of = { ...context(cluster({ metastore })), secret: () => admin.password.reveal() }
      const all = metastoreConfiguration(host('m1', MASTER), of)
      const { content } = fileAt(all, '/etc/hive/metastore-conf/database.cnf')
      writeFileSync(join(server().root, 'srv/metastore.cnf'), content, { mode: 0o600 })
      return server().client(['--defaults-file=/srv/metastore.cnf', ...args])
    }

    it("the client of the metastore's host uses it too, without a warning", async () => {
      for (const tls of ['required', 'preferred'] as const) {
        expect(await clientSays(tls)).toEqual({ code: 0, out: expect.stringMatching(/TLSv1/), err: '' })
      }
      // Before 11.4, MariaDB's client uses TLS only with an option. MySQL's client uses it where it exists.
      const { out } = await clientSays('required', ['--print-defaults'])
      expect(/--ssl=1/.test(out)).toBe(flavor === 'mariadb')
    })

    it("the server's own certificate has no name that could be verified", async () => {
      const own = join(server().root, 'srv/data/ca.pem')
      if (flavor === 'mysql') expect((await refusal({ ca: own })).code).toBe('DATABASE_TLS_NAME')
      // MariaDB creates its own in memory, self-signed.
      else expect(existsSync(own)).toBe(false)
      expect((await refusal({ ca: join(dir, 'right-ca.pem') })).code).toBe('DATABASE_TLS_UNTRUSTED')
    })

    it('verifies a certificate by its authority and its name', async () => {
      for (const file of ['right-ca.pem', 'right.pem', 'right.key']) {
        const path = join(server().root, 'srv', file)
        writeFileSync(path, readFileSync(join(dir, file)), { mode: 0o600 })
        chownSync(path, NOBODY, NOBODY)
      }
      await restart(
        'ssl_ca = /srv/right-ca.pem',
        'ssl_cert = /srv/right.pem',
        'ssl_key = /srv/right.key',
        'require_secure_transport = ON',
      )
      const ca = join(dir, 'right-ca.pem')
      expect(await protocol({ tls: 'required', ca })).toMatch(/^TLS/)
      expect(await protocol({ tls: 'required', ca, via: 'gate' })).toMatch(/^TLS/)
      expect(await refusal({ tls: 'required', ca: join(dir, 'wrong-ca.pem') })).toMatchObject({
        code: 'DATABASE_TLS_UNTRUSTED',
        exit: 'authentication',
        where: `localhost:${server().port}`,
        next: expect.stringContaining('openssl s_client'),
      })
      const named = { tls: 'required', ca, address: 'ip6-localhost', via: 'gate' } as const
      const astray = through(() => gate.connect('localhost', server().port))
      expect(await refusal(named, astray)).toMatchObject({
        code: 'DATABASE_TLS_NAME',
        message: expect.stringContaining('ip6-localhost'),
      })
    })

    it('a server without TLS accepts clients that do not require it', async () => {
      await restart('require_secure_transport = OFF', flavor === 'mysql' ? 'tls_version = ' : 'skip-ssl')
      expect(await protocol()).toBe('')
      expect(await refusal({ tls: 'required' })).toMatchObject({
        code: 'DATABASE_NO_TLS',
        next: expect.stringContaining('tls: preferred'),
      })
      expect((await refusal({ tls: 'required', ca: join(dir, 'right-ca.pem') })).code).toBe('DATABASE_NO_TLS')
      expect(await clientSays('preferred')).toMatchObject({ code: 0, err: '' })
    })
  })
}
