import { X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HowdahError } from '../../provisioners/errors.ts'
import { explainTls, tlsOptions } from '../../provisioners/mysql/tls.ts'
import { databaseAuthorities, databaseLink, readAuthorities } from '../../provisioners/runtime/database.ts'
import { makeCertificates } from '../../provisioners/runtime/self-signed.ts'
import type { Session } from '../../provisioners/runtime/session.ts'
import { certificateOf } from '../../provisioners/services/result-store/index.ts'
import { cluster, external, onHost } from '../services/store/cluster.ts'

const link = { mode: 'required', address: 'db.example', port: 3307 } as const

describe('the options of the client', () => {
  it('are empty without encryption', () => {
    expect(tlsOptions(undefined)).toEqual({})
    expect(tlsOptions({ ...link, mode: 'off' })).toEqual({})
  })

  it('accept any certificate without an authority, and verify authority and name with one', () => {
    const known = { host: 'db.example', port: 3307 }
    for (const mode of ['preferred', 'required'] as const) {
      expect(tlsOptions({ ...link, mode })).toEqual({ ...known, ssl: { rejectUnauthorized: false } })
    }
    expect(tlsOptions({ ...link, ca: 'PEM' })).toEqual({
      ...known,
      ssl: { ca: 'PEM', rejectUnauthorized: true, verifyIdentity: true },
    })
  })
})

it.each([
  ['DATABASE_TLS_WANTED', { errno: 3159, code: 'ER_SECURE_TRANSPORT_REQUIRED' }, /tls: required/],
  ['DATABASE_NO_TLS', { code: 'HANDSHAKE_NO_SSL_SUPPORT' }, /ssl_cert/],
  ['DATABASE_TLS_NAME', { code: 'HANDSHAKE_SSL_ERROR', cert: {} }, /external\.address/],
  ['DATABASE_TLS_FAILED', { code: 'HANDSHAKE_SSL_ERROR', library: 'SSL routines' }, /s_client/],
  ['DATABASE_TLS_UNTRUSTED', { code: 'HANDSHAKE_SSL_ERROR' }, /external\.ca/],
])('%s has a code of its own', (code, facts, next) => {
  const cause = Object.assign(new Error('self-signed certificate'), facts)
  const { details } = explainTls(cause, link) as HowdahError
  expect(details).toMatchObject({ code, where: 'db.example:3307', next: expect.stringMatching(next) })
})

it.each([
  { code: 'HANDSHAKE_NO_SSL_SUPPORT' },
  { code: 'HANDSHAKE_SSL_ERROR', cert: {} },
  { code: 'HANDSHAKE_SSL_ERROR' },
])('bootstrap repairs a server of ours: %o', (facts) => {
  const cause = Object.assign(new Error('self-signed certificate'), facts)
  const { details, message } = explainTls(cause, { ...link, own: true }) as HowdahError
  expect(details.next).toMatch(/^howdah bootstrap/)
  expect(`${message} ${details.next}`).not.toContain('external')
})

it('another failure is not changed', () => {
  const denied = Object.assign(new Error('denied'), { code: 'ER_ACCESS_DENIED_ERROR', errno: 1045 })
  expect(explainTls(denied, link)).toBe(denied)
})

describe('the authorities of a server', () => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-ca-'))
  const ca = join(dir, 'ca.pem')
  const file = (name: string, content: string): string => {
    writeFileSync(join(dir, name), content)
    return join(dir, name)
  }
  beforeAll(async () => {
    const self = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=a', '-days', '2']
    await execa('openssl', [...self, '-keyout', join(dir, 'key.pem'), '-out', ca])
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it('are the certificates of the file, and nothing else in it', () => {
    const pem = readFileSync(ca, 'utf8').trim()
    const bundle = file(
      'bundle.pem',
      `# two\n${pem}\n${readFileSync(join(dir, 'key.pem'), 'utf8')}\n${pem}\n`,
    )
    expect(readAuthorities(bundle)).toBe(`${pem}\n${pem}`)
  })

  it('are refused at the start when the file has none', () => {
    const of = (path: string) =>
      cluster({ lms: { ...lms, server: { ...external('db'), tls: 'required', ca: path } } })
    const lms = cluster().lms ?? expect.unreachable()
    const code = (path: string): string => {
      try {
        databaseAuthorities(of(path))
        return 'taken'
      } catch (error) {
        return `${(error as HowdahError).code} ${(error as HowdahError).details.found ?? ''}`.trim()
      }
    }
    const cut = readFileSync(ca, 'utf8').replace(/CERTIFICATE-----\n..../, 'CERTIFICATE-----\n')
    expect(code(ca)).toBe('taken')
    expect(code(join(dir, 'absent'))).toBe('DATABASE_CA_UNREADABLE')
    expect(code(join(dir, 'key.pem'))).toBe('DATABASE_CA_UNFIT no certificate')
    expect(code(file('cut.pem', `${readFileSync(ca, 'utf8')}${cut}`))).toBe(
      'DATABASE_CA_UNFIT certificate 2 of 2 is damaged',
    )
  })

  it('belong to the link to an external server, and not to a server of ours', async () => {
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as { port: number }
    const session = { transports: { rs1: { connect: async () => new Object() } } } as unknown as Session
    const straight = { ...external('127.0.0.1', port), tls: 'required', ca } as const
    const { stream, tls } = await databaseLink(session, straight)
    stream.destroy()
    server.close()
    expect(tls).toEqual({
      mode: 'required',
      address: '127.0.0.1',
      port,
      own: false,
      ca: readFileSync(ca, 'utf8'),
    })
    expect(await databaseLink(session, onHost('rs1'))).not.toHaveProperty('tls')
  })

  it('of a server of ours are its certificate, and the one before until that is replaced', async () => {
    const stateDir = join(dir, 'state')
    const base = cluster()
    const server = onHost('rs1', 'mariadb', 3306, 'required')
    const of = cluster({
      stateDir,
      ...(base.resultStore && { resultStore: { ...base.resultStore, server } }),
    })
    const made = certificateOf(of, server) ?? expect.unreachable()
    const pem = (path: string): string => readFileSync(path, 'utf8')
    await makeCertificates(of)
    const first = pem(made.certificate)
    const certificate = new X509Certificate(first)
    expect(certificate.subjectAltName).toBe('DNS:rs1, IP Address:10.0.0.3')
    expect(databaseAuthorities(of)).toEqual({ 'sql:rs1:3306': { trusted: first, own: first } })
    await makeCertificates(of)
    expect(pem(made.certificate)).toBe(first)

    // Its host has another address now.
    const moved = { ...of, hosts: of.hosts.map((each) => ({ ...each, address: '10.9.9.9' })) }
    await makeCertificates(moved)
    const second = pem(made.certificate)
    expect(second).not.toBe(first)
    expect(databaseAuthorities(moved)).toEqual({
      'sql:rs1:3306': { trusted: `${second}${first}`, own: second },
    })
    const session = {
      cluster: moved,
      transports: { rs1: { connect: async () => new Object() } },
    } as unknown as Session
    expect((await databaseLink(session, server)).tls).toEqual({
      ...{ mode: 'required', address: 'rs1', port: 3306, own: true },
      ca: `${second}${first}`,
    })
    expect(statSync(made.key.path).mode & 0o777).toBe(0o600)
  })

  it('of a server of ours are made again before they expire, and a damaged one is not kept', async () => {
    const stateDir = join(dir, 'soon')
    const server = onHost('m1', 'mariadb', 3306, 'required')
    const of = cluster({ stateDir, metastore: { ...cluster().metastore, server } })
    const made = certificateOf(of, server) ?? expect.unreachable()
    mkdirSync(join(stateDir, 'tls'), { recursive: true })
    await execa('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=m1', '-days', '29'],
      ...['-addext', 'subjectAltName=DNS:m1,IP:10.0.0.2', '-keyout', made.key.path, '-out', made.certificate],
    ])
    await makeCertificates(of)
    const left = Date.parse(new X509Certificate(readFileSync(made.certificate)).validTo) - Date.now()
    expect(Math.round(left / 86_400_000)).toBe(397)
    rmSync(made.previous)
    writeFileSync(made.certificate, 'cut')
    await makeCertificates(of)
    expect(databaseAuthorities(of)['sql:m1:3306']?.trusted).toBe(readFileSync(made.certificate, 'utf8'))
  })
})
