import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTransport } from '../../provisioners/transport/index.ts'
import { readKnownHosts, recordHostKey } from '../../provisioners/transport/known-hosts-file.ts'
import { route } from '../../provisioners/transport/ssh-config.ts'
import { sshOptions, testDeps } from './support/sshd.ts'

const at = { host: 'w1', address: '127.0.0.1', port: 22, user: userInfo().username }
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'howdah-ssh-errors-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))
afterEach(() => void vi.unstubAllEnvs())

describe('known hosts', () => {
  it('that are a directory cannot be read', async () => {
    await expect(readKnownHosts([dir])).rejects.toMatchObject({
      ...{ code: 'SSH_KNOWN_HOSTS_UNREADABLE', exitCode: 12 },
      details: { where: dir, next: `ls -l ${dir}, or set ssh.knownHosts` },
    })
  })

  it('whose directory cannot be made cannot be written', async () => {
    // A dangling link: there is no file to read, and no directory can be made at its path.
    await symlink(join(dir, 'nowhere', 'deep'), join(dir, 'link'))
    const file = join(dir, 'link', 'known_hosts')
    await expect(recordHostKey(file, 'w1', 22, Buffer.from('key'))).rejects.toMatchObject({
      ...{ code: 'SSH_KNOWN_HOSTS_UNWRITABLE', exitCode: 12 },
      details: { where: file, next: expect.stringContaining('ssh.knownHosts') },
    })
  })
})

describe('settings of ssh_config that ssh2 does not support', () => {
  const config = (key: string, value: string) => new Map([[key, [value]]])
  const code = 'SSH_CONFIG_UNSUPPORTED'

  it.each([
    ['proxycommand', 'nc %h %p', /a ProxyCommand/],
    ['proxyjump', 'a,b', /a chain of jump hosts \(a,b\)/],
  ])('%s %s', async (key, value, said) => {
    const finding = (async () => route(at, sshOptions({ useSshConfig: true }), config(key, value)))()
    await expect(finding).rejects.toMatchObject({
      ...{ code, exitCode: 10, message: expect.stringMatching(said) },
      details: { where: 'w1', next: 'set ssh.transport: openssh, or ssh.config: false' },
    })
  })
})

it('ssh.transport openssh needs the program ssh', async () => {
  const bin = join(dir, 'bin')
  await mkdir(bin)
  vi.stubEnv('PATH', bin)
  const opening = openTransport(at, sshOptions({ kind: 'openssh' }), testDeps())
  await expect(opening).rejects.toMatchObject({
    ...{ code: 'SSH_PROGRAM_MISSING', exitCode: 10 },
    details: { next: 'install openssh-client, or set ssh.transport: ssh2' },
  })
})
