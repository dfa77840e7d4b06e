import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCluster } from '../../provisioners/config/index.ts'
import { gatherKeys, isUnchanged } from '../../provisioners/keys/index.ts'

let dir = ''
let server: Server
let answer: RequestListener
let asked: string[] = []
const OPTIONS = { waits: [1, 1], timeoutMs: 300 }

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'howdah-keys-'))
  asked = []
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(dir, { recursive: true, force: true })
})

const says =
  (text: string, status = 200): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(text)
const base = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

/** A real public key, without a comment as GitHub answers. */
function keyOf(name: string, ...kind: string[]): string {
  const file = join(dir, name)
  execFileSync('ssh-keygen', ['-q', '-N', '', '-t', ...(kind.length > 0 ? kind : ['ed25519']), '-f', file])
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
}

const gather = (...users: string[]) =>
  gatherKeys(
    parseCluster(
      `name: insights
hosts: [{name: m1, address: 10.0.0.1, roles: [master, worker]}]
githubBaseUrl: ${base()}/
users:
${users.map((user) => `  - ${user}\n`).join('')}`,
      join(dir, 'cluster.yml'),
    ),
    OPTIONS,
  )

const ANA = '{name: ana, github: true}'
const blobs = (found: Awaited<ReturnType<typeof gather>>, name = 'ana'): string[] | undefined =>
  found.users[name]?.keys.map(({ type, blob }) => `${type} ${blob}`)

describe('keys of GitHub', () => {
  it('are fetched by login, and have it as their comment', async () => {
    const [one, two] = [keyOf('one'), keyOf('two')]
    answer = says(`${one}\n${two}\n`)
    const found = await gather('{name: ana, github: Ana-B}')
    expect(asked).toEqual(['/Ana-B.keys'])
    expect(blobs(found)).toEqual([one, two])
    expect(found.users.ana?.keys[0]?.comment).toBe('github:Ana-B')
    expect(found).toMatchObject({ warnings: [], unchanged: [], users: { ana: { complete: true } } })
  })

  it('are remembered where only their owner reads', async () => {
    answer = says(keyOf('one'))
    await gather(ANA)
    const cache = join(dir, '.howdah/insights/keys')
    expect(statSync(cache).mode & 0o777).toBe(0o700)
    const files = readdirSync(cache)
    expect(files).toHaveLength(1)
    expect(statSync(join(cache, files[0] ?? '')).mode & 0o777).toBe(0o600)
  })

  const hang: RequestListener = () => {}
  const trickle: RequestListener = (_, response) => {
    response.writeHead(200).write('ssh-ed25519 AAAA')
  }
  const cut: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-length': '400' }).write('ssh-ed25519 AAAA')
    setTimeout(() => response.destroy(), 5)
  }
  const away: RequestListener = (_, response) =>
    void response.writeHead(302, { location: 'http://keys.example.org/x' }).end()
  const HTML = '<!DOCTYPE html>\n<html><body>Sign in\nssh-ed25519 AAAA</body></html>'

  it.each([
    ['answers nothing', says(''), /the response is empty/, 1],
    ['answers a page', says(HTML), /an HTML page/, 1],
    ['answers nonsense', says('hello\n'), /not a public key/, 1],
    ['knows no such login', says('Not Found', 404), /answered 404/, 1],
    ['is broken', says('', 500), /answered 500/, 3],
    ['is busy', says('', 429), /answered 429/, 3],
    ['never answers', hang, /no answer within 0.3 s/, 3],
    ['stops in the middle', trickle, /no answer within 0.3 s/, 3],
    ['cuts the line', cut, /terminated|closed|aborted/, 3],
    ['sends elsewhere without TLS', away, /not an https address/, 1],
  ] as const)('keep their last good answer when the server %s', async (_title, then, why, tries) => {
    const one = keyOf('one')
    answer = says(one)
    await gather(ANA)
    asked = []
    answer = then
    const found = await gather(ANA)
    expect(blobs(found)).toEqual([one])
    expect(found).toMatchObject({ unchanged: [], users: { ana: { complete: true } } })
    expect(found.warnings).toHaveLength(1)
    expect(found.warnings[0]).toMatch(why)
    expect(found.warnings[0]).toMatch(/using its one key of \d{4}-\d\d-\d\d \d\d:\d\d UTC/)
    expect(asked).toHaveLength(tries)
  })

  it('do not change a user without any keys from the source, and report it', async () => {
    answer = says('', 503)
    const found = await gather(ANA)
    expect(isUnchanged(found, 'ana')).toBe(true)
    expect(found.unchanged[0]?.why).toContain(`${base()}/ana.keys: the server answered 503`)
    expect(found.users.ana).toEqual({ keys: [], complete: false })
  })

  it('that do not come keep those that the hosts have, beside the keys given', async () => {
    answer = says('', 503)
    const mine = keyOf('mine')
    const found = await gather(`{name: ana, github: true, authorizedKeys: ["${mine} ana@desk"]}`)
    expect(blobs(found)).toEqual([mine])
    expect(found.users.ana?.complete).toBe(false)
    expect(found.unchanged).toEqual([])
    expect(found.warnings.join()).toContain('ana keeps the keys on each host')
  })

  it('are asked for again after a failure, and then come', async () => {
    const one = keyOf('one')
    answer = (request, response) => (asked.length < 3 ? says('', 502) : says(one))(request, response)
    expect(blobs(await gather(ANA))).toEqual([one])
    expect(asked).toHaveLength(3)
  })

  it('name those that are too weak, and take the others', async () => {
    const good = keyOf('good', 'rsa', '-b', '2048')
    answer = says(`${keyOf('weak', 'rsa', '-b', '1024')}\nssh-dss AAAAB3NzaC1kc3MAAACB\n${good}\n`)
    const found = await gather(ANA)
    expect(blobs(found)).toEqual([good])
    expect(found.warnings[0]).toMatch(
      /skipped a key of ana .*ana\.keys, key 1\): it is an RSA key of 1024 bits/,
    )
    expect(found.warnings[1]).toMatch(/key 2\): it is a DSA key/)
  })

  it('are not believed from a file that someone else wrote into the cache', async () => {
    answer = says(keyOf('one'))
    await gather(ANA)
    const cache = join(dir, '.howdah/insights/keys')
    writeFileSync(join(cache, readdirSync(cache)[0] ?? ''), 'ssh-ed25519 AAAA')
    answer = says('', 500)
    expect((await gather(ANA)).unchanged).toHaveLength(1)
  })
})

describe('keys from everywhere', () => {
  it('are merged, each once, and the given one counts with its options', async () => {
    const [one, two, three] = [keyOf('one'), keyOf('two'), keyOf('three')]
    answer = says(`${one}\n${two}\n`)
    writeFileSync(join(dir, 'bo'), `# of bo\n\n${three} bo@desk\r\n${two} bo@old\n`)
    const found = await gather(
      `{name: bo, github: true, authorizedKeys: ['from="10.0.0.1" ${one} bo@home'], keySources: [{file: bo}]}`,
    )
    expect(blobs(found, 'bo')).toEqual([one, three, two])
    expect(found.users.bo?.keys.map(({ options, comment }) => [options, comment])).toEqual([
      ['from="10.0.0.1"', 'bo@home'],
      ['', 'bo@desk'],
      ['', 'bo@old'],
    ])
  })

  it('come from a command, which gets the name of the user', async () => {
    const one = keyOf('one')
    writeFileSync(join(dir, 'keys-of-cy'), one)
    const found = await gather(
      `{name: cy, keySources: [{command: 'cat ${dir}/keys-of-$HOWDAH_USER'}]}`,
      `{name: di, keySources: [{command: 'cat ${dir}/keys-of-$HOWDAH_USER'}]}`,
    )
    expect(blobs(found, 'cy')).toEqual([one])
    expect(found.unchanged.map(({ name }) => name)).toEqual(['di'])
    expect(found.unchanged[0]?.why).toMatch(/failed with exit 1: .*keys-of-di/)
  })

  it('come from an address with a login, which is never shown', async () => {
    const one = keyOf('one')
    answer = ({ headers }, response) =>
      headers.authorization === `Basic ${Buffer.from('u:hunter2').toString('base64')}`
        ? void response.end(one)
        : void response.writeHead(401).end()
    const url = (password: string) => `${base().replace('//', `//u:${password}@`)}/k`
    expect(blobs(await gather(`{name: ana, keySources: [{url: "${url('hunter2')}"}]}`))).toEqual([one])
    const refused = await gather(`{name: bo, keySources: [{url: "${url('hunter3')}"}]}`)
    expect(refused.unchanged[0]?.why).toContain('answered 401')
    expect(JSON.stringify(refused)).not.toContain('hunter3')
  })

  it('are not fetched for a user who is removed', async () => {
    answer = says('', 500)
    const found = await gather('{name: ana, github: true, state: absent}')
    expect(asked).toEqual([])
    expect(found).toEqual({ users: {}, warnings: [], unchanged: [] })
  })
})
