import { chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as tcp } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster, DatabaseFlavor, SecretRef } from '../../../provisioners/config/types.ts'
import type { HowdahError } from '../../../provisioners/errors.ts'
import { auditStore } from '../../../provisioners/operations/store/audit.ts'
import { databaseAuthorities, databaseLink, databaseLogin } from '../../../provisioners/runtime/database.ts'
import { makeCertificates } from '../../../provisioners/runtime/self-signed.ts'
import type { Session } from '../../../provisioners/runtime/session.ts'
import { Secret } from '../../../provisioners/secret.ts'
import { certificateOf } from '../../../provisioners/services/result-store/index.ts'
import { adminSql, managedServer } from '../../../provisioners/services/result-store/managed-server.ts'
import { serverOn } from '../../../provisioners/services/result-store/servers.ts'
import { cluster, context, fileAt, onHost } from '../../services/store/cluster.ts'
import type { ScratchServer } from './store-servers.ts'

const NOBODY = 65534
const PASSWORD = 'Adm1n of TLS'
const value = (ref: SecretRef): string => (ref.kind === 'file' ? readFileSync(ref.path, 'utf8') : PASSWORD)

/** A server of ours that requires TLS, with the configuration that Howdah writes. Leaves it with other settings. */
export function ownTlsCases(flavor: DatabaseFlavor, server: () => ScratchServer): void {
  describe('as a server of ours that requires TLS', () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'howdah-own-tls-'))
    const of = (host = 'rs1', address = '10.0.0.3'): Cluster => {
      const base = cluster()
      const store = base.resultStore ?? expect.unreachable()
      const own = onHost(host, flavor, server().port, 'required')
      const hosts = base.hosts.map((each) => (each.name === 'rs1' ? { ...each, name: host, address } : each))
      return { ...base, stateDir, hosts, resultStore: { ...store, server: own } }
    }
    const ours = (by = of()) => by.resultStore?.server ?? expect.unreachable()
    const session = (by = of()): Session => {
      const connect = async (address: string, port: number) => tcp(port, address)
      const secrets = { get: (ref: SecretRef) => new Secret(value(ref), 'test') }
      return {
        cluster: by,
        secrets,
        transports: { rs1: { connect }, rs9: { connect } },
      } as unknown as Session
    }
    const account = { user: 'howdah', password: { kind: 'generate', name: 'admin' } } as const
    const login = (by = of()) => databaseLogin(session(by), ours(by), account)
    const protocol = async (by = of()): Promise<string> => {
      const connection = await login(by)
      const [rows] = await connection.query<never[]>("SHOW SESSION STATUS LIKE 'Ssl_version'")
      connection.destroy()
      return String((rows[0] as { Value?: unknown } | undefined)?.Value ?? '')
    }
    const refusal = async (by: Cluster): Promise<HowdahError['details']> =>
      login(by).then(
        () => expect.unreachable('the login was taken'),
        (error: HowdahError) => error.details ?? expect.unreachable(String(error)),
      )
    const root = (sql: string) => server().client(['--no-defaults', '-uroot', '-S/srv/socket', '-N'], sql)

    /** Puts the files in place, and starts the server with them. */
    const install = async (by = of()) => {
      await server().stop()
      const found = serverOn(by, 'rs1') ?? expect.unreachable()
      const known = { ...context(by), authorities: databaseAuthorities(by), secret: value }
      const all = managedServer(found, known)
      const place = (from: string, to = from) => {
        const path = join(server().root, to)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, fileAt(all, from).content, { mode: 0o600 })
        chownSync(path, NOBODY, NOBODY)
      }
      place(`/etc/mysql/${flavor}.conf.d/zz-howdah.cnf`, '/srv/howdah.cnf')
      place('/etc/mysql/howdah/server.crt')
      place('/etc/mysql/howdah/server.key')
      place('/etc/howdah/database/admin.cnf', '/srv/own-admin.cnf')
      await server().start()
    }

    beforeAll(async () => {
      await makeCertificates(of())
      await install()
    })
    afterAll(() => rmSync(stateDir, { recursive: true, force: true }))

    it('accepts root of its host on the socket, and nobody on TCP without TLS', async () => {
      expect(await root(adminSql(PASSWORD))).toMatchObject({ code: 0, err: '' })
      const { port } = server()
      const plain = mysql.createConnection({ host: '127.0.0.1', port, user: 'howdah', password: PASSWORD })
      await expect(plain).rejects.toMatchObject({ errno: 3159 })
    })

    it('is verified by its certificate and its name', async () => {
      expect(await protocol()).toMatch(/^TLSv1\.[23]$/)
      // The same certificate for another server name.
      const [own, other] = [certificateOf(of(), ours()), certificateOf(of('rs9'), ours(of('rs9')))]
      if (!own || !other) expect.unreachable()
      copyFileSync(own.certificate, other.certificate)
      expect(await refusal(of('rs9'))).toMatchObject({ code: 'DATABASE_TLS_NAME', exit: 'authentication' })
      // A certificate for that name, which this server does not have.
      await makeCertificates(of('rs9'))
      rmSync(other.previous)
      expect(await refusal(of('rs9'))).toMatchObject({
        code: 'DATABASE_TLS_UNTRUSTED',
        next: expect.stringMatching(/^howdah bootstrap/),
      })
    })

    it('is reached by the client of its host over TLS, without a warning', async () => {
      const asked = ['--defaults-file=/srv/own-admin.cnf', '-N', '-e', "SHOW STATUS LIKE 'Ssl_version'"]
      const said = await server().client(asked)
      expect(said).toEqual({ code: 0, out: expect.stringMatching(/TLSv1/), err: '' })
    })

    it('is a finding of the audit when it accepts connections without TLS', async () => {
      const admin = { user: 'howdah', password: new Secret(PASSWORD, 'admin') }
      const transport = async () =>
        (await auditStore({ connect: () => databaseLink(session(), ours()), admin }, of())).transport
      expect(await transport()).toEqual({ requireSecureTransport: 'ON', tls: 'required', ok: true })
      await root('SET GLOBAL require_secure_transport = OFF')
      expect(await transport()).toEqual({ requireSecureTransport: 'OFF', tls: 'required', ok: false })
      await root('SET GLOBAL require_secure_transport = ON')
    })

    it('is verified while it still uses the previous certificate, and after that', async () => {
      const moved = of('rs1', '10.9.9.9')
      await makeCertificates(moved)
      expect(await protocol(moved)).toMatch(/^TLS/)
      await install(moved)
      rmSync(certificateOf(moved, ours(moved))?.previous ?? '')
      expect(await protocol(moved)).toMatch(/^TLS/)
    })
  })
}
