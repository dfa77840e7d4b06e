import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decideKey, type HostKeyRules } from '../../provisioners/transport/host-keys.ts'
import {
  checkHostKey,
  fingerprint,
  hostsMatch,
  knownHostLine,
  orderAlgorithms,
  parseKnownHosts,
} from '../../provisioners/transport/known-hosts.ts'
import { readKnownHosts, recordHostKey } from '../../provisioners/transport/known-hosts-file.ts'
import { noSsh } from './support/sshd.ts'

/** A key in wire form: only its type matters here. */
function wire(type: string, body: string): Buffer {
  const name = Buffer.from(type)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(name.length)
  return Buffer.concat([length, name, Buffer.from(body)])
}
const ED = wire('ssh-ed25519', 'one')
const ED2 = wire('ssh-ed25519', 'two')
const RSA = wire('ssh-rsa', 'three')
const line = (hosts: string, key: Buffer, marker = '') =>
  `${marker}${hosts} ${key.subarray(4, 4 + key.readUInt32BE(0))} ${key.toString('base64')}`
const check = (text: string, host: string, port: number, key: Buffer) =>
  checkHostKey(parseKnownHosts('kh', text).entries, host, port, key)

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'howdah-kh-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

describe('parseKnownHosts', () => {
  it('skips invalid lines, with their line numbers, and reads the others', () => {
    const text = [
      '# comment',
      '',
      'w1 ssh-ed25519',
      'w1 ssh-ed25519 !!!',
      `w1 ssh-rsa ${ED.toString('base64')}`,
      line('w1', ED, '@nonsense '),
      line('|1|bad', ED),
      `${line('w1', ED)} a comment`,
    ].join('\r\n')
    const { entries, skipped } = parseKnownHosts('kh', text)
    expect(entries).toMatchObject([{ file: 'kh', line: 8, hosts: 'w1', type: 'ssh-ed25519' }])
    expect(skipped.map(({ line, why }) => `${line} ${why}`)).toEqual([
      '3 fewer than three fields',
      '4 the key is not base64',
      '5 the key is not of type ssh-rsa',
      '6 unknown marker',
      '7 bad hashed name',
    ])
  })
})

describe('hostsMatch', () => {
  it.each([
    ['w1', 'w1', true],
    ['w1', 'w10', false],
    ['W1.Example.org', 'w1.example.org', true],
    ['w?,m1', 'w7', true],
    ['*.example.org', 'a.b.example.org', true],
    ['*.example.org,!bad.example.org', 'bad.example.org', false],
    ['!w1', 'w2', false],
    ['[10.0.0.1]:2222', '[10.0.0.1]:2222', true],
    ['[10.0.0.*]:2222', '[10.0.0.9]:2222', true],
    ['10.0.0.1', '[10.0.0.1]:2222', false],
    ['w.', 'w1', false],
  ])('%s matches %s: %s', (hosts, name, wanted) => {
    expect(hostsMatch(hosts, name)).toBe(wanted)
  })
})

describe('checkHostKey', () => {
  it('knows plain, hashed and [host]:port names', () => {
    expect(check(line('w1', ED), 'w1', 22, ED).kind).toBe('match')
    expect(check(knownHostLine('w1', 22, ED, true), 'w1', 22, ED).kind).toBe('match')
    expect(check(knownHostLine('w1', 2222, ED, true), 'w1', 2222, ED).kind).toBe('match')
    expect(check(knownHostLine('w1', 2222, ED, true), 'w2', 2222, ED).kind).toBe('unknown')
  })

  it('knows a key of another port under the bare name, but never reports it as changed because of that', () => {
    expect(check(line('w1', ED), 'w1', 2222, ED).kind).toBe('match')
    expect(check(line('w1', ED), 'w1', 2222, ED2).kind).toBe('unknown')
  })

  it('reports another key of the same type as changed, and also one of a type that is not recorded', () => {
    expect(check(`\n${line('w1', ED)}`, 'w1', 22, ED2)).toMatchObject({ kind: 'changed', entry: { line: 2 } })
    expect(check(line('w1', ED), 'w1', 22, RSA)).toMatchObject({ kind: 'changed' })
    expect(check(`${line('w1', RSA)}\n${line('w1', ED)}`, 'w1', 22, ED2)).toMatchObject({
      entry: { line: 2 },
    })
  })

  it('lets a revocation win over a record, in any order', () => {
    const text = `${line('w1', ED)}\n${line('*', ED, '@revoked ')}`
    expect(check(text, 'w1', 22, ED)).toMatchObject({ kind: 'revoked', entry: { line: 2 } })
    expect(check(`${line('w1', ED)}\n${line('*', ED2, '@revoked ')}`, 'w1', 22, ED).kind).toBe('match')
  })

  it('never treats the key of an authority as a host key', () => {
    expect(check(line('w1', ED, '@cert-authority '), 'w1', 22, ED)).toMatchObject({
      kind: 'unknown',
      authority: { line: 1 },
    })
  })
})

describe('hazard 13: the order of host key algorithms', () => {
  it('puts those with recorded keys first, and drops none', () => {
    const known = parseKnownHosts('kh', line('[w1]:2222', RSA)).entries
    const order = orderAlgorithms(known, 'w1', 2222)
    expect(order.slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'])
    expect(order).toHaveLength(7)
    expect(orderAlgorithms(known, 'w2', 22)[0]).toBe('ssh-ed25519')
    expect(orderAlgorithms(parseKnownHosts('kh', line('w1', RSA)).entries, 'w1', 2222)[0]).toBe(
      'rsa-sha2-512',
    )
  })
})

describe('decideKey', () => {
  const at = { host: 'w1', address: '10.0.0.5', port: 2222, user: 'hadoop' }
  const rules = (policy: HostKeyRules['policy']): HostKeyRules => ({ policy, files: ['/k/known', '/k/more'] })
  const decide = (text: string, policy: HostKeyRules['policy'], canAsk = false) =>
    decideKey(at, rules(policy), parseKnownHosts('/k/known', text).entries, ED, canAsk)
  const refused = (decision: ReturnType<typeof decide>) =>
    decision.kind === 'refuse' ? decision.error : undefined

  it('explains a changed key with its place, both fingerprints, the likely cause and the fix', () => {
    for (const policy of ['strict', 'accept-new'] as const) {
      const error = refused(decide(line('[10.0.0.5]:2222', ED2), policy, true))
      expect(error?.details).toMatchObject({
        code: 'SSH_HOST_KEY_CHANGED',
        exit: 'authentication',
        where: '/k/known:1',
        found: `ssh-ed25519 ${fingerprint(ED)}`,
        expected: `ssh-ed25519 ${fingerprint(ED2)}`,
        next: expect.stringContaining("ssh-keygen -f /k/known -R '[10.0.0.5]:2222'"),
        detail: expect.stringContaining('installed again'),
      })
    }
  })

  it('refuses a revoked key', () => {
    expect(refused(decide(line('*', ED, '@revoked '), 'accept-new'))?.code).toBe('SSH_HOST_KEY_REVOKED')
  })

  it('refuses an unknown key under strict, with the ssh-keyscan to run', () => {
    const error = refused(decide('', 'strict', true))
    expect(error?.code).toBe('SSH_HOST_KEY_UNKNOWN')
    expect(error?.details.next).toContain('ssh-keyscan -p 2222 10.0.0.5 >> /k/known')
  })

  it('says by name that @cert-authority is not supported', () => {
    const error = refused(decide(line('10.0.0.*', ED2, '@cert-authority '), 'strict'))
    expect(error?.details).toMatchObject({
      where: '/k/known:1',
      detail: expect.stringContaining('@cert-authority'),
    })
  })

  it('records, or asks, under accept-new', () => {
    expect(decide('', 'accept-new').kind).toBe('record')
    expect(decide('', 'accept-new', true).kind).toBe('ask')
    expect(decide(line('[10.0.0.5]:2222', ED), 'strict').kind).toBe('trust')
  })
})

describe('recordHostKey', () => {
  it('makes the directory and the file for the owner only, and keeps every line of many writers', async () => {
    const file = join(dir, 'deep', 'known')
    const hosts = Array.from({ length: 40 }, (_, i) => `w${i}`)
    await Promise.all(
      hosts.flatMap((host) => [recordHostKey(file, host, 22, ED), recordHostKey(file, host, 22, ED)]),
    )
    const { entries, skipped } = await readKnownHosts([file])
    expect(entries.map((entry) => entry.hosts).sort()).toEqual([...hosts].sort())
    expect(skipped).toEqual([])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(dir, 'deep'))).mode & 0o777).toBe(0o700)
  })

  it('adds a newline to an incomplete last line, and hashes the name where names are hashed', async () => {
    const file = join(dir, 'open-end')
    await writeFile(file, knownHostLine('w1', 22, RSA, true))
    await recordHostKey(file, 'w2', 22, ED)
    const text = await readFile(file, 'utf8')
    expect(text.split('\n')[1]).toMatch(/^\|1\|/)
    expect(check(text, 'w1', 22, RSA).kind).toBe('match')
    expect(check(text, 'w2', 22, ED).kind).toBe('match')
  })

  it.skipIf(noSsh !== undefined)(noSsh ?? 'writes lines that ssh-keygen finds', async () => {
    const file = join(dir, 'found')
    await writeFile(file, `${knownHostLine('other', 22, RSA, true)}\n`)
    await recordHostKey(file, 'w3', 2222, ED)
    const found = execFileSync('ssh-keygen', ['-F', '[w3]:2222', '-f', file], { encoding: 'utf8' })
    expect(found).toContain(ED.toString('base64'))
  })
})
