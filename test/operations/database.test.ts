import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainTls, tlsOptions } from '../../provisioners/components/result-store/sql-tls.ts'
import type { HowdahError } from '../../provisioners/errors.ts'
import { checkAuthorities, databaseLink, readAuthorities } from '../../provisioners/operations/database.ts'
import type { Session } from '../../provisioners/operations/session.ts'
import { cluster, external, onHost } from '../components/store-cluster.ts'

const link = { mode: 'required', address: 'db.example', port: 3307 } as const

describe('the options of the client', () => {
  it('are none where nothing is to be encrypted', () => {
    expect(tlsOptions(undefined)).toEqual({})
    expect(tlsOptions({ ...link, mode: 'off' })).toEqual({})
  })

  it('take any certificate without an authority, and verify authority and name with one', () => {
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
])('%s is told from the other failures', (code, facts, next) => {
  const cause = Object.assign(new Error('self-signed certificate'), facts)
  const { details } = explainTls(cause, link) as HowdahError
  expect(details).toMatchObject({ code, where: 'db.example:3307', next: expect.stringMatching(next) })
})

it('another failure stays what it is', () => {
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

  it('are the certificates of the file, and nothing else that it holds', () => {
    const pem = readFileSync(ca, 'utf8').trim()
    const bundle = file(
      'bundle.pem',
      `# two\n${pem}\n${readFileSync(join(dir, 'key.pem'), 'utf8')}\n${pem}\n`,
    )
    expect(readAuthorities(bundle)).toBe(`${pem}\n${pem}`)
  })

  it('are refused before anything is done when they are none', () => {
    const of = (path: string) =>
      cluster({ lms: { ...lms, server: { ...external('db'), tls: 'required', ca: path } } })
    const lms = cluster().lms ?? expect.unreachable()
    const code = (path: string): string => {
      try {
        checkAuthorities(of(path))
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

  it('go with the link to an external server, and a server of ours is left as it is', async () => {
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
      ca: readFileSync(ca, 'utf8').trim(),
    })
    expect(await databaseLink(session, onHost('rs1'))).not.toHaveProperty('tls')
  })
})
