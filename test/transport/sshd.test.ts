import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '../../provisioners/events.ts'
import { Secret } from '../../provisioners/secret.ts'
import { openTransport } from '../../provisioners/transport/index.ts'
import { fingerprint } from '../../provisioners/transport/known-hosts.ts'
import type { TransportDeps } from '../../provisioners/transport/run-state.ts'
import type { SshOptions, Transport } from '../../provisioners/transport/types.ts'
import {
  freePort,
  keygen,
  knownLine,
  noSshd,
  type Sshd,
  sshOptions,
  startSshd,
  testDeps,
} from './support/sshd.ts'

const keyOf = (line: string | undefined): Buffer => Buffer.from(line?.split(' ')[1] ?? '', 'base64')

describe.skipIf(noSshd !== undefined)(noSshd ?? 'with a real sshd', () => {
  let dir: string
  let sshd: Sshd
  let opened: Transport[] = []
  let files = 0
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'howdah-real-'))
    sshd = await startSshd()
  })
  afterEach(async () => {
    await Promise.all(opened.map((transport) => transport.close()))
    opened = []
  })
  afterAll(async () => {
    await sshd.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const known = async (text: string): Promise<string> => {
    files += 1
    const file = join(dir, `known-${files}`)
    await writeFile(file, text)
    return file
  }
  const right = () => known(knownLine(sshd.port, sshd.hostKeys.ed25519 as string))
  const open = async (more: Partial<SshOptions>, deps: TransportDeps = testDeps(), at = sshd.address) => {
    const transport = await openTransport(at, sshOptions({ identityFiles: [sshd.identity], ...more }), deps)
    opened.push(transport)
    return transport
  }
  const echo = async (transport: Transport) => (await transport.run({ script: 'echo in' })).stdout

  describe.each(['ssh2', 'openssh'] as const)('host keys with %s', (kind) => {
    it('strict refuses an unknown key, and writes nothing', async () => {
      const file = await known('')
      await expect(open({ kind, knownHosts: [file] })).rejects.toMatchObject({
        code: 'SSH_HOST_KEY_UNKNOWN',
        exitCode: 12,
        details: { found: `ssh-ed25519 ${fingerprint(keyOf(sshd.hostKeys.ed25519))}` },
      })
      expect(await readFile(file, 'utf8')).toBe('')
    })

    it('accept-new asks with the fingerprint, records the key, reports it, and is strict from then on', async () => {
      const file = join(dir, `made-${kind}`, 'known')
      const events: RunEvent[] = []
      const confirmHostKey = vi.fn(async () => true)
      const deps = testDeps({ confirmHostKey, report: (event) => events.push(event) })
      expect(await echo(await open({ kind, hostKeys: 'accept-new', knownHosts: [file] }, deps))).toBe('in\n')
      const shown = fingerprint(keyOf(sshd.hostKeys.ed25519))
      const question = { host: 'h1', address: '127.0.0.1', port: sshd.port, type: 'ssh-ed25519', file }
      expect(confirmHostKey.mock.calls).toEqual([[{ ...question, fingerprint: shown }]])
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'log', level: 'info', text: expect.stringContaining(shown) }),
      )
      expect(await readFile(file, 'utf8')).toBe(knownLine(sshd.port, sshd.hostKeys.ed25519 as string))
      expect(await echo(await open({ kind, knownHosts: [file] }, deps))).toBe('in\n')
      expect(confirmHostKey).toHaveBeenCalledTimes(1)
    })

    it('accept-new records without a question when there is no terminal', async () => {
      const file = await known('')
      expect(await echo(await open({ kind, hostKeys: 'accept-new', knownHosts: [file] }))).toBe('in\n')
      expect(await readFile(file, 'utf8')).toContain(`[127.0.0.1]:${sshd.port} ssh-ed25519 `)
    })

    it('does not connect after a no', async () => {
      const file = await known('')
      const deps = testDeps({ confirmHostKey: async () => false })
      const opening = open({ kind, hostKeys: 'accept-new', knownHosts: [file] }, deps)
      await expect(opening).rejects.toMatchObject({ code: 'SSH_HOST_KEY_DECLINED', exitCode: 12 })
      expect(await readFile(file, 'utf8')).toBe('')
    })

    it('a changed key is refused under accept-new too, with the place of the record', async () => {
      const other = await keygen(join(dir, `other-${kind}`))
      const file = await known(`# mine\n${knownLine(sshd.port, other)}`)
      const deps = testDeps({ confirmHostKey: async () => true })
      const opening = open({ kind, hostKeys: 'accept-new', knownHosts: [file] }, deps)
      await expect(opening).rejects.toMatchObject({
        code: 'SSH_HOST_KEY_CHANGED',
        details: { where: `${file}:2` },
      })
    })

    it('a revoked key is refused', async () => {
      const file = await known(`@revoked * ${sshd.hostKeys.ed25519}\n`)
      const opening = open({ kind, hostKeys: 'accept-new', knownHosts: [file] })
      await expect(opening).rejects.toMatchObject({
        code: 'SSH_HOST_KEY_REVOKED',
        details: { where: `${file}:1` },
      })
    })

    it('names what was tried when no login is accepted', async () => {
      const stranger = join(dir, `stranger-${kind}`)
      await keygen(stranger)
      const opening = open({ kind, knownHosts: [await right()], identityFiles: [stranger] })
      await expect(opening).rejects.toMatchObject({
        code: 'SSH_AUTH_FAILED',
        exitCode: 12,
        details: { found: expect.stringContaining(`identity ${stranger}`) },
      })
    })

    it('names a host that cannot be reached', async () => {
      const at = { ...sshd.address, port: await freePort() }
      await expect(open({ kind, knownHosts: [await right()] }, testDeps(), at)).rejects.toMatchObject({
        code: 'SSH_UNREACHABLE',
        message: expect.stringContaining('connection refused'),
      })
    })

    it('reads ssh_config, below the values of cluster.yml', async () => {
      const file = join(dir, `config-${kind}`)
      await writeFile(
        file,
        `Host nick\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  IdentityFile ${sshd.identity}\n`,
      )
      const at = { host: 'h1', address: 'nick', port: 22, user: userInfo().username }
      const more = { useSshConfig: true, sshConfigFile: file, identityFiles: [], knownHosts: [await right()] }
      expect(await echo(await open({ kind, ...more }, testDeps(), at))).toBe('in\n')
    })

    it('leaves no directory of its own behind', async () => {
      const before = (await readdir(tmpdir())).filter((name) => /^howdah-\w{6}$/.test(name))
      const transport = await open({ kind, knownHosts: [await right()] })
      await transport.close()
      const after = (await readdir(tmpdir())).filter((name) => /^howdah-\w{6}$/.test(name))
      expect(after.filter((name) => !before.includes(name))).toEqual([])
    })
  })

  describe('logins with ssh2', () => {
    it('hazard 15: an RSA key logs in by rsa-sha2, since sshd takes no SHA-1', async () => {
      const rsa = join(dir, 'rsa')
      const line = await keygen(rsa, 'rsa')
      await writeFile(join(sshd.dir, 'authorized_keys'), `${line}\n`, { flag: 'a' })
      expect(await echo(await open({ identityFiles: [rsa], knownHosts: [await right()] }))).toBe('in\n')
    })

    it('reports a passphrase and recommends the agent; with the agent it works', async () => {
      const locked = join(dir, 'locked')
      const line = await keygen(locked, 'ed25519', 'correct horse')
      await writeFile(join(sshd.dir, 'authorized_keys'), `${line}\n`, { flag: 'a' })
      const more = { identityFiles: [locked], knownHosts: [await right()], agent: true }
      await expect(open(more)).rejects.toMatchObject({
        code: 'SSH_IDENTITY_LOCKED',
        details: { next: expect.stringContaining(`ssh-add ${locked}`) },
      })
      const agent = await startAgent(join(dir, 'agent'))
      vi.stubEnv('SSH_AUTH_SOCK', join(dir, 'agent'))
      try {
        await expect(open(more)).rejects.toMatchObject({
          details: { found: expect.stringContaining('agent (it has no keys)') },
        })
        await addToAgent(locked, 'correct horse')
        expect(await echo(await open(more))).toBe('in\n')
      } finally {
        vi.unstubAllEnvs()
        agent.kill()
      }
    })

    it('continues without a missing agent', async () => {
      vi.stubEnv('SSH_AUTH_SOCK', join(dir, 'no-agent'))
      const more = { agent: true, knownHosts: [await right()] }
      expect(await echo(await open(more))).toBe('in\n')
      const none = { ...more, identityFiles: [await known('no key at all')] }
      await expect(open(none)).rejects.toMatchObject({
        code: 'SSH_AUTH_FAILED',
        details: { found: expect.stringMatching(/agent \(not reachable.*/) },
      })
      vi.unstubAllEnvs()
    })

    it('names a missing identity file', async () => {
      const opening = open({ identityFiles: [join(dir, 'nowhere')], knownHosts: [await right()] })
      await expect(opening).rejects.toMatchObject({ code: 'SSH_IDENTITY_MISSING' })
    })

    it('reports that the host accepts no password, and never shows it', async () => {
      const password = new Secret('hunter22', 'login')
      const deps = testDeps()
      const opening = open({ identityFiles: [], password, knownHosts: [await right()] }, deps)
      const error = await opening.catch((caught: unknown) => caught)
      expect(error).toMatchObject({ details: { found: expect.stringContaining('does not accept password') } })
      expect(JSON.stringify(error)).not.toContain('hunter22')
      expect(deps.redactor.redact('hunter22')).toBe('[secret]')
    })
  })

  describe.each(['ssh2', 'openssh'] as const)('a jump host with %s', (kind) => {
    let inner: Sshd
    beforeAll(async () => {
      inner = await startSshd(['AllowTcpForwarding no'])
      await writeFile(join(inner.dir, 'authorized_keys'), await readFile(join(sshd.dir, 'authorized_keys')))
    })
    afterAll(() => inner.stop())
    const both = () =>
      known(
        knownLine(sshd.port, sshd.hostKeys.ed25519 as string) +
          knownLine(inner.port, inner.hostKeys.ed25519 as string),
      )
    const jump = () => ({ ...sshd.address, host: 'jump' })

    it('reaches the host through it', async () => {
      const transport = await open(
        { kind, jump: jump(), knownHosts: [await both()] },
        testDeps(),
        inner.address,
      )
      const { stdout } = await transport.run({ script: 'echo "$SSH_CONNECTION"' })
      expect(stdout).toContain(` ${inner.port}\n`)
    })

    it("checks the jump host's own key", async () => {
      const file = await known(knownLine(inner.port, inner.hostKeys.ed25519 as string))
      const opening = open({ kind, jump: jump(), knownHosts: [file] }, testDeps(), inner.address)
      await expect(opening).rejects.toMatchObject({
        code: 'SSH_HOST_KEY_UNKNOWN',
        message: expect.stringContaining('jump'),
      })
    })

    it("checks the host's key behind it", async () => {
      const file = await known(knownLine(sshd.port, sshd.hostKeys.ed25519 as string))
      const opening = open({ kind, jump: jump(), knownHosts: [file] }, testDeps(), inner.address)
      await expect(opening).rejects.toMatchObject({
        code: 'SSH_HOST_KEY_UNKNOWN',
        message: expect.stringContaining('h1'),
      })
    })

    it('reports that a host does not allow forwarding', async () => {
      const transport = await open(
        { kind, jump: jump(), knownHosts: [await both()] },
        testDeps(),
        inner.address,
      )
      const reading = transport.connect('127.0.0.1', sshd.port).then(async (stream) => {
        for await (const _ of stream) throw new Error('data from nowhere')
      })
      await expect(reading).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
    })
  })

  it('hosts behind one jump host share one connection to it, closed with the last of them', async () => {
    const inner = await startSshd()
    await writeFile(join(inner.dir, 'authorized_keys'), await readFile(join(sshd.dir, 'authorized_keys')))
    const deps = testDeps()
    const text =
      knownLine(sshd.port, sshd.hostKeys.ed25519 as string) +
      knownLine(inner.port, inner.hostKeys.ed25519 as string)
    const more = { jump: { ...sshd.address, host: 'jump' }, knownHosts: [await known(text)] }
    const many = await Promise.all(
      ['a', 'b', 'c'].map((host) => open(more, deps, { ...inner.address, host })),
    )
    await Promise.all(many.map(echo))
    expect(await connectionsTo(sshd.port)).toBe(1)
    await many[0]?.close()
    expect(await echo(many[1] as Transport)).toBe('in\n')
    await Promise.all(many.map((transport) => transport.close()))
    await expect.poll(() => connectionsTo(sshd.port)).toBe(0)
    await inner.stop()
  })
})

/** Connections of this process to a port of 127.0.0.1, as the kernel counts them. */
async function connectionsTo(port: number): Promise<number> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const table = await readFile('/proc/net/tcp', 'utf8')
  return table.split('\n').filter((line) => line.includes(` 0100007F:${hex} 01 `)).length
}

async function startAgent(socket: string): Promise<ChildProcess> {
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise((resolve) => agent.stdout?.once('data', resolve))
  return agent
}

/** ssh-add asks a program for the passphrase when there is no terminal. */
async function addToAgent(file: string, passphrase: string): Promise<void> {
  const ask = `${file}-ask`
  await writeFile(ask, `#!/bin/sh\necho '${passphrase}'\n`, { mode: 0o700 })
  const env = { ...process.env, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' }
  const child = spawn('ssh-add', ['-q', file], { stdio: 'ignore', env })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`ssh-add ended with ${code}`)
}
