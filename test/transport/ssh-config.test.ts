import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { findRoute, parseJump, parseSshG, route } from '../../provisioners/transport/ssh-config.ts'
import { noSsh, sshOptions } from './support/sshd.ts'

const me = userInfo().username
const at = { host: 'w1', address: 'w1', port: 22, user: me }
const options = sshOptions({ useSshConfig: true, agent: true })

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'howdah-cfg-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))
afterEach(() => void vi.unstubAllEnvs())

describe.skipIf(noSsh !== undefined)(noSsh ?? 'findRoute asks OpenSSH itself', () => {
  it('treats an empty SSH_AUTH_SOCK as no agent, as OpenSSH does', async () => {
    const file = join(dir, 'empty')
    await writeFile(file, '')
    const found = () => findRoute(at, { ...options, sshConfigFile: file })
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent')
    expect((await found()).agentSocket).toBe('/run/agent')
    vi.stubEnv('SSH_AUTH_SOCK', '')
    expect((await found()).agentSocket).toBeUndefined()
  })

  it('takes HostName, Port, User, IdentityFile, ProxyJump and UserKnownHostsFile', async () => {
    const file = join(dir, 'config')
    const text = `Host w*
  HostName 10.9.8.7
  Port 2200
  User ops
  IdentityFile ~/keys/%h
  ProxyJump gate@bastion:2222
  UserKnownHostsFile /k/one /k/two
  GlobalKnownHostsFile /k/three
`
    await writeFile(file, text)
    const found = await findRoute(at, { ...options, sshConfigFile: file })
    expect(found).toMatchObject({
      at: { host: 'w1', address: '10.9.8.7', port: 2200, user: 'ops' },
      identityFiles: [`${homedir()}/keys/10.9.8.7`],
      identitiesGiven: false,
      knownHosts: ['/k/one', '/k/two', '/k/three'],
      jump: { address: 'bastion', port: 2222, user: 'gate' },
    })
  })

  it('names a configuration that ssh cannot read', async () => {
    const file = join(dir, 'broken')
    await writeFile(file, 'Host *\n  Nonsense yes\n')
    await expect(findRoute(at, { ...options, sshConfigFile: file })).rejects.toMatchObject({
      code: 'SSH_CONFIG_BAD',
      details: { exit: 'configuration', where: file, detail: expect.stringContaining('line 2') },
    })
  })

  it('does not read ssh_config when it is switched off', async () => {
    const file = join(dir, 'not-there')
    const found = await findRoute(at, { ...options, useSshConfig: false, sshConfigFile: file })
    expect(found.at).toEqual(at)
    expect(found.knownHosts).toEqual([`${homedir()}/.ssh/known_hosts`])
  })
})

describe('route', () => {
  const config = parseSshG(
    'port 2200\nuser ops\nidentityfile /k/config\nproxyjump b1\nhostkeyalias cluster-w1\n',
  )

  it('lets values of cluster.yml win', () => {
    const spec = { ...at, port: 2022, user: 'hadoop' }
    const jump = { host: 'jump', address: 'b2', port: 22, user: 'j' }
    const more = { identityFiles: ['/k/spec'], knownHosts: ['/k/known'], jump }
    expect(route(spec, { ...options, ...more }, config)).toMatchObject({
      at: { port: 2022, user: 'hadoop' },
      identityFiles: ['/k/spec'],
      identitiesGiven: true,
      knownHosts: ['/k/known'],
      jump,
      alias: 'cluster-w1',
    })
  })

  it('hazard 14: refuses what ssh2 cannot do, and names the remedy', () => {
    const refuse = (text: string) => () => route(at, options, parseSshG(text))
    expect(refuse('proxycommand nc %h %p\n')).toThrow(/ProxyCommand.*does not support/)
    expect(refuse('proxyjump a,b\n')).toThrow(/chain of jump hosts \(a,b\)/)
    expect(refuse('proxyjump none\nproxycommand none\n')).not.toThrow()
    try {
      refuse('proxyjump a,b\n')()
    } catch (error) {
      expect(error).toMatchObject({ details: { next: expect.stringContaining('openssh') } })
    }
  })

  it.each([
    ['b', { address: 'b', port: 22, user: 'me' }],
    ['u@b:2222', { address: 'b', port: 2222, user: 'u' }],
    ['ssh://u@[::1]:2222', { address: '::1', port: 2222, user: 'u' }],
  ])('reads the jump %s', (text, wanted) => {
    expect(parseJump(text, 'me')).toMatchObject(wanted)
  })
})
