import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCertificate } from '../../../provisioners/services/apps/index.ts'
import { Authority } from './context.ts'

describe('a certificate', () => {
  // A few seconds later, because the certificates are made after this line runs.
  const now = new Date(Date.now() + 600_000)
  let authority: Authority
  beforeAll(async () => {
    authority = await new Authority().make()
    await authority.sign('good', 'api.example.org')
    await authority.sign('wide', '*.example.org')
    await authority.sign('other', 'www.example.org')
    await authority.openssl('ec', '-in', 'good.key', '-aes128', '-passout', 'pass:x', '-out', 'locked.key')
  })
  afterAll(() => rmSync(authority.dir, { recursive: true, force: true }))
  const check = (certificate: string, key: string, at = now) => {
    const { faults, warnings } = checkCertificate(certificate, key, 'api.example.org', at)
    return { codes: faults.map(({ code }) => code), warnings }
  }
  const read = (name: string): string => authority.read(name)
  const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)

  it('that is valid is accepted, alone or with its chain', () => {
    expect(check(read('good.pem'), read('good.key'))).toEqual({ codes: [], warnings: [] })
    expect(check(read('wide.pem'), read('wide.key'))).toEqual({ codes: [], warnings: [] })
    expect(check(read('good.pem') + read('ca.pem'), read('good.key'))).toEqual({ codes: [], warnings: [] })
  })

  it.each([
    ['with the key of another', 'good.pem', 'other.key', 0, 'TLS_KEY_MISMATCH'],
    ['with a key behind a passphrase', 'good.pem', 'locked.key', 0, 'TLS_KEY_UNFIT'],
    ['for another name', 'other.pem', 'other.key', 0, 'TLS_CERTIFICATE_NAME'],
    ['that has ended', 'good.pem', 'good.key', 91, 'TLS_CERTIFICATE_EXPIRED'],
    ['that has not begun', 'good.pem', 'good.key', -2, 'TLS_CERTIFICATE_EARLY'],
    ['that is none', 'good.key', 'good.key', 0, 'TLS_CERTIFICATE_UNFIT'],
  ])('%s is refused', (_, certificate, key, days, code) => {
    expect(check(read(certificate), read(key), inDays(days)).codes).toEqual([code])
  })

  it('that is not the first in its file is reported', () => {
    const { faults } = checkCertificate(
      read('ca.pem') + read('good.pem'),
      read('good.key'),
      'api.example.org',
      now,
    )
    expect(faults[0]?.message).toContain('belongs to certificate 2 in the file')
  })

  it('causes a warning if it ends within 30 days, or if its chain is broken', () => {
    expect(check(read('good.pem'), read('good.key'), inDays(59)).warnings).toEqual([])
    expect(check(read('good.pem'), read('good.key'), inDays(61)).warnings[0]).toMatch(
      /ends on .*, in 28 days|in 29 days/,
    )
    expect(check(read('good.pem') + read('other.pem'), read('good.key')).warnings[0]).toContain(
      'certificate 2 did not issue certificate 1',
    )
  })
})
