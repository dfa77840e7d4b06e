import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isFault, keyLine, parsePublicKey } from '../../provisioners/config/resolve/public-key.ts'
import { isSafeAddress } from '../../provisioners/config/resolve/users.ts'
import { BASE, parse, problemsOf } from './support.ts'

const dir = mkdtempSync(join(tmpdir(), 'howdah-keys-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A real key, made by ssh-keygen. */
function keyOf(name: string, ...options: string[]): string {
  const file = join(dir, name)
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', `${name}@here`, '-f', file, ...options])
  return readFileSync(`${file}.pub`, 'utf8').trim()
}

const ED25519 = keyOf('ed25519', '-t', 'ed25519')
const RSA1024 = keyOf('rsa1024', '-t', 'rsa', '-b', '1024')
// A key of a FIDO token, made from the parts of the format, since no test can have a token.
const part = (data: Buffer | string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(data))
  return Buffer.concat([length, Buffer.from(data)])
}
const SK = 'sk-ssh-ed25519@openssh.com'
const skBlob = (bytes: number): string =>
  Buffer.concat([part(SK), part(Buffer.alloc(bytes, 7)), part('ssh:')]).toString('base64')

const why = (line: string): string | undefined => {
  const parsed = parsePublicKey(line)
  return isFault(parsed) ? parsed.why : undefined
}

describe('a public key', () => {
  it('is parsed as ssh-keygen parses it', () => {
    const parsed = parsePublicKey(ED25519)
    if (isFault(parsed)) throw new Error(parsed.why)
    const shown = execFileSync('ssh-keygen', ['-lf', join(dir, 'ed25519.pub')], { encoding: 'utf8' })
    expect(shown).toContain(parsed.fingerprint)
    expect(parsed).toMatchObject({ type: 'ssh-ed25519', options: '', comment: 'ed25519@here' })
    expect(keyLine(parsed)).toBe(ED25519)
  })

  it.each([
    ['rsa', '2048'],
    ['rsa', '4096'],
    ['ecdsa', '256'],
    ['ecdsa', '521'],
  ])('may be %s of %s bits', { timeout: 120_000 }, (type, bits) => {
    // The search for the primes of a long key takes as long as it takes.
    expect(why(keyOf(`${type}${bits}`, '-t', type, '-b', bits))).toBeUndefined()
  })

  it('may be of a token, and keeps its options and the blanks in them', () => {
    expect(why(`${SK} ${skBlob(32)} ana`)).toBeUndefined()
    const line = `from="10.0.0.0/8",command="echo \\"a b\\"" ${ED25519}`
    const parsed = parsePublicKey(line)
    if (isFault(parsed)) throw new Error(parsed.why)
    expect(parsed.options).toBe('from="10.0.0.0/8",command="echo \\"a b\\""')
    expect(keyLine(parsed)).toBe(line)
  })

  it.each([
    ['DSA', 'ssh-dss AAAAB3NzaC1kc3MAAACBAPsFb/W/', /DSA/],
    ['short RSA', RSA1024, /1024 bits/],
    ['cut off', ED25519.slice(0, 40), /not a whole key/],
    ['of another type than its data', ED25519.replace('ssh-ed25519', 'ssh-rsa'), /not a whole key/],
    ['of a token, cut off', `${SK} ${skBlob(31)}`, /not a whole key/],
    ['a certificate', ED25519.replace('ssh-ed25519', 'ssh-ed25519-cert-v01@openssh.com'), /certificate/],
    ['two lines', `${ED25519}\n${ED25519}`, /more than one line/],
    ['private', '-----BEGIN OPENSSH PRIVATE KEY-----', /private key/],
    ['a page', '<!DOCTYPE html><html>', /not a public key/],
    ['nothing', '', /not a public key/],
  ])('is refused when it is %s', (_title, line, said) => {
    expect(why(line)).toMatch(said)
  })
})

const users = (...entries: string[]): string => `${BASE}users:\n${entries.map((e) => `  - ${e}\n`).join('')}`

describe('users', () => {
  it('are resolved with every default', () => {
    const text = users(
      '{name: ana, type: admin, github: true, expires: 2027-02-28}',
      `{name: bo, type: restricted, github: bo-b, authorizedKeys: ["${ED25519}"], keySources: [{file: keys/bo}, {url: "https://keys.example/bo"}, {command: "vault read bo"}]}`,
      '{name: cy, state: absent}',
      '{name: di, type: restricted, github: di, links: [sudo, /opt/hive/bin/hive]}',
    )
    const cluster = parse(text)
    const rest = { authorizedKeys: [], keySources: [], sudoCommands: [], links: [] }
    expect(cluster.managesUsers).toBe(true)
    expect(cluster.githubBaseUrl).toBe('https://github.com')
    expect(cluster.users[0]).toEqual({
      ...rest,
      ...{ name: 'ana', type: 'admin', state: 'present', github: 'ana', expires: '2027-02-28' },
    })
    expect(cluster.users[1]).toEqual({
      ...rest,
      ...{ name: 'bo', type: 'restricted', state: 'present', github: 'bo-b', authorizedKeys: [ED25519] },
      keySources: [
        { kind: 'file', path: '/srv/site/keys/bo' },
        { kind: 'url', url: 'https://keys.example/bo' },
        { kind: 'command', command: 'vault read bo' },
      ],
      links: ['/usr/bin/sudo'],
    })
    expect(cluster.users[2]).toEqual({ ...rest, name: 'cy', type: 'plain', state: 'absent' })
    expect(cluster.users[3]?.links).toEqual(['/usr/bin/sudo', '/opt/hive/bin/hive'])
    expect(cluster.warnings).toEqual([])
  })

  it('are not managed when cluster.yml does not have them', () => {
    expect(parse(BASE)).toMatchObject({ users: [], managesUsers: false })
    expect(parse(`${BASE}users: []\n`)).toMatchObject({ users: [], managesUsers: true })
  })

  it.each([
    ['an unknown type', '{name: ana, type: root}', 'SPEC_INVALID_VALUE 6:23'],
    ['a name with blanks', '{name: ana b}', 'SPEC_INVALID_VALUE 6:12'],
    ['an account of the system', '{name: hdfs, state: absent}', 'SPEC_USER_TAKEN 6:12'],
    ['an invalid key', '{name: ana, authorizedKeys: [hello]}', 'SPEC_USER_KEY 6:34'],
    ['a weak key', `{name: ana, authorizedKeys: ["${RSA1024}"]}`, 'SPEC_USER_KEY 6:34'],
    [
      'a sudo rule of two lines',
      '{name: ana, github: ana, sudoCommands: ["ALL=ALL\\nbo ALL=ALL"]}',
      'SPEC_INVALID_VALUE 6:45',
    ],
    [
      'a sudo rule with a continuation',
      "{name: ana, github: ana, sudoCommands: ['ALL=ALL \\']}",
      'SPEC_INVALID_VALUE 6:45',
    ],
    ['no such day', '{name: ana, github: ana, expires: 2027-02-30}', 'SPEC_USER_EXPIRES 6:39'],
    ['a name that cannot be a login of GitHub', '{name: ana_b, github: true}', 'SPEC_USER_GITHUB 6:27'],
    [
      'links of a user who is not restricted',
      '{name: ana, github: ana, links: [ls]}',
      'SPEC_USER_LINKS 6:37',
    ],
    [
      'two links of one name',
      '{name: ana, type: restricted, github: ana, links: [ls, /opt/ls]}',
      'SPEC_USER_LINKS 6:60',
    ],
    [
      'a source with two kinds',
      '{name: ana, keySources: [{file: a, url: "https://b"}]}',
      'SPEC_KEY_SOURCE 6:30',
    ],
    [
      'an address without TLS',
      '{name: ana, keySources: [{url: "http://keys.example/ana"}]}',
      'SPEC_KEY_ADDRESS 6:36',
    ],
  ])('refuse %s, and say where', (_title, entry, found) => {
    expect(problemsOf(users(entry)).codes).toEqual([found])
  })

  it('are there once', () => {
    const { codes, errors } = problemsOf(users('{name: ana, github: ana}', '{name: ana, github: a}'))
    expect(codes).toEqual(['SPEC_USER_TWICE 7:12'])
    expect(errors[0]?.message).toContain('cluster.yml:6:12')
  })

  it.each([
    ['state: absent', 'the account would be removed'],
    ['type: restricted', 'not run scripts'],
    ['expires: 2030-01-01', 'nobody could log in'],
    ['sudoCommands: ["ALL=(ALL) ALL"]', 'narrow'],
  ])('do not lock out Howdah: no %s for ssh.user', (field, said) => {
    const text = users(`{name: ops, github: ops, ${field}}`)
    const { errors } = problemsOf(`${text}ssh: {user: ops}\n`)
    expect(errors.map(({ code }) => code)).toEqual(['SPEC_USER_LAST_WAY'])
    expect(errors[0]?.message).toContain(said)
    expect(errors[0]?.message).toContain('m1, w1, w2, w3')
    expect(problemsOf(`${text}ssh: {user: root}\n`).codes).toEqual([])
  })

  it('warn of what is allowed and does not work', () => {
    const { warnings } = parse(
      users(
        '{name: ana}',
        '{name: bo, type: restricted, github: bo, links: [bash], sudoCommands: ["ALL=(ALL) /usr/bin/id"]}',
      ),
    )
    expect(warnings).toHaveLength(3)
    expect(warnings.join('\n')).toMatch(/ana has no key[\s\S]*full shell[\s\S]*NOPASSWD/)
  })
})

describe('an address that keys come from', () => {
  it.each([
    ['https://github.com', true],
    ['http://127.0.0.1:8080/x', true],
    ['http://github.com', false],
    ['http://127.0.0.1.example.org', false],
    ['ftp://keys', false],
  ])('%s: %s', (url, safe) => expect(isSafeAddress(url)).toBe(safe))
})
