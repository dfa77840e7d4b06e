import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SecretRing, secretFileOf } from '../../provisioners/operations/store/secret-ring.ts'

function make() {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-ring-'))
  const path = join(dir, 'api')
  writeFileSync(path, 'old-password\n', { mode: 0o600 })
  return { dir, path, ring: () => new SecretRing(path, 'api') }
}

const read = (path: string) => readFileSync(path, 'utf8').trim()

describe('the old and the new value of a secret', () => {
  it('goes from rest to begun to switched to rest, and other runs see each stage', () => {
    const { dir, path, ring } = make()
    expect(ring().stage).toBe('rest')
    ring().keep()
    const next = read(`${path}.next`)
    expect(statSync(`${path}.next`).mode & 0o777).toBe(0o600)
    expect([ring().stage, ring().old().reveal(), ring().next().reveal()]).toEqual([
      'begun',
      'old-password',
      next,
    ])
    ring().keep()
    expect(read(`${path}.next`)).toBe(next)
    ring().promote()
    expect([ring().stage, ring().old().reveal(), ring().next().reveal()]).toEqual([
      'switched',
      'old-password',
      next,
    ])
    expect(read(path)).toBe(next)
    ring().forget()
    expect(readdirSync(dir)).toEqual(['api'])
    expect(ring().stage).toBe('rest')
  })

  it('generates a value that is in no file until it is kept, and keeps that one', () => {
    const { dir, path, ring } = make()
    const one = ring()
    const value = one.next().reveal()
    expect(readdirSync(dir)).toEqual(['api'])
    expect(value).toMatch(/^[A-Za-z0-9]{32}$/)
    one.keep()
    expect(read(`${path}.next`)).toBe(value)
  })

  it('is promoted by the next run when a run was killed during the promotion', () => {
    const { path, ring } = make()
    ring().keep()
    const next = read(`${path}.next`)
    // The old value has its second name, and the new one has not moved yet.
    writeFileSync(`${path}.old`, 'old-password\n', { mode: 0o600 })
    expect([ring().stage, ring().old().reveal()]).toEqual(['begun', 'old-password'])
    ring().promote()
    expect([ring().stage, read(path), read(`${path}.old`)]).toEqual(['switched', next, 'old-password'])
  })

  it('exists only for secrets in files', () => {
    expect(secretFileOf('/s', { kind: 'generate', name: 'api' })).toBe('/s/secrets/api')
    expect(secretFileOf('/s', { kind: 'file', path: '/p' })).toBe('/p')
    expect(secretFileOf('/s', { kind: 'env', variable: 'X' })).toBeUndefined()
    expect(secretFileOf('/s', { kind: 'stdin' })).toBeUndefined()
  })
})
