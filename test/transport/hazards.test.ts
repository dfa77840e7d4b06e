import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { NodeSSH } from 'node-ssh'
import type { ServerChannel } from 'ssh2'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '../../provisioners/events.ts'
import { connectSsh2 } from '../../provisioners/transport/connect-ssh2.ts'
import { createLimiter, openTransport } from '../../provisioners/transport/index.ts'
import type { TransportDeps } from '../../provisioners/transport/run-state.ts'
import { runSession, writeAll } from '../../provisioners/transport/session.ts'
import type { SshOptions, Transport } from '../../provisioners/transport/types.ts'
import {
  makeHostKey,
  realShell,
  type ServerBehaviour,
  startServer,
  type TestServer,
} from './support/server.ts'
import { freePort, knownLine, sshOptions, testDeps } from './support/sshd.ts'

let dir: string
const cleanups: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'howdah-hazard-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(() => rm(dir, { recursive: true, force: true }))

interface Opened {
  readonly server: TestServer
  readonly transport: Transport
  readonly events: RunEvent[]
  readonly options: SshOptions
}

async function open(behaviour: ServerBehaviour = {}, more: Partial<TransportDeps> = {}): Promise<Opened> {
  const server = await startServer(behaviour)
  cleanups.push(() => server.stop())
  const known = join(dir, `known-${server.port}`)
  await writeFile(known, knownLine(server.port, server.publicKey))
  const events: RunEvent[] = []
  const options = sshOptions({ knownHosts: [known] })
  const deps = testDeps({ report: (event) => events.push(event), ...more })
  const transport = await openTransport(server.address, options, deps)
  cleanups.push(() => transport.close())
  return { server, transport, events, options }
}

/** Answers with the marker for the start of the script, as a real host's shell would. */
function begin(channel: ServerChannel, command: string): void {
  const marker = /echo (howdah-begin-[0-9a-f]+)/.exec(command)?.[1]
  channel.write(`${marker}\n`)
  channel.stderr.write(`${marker}\n`)
  channel.resume()
}

describe('the link', () => {
  it('hazard 1: an error long after the login is not uncaught; the next script gets a new link', async () => {
    const uncaught = vi.fn()
    process.on('uncaughtException', uncaught)
    const { server, transport, events } = await open()
    expect((await transport.run({ script: 'echo 1' })).stdout).toBe('1\n')
    server.drop()
    await expect
      .poll(async () => (await transport.run({ script: 'echo 2' }).catch(() => ({ stdout: '' }))).stdout)
      .toBe('2\n')
    process.removeListener('uncaughtException', uncaught)
    expect(uncaught).not.toHaveBeenCalled()
    expect(events.filter((event) => event.type === 'host').map((event) => event.state)).toEqual([
      'lost',
      'connected',
    ])
  })

  it('hazard 2: a close without an exit code is a lost link with an unknown outcome, not a success', async () => {
    const { transport } = await open({
      onExec: (channel, command) => {
        begin(channel, command)
        channel.write('half of it\n')
        channel.end()
      },
    })
    await expect(transport.run({ script: 'true' })).rejects.toMatchObject({
      code: 'LINK_LOST',
      message: expect.stringContaining('outcome is unknown'),
      details: { exit: 'connection', where: 'h1' },
    })
  })

  it('hazard 2: a connection that drops in the middle of a script is a lost link too', async () => {
    const { server, transport } = await open({})
    const run = transport.run({ script: 'echo began; exec sleep 20', onLine: () => server.drop() })
    await expect(run).rejects.toMatchObject({ code: 'LINK_LOST', message: expect.stringMatching(/unknown/) })
  })

  it('hazard 4: a timeout closes the channel on the host', async () => {
    let closed: () => void = () => {}
    const closing = new Promise<void>((resolve) => {
      closed = resolve
    })
    const { transport } = await open({
      onExec: (channel, command) => {
        begin(channel, command)
        channel.once('close', closed)
      },
    })
    const started = Date.now()
    await expect(transport.run({ script: 'true', timeoutMs: 50 })).rejects.toMatchObject({
      code: 'RUN_TIMEOUT',
    })
    expect(Date.now() - started).toBeLessThan(2000)
    await closing
  })

  it('hazard 6: the output that is kept is bounded', async () => {
    const { server, options } = await open()
    const link = await connectSsh2(server.address, options, testDeps())
    cleanups.push(() => link.close())
    const context = { host: 'h1', link, redact: (text: string) => text, keepBytes: 1000 }
    const { stdout } = await runSession(context, {
      script: 'echo HEAD; head -c 3000000 /dev/zero; echo TAIL',
    })
    expect(stdout.length).toBeLessThan(1100)
    expect(stdout).toMatch(/^HEAD\n\0+\n\[2999010 bytes left out by Howdah\]\n\0+TAIL\n$/)
  })

  it('hazard 9: an upload over a link that keeps dropping ends with LINK_LOST, after one more try', async () => {
    let tries = 0
    const { server, transport } = await open({
      onExec: (channel) => {
        tries += 1
        channel.once('data', () => server.drop())
      },
    })
    const data = Buffer.alloc(8_000_000)
    const sha256 = createHash('sha256').update(data).digest('hex')
    const request = {
      open: () => Readable.from([data]),
      bytes: data.length,
      sha256,
      path: '/x/y',
      mode: '0644',
    }
    await expect(transport.upload(request)).rejects.toMatchObject({ code: 'LINK_LOST' })
    expect(tries).toBe(2)
  })

  it('hazard 9: a write that is never called back ends with the command', async () => {
    const dead = new Writable({ write: () => {} })
    let end: () => void = () => {}
    const over = new Promise<void>((resolve) => {
      end = resolve
    })
    const writing = writeAll(dead, Buffer.alloc(1_000_000), over)
    end()
    expect(await writing).toBe(false)
    expect(dead.listenerCount('drain')).toBe(0)
  })

  it('an upload whose link drops once is sent again completely, from a source that is opened again', async () => {
    let tries = 0
    const { server, transport } = await open({
      onExec: (channel, command) => {
        tries += 1
        if (tries === 1) channel.once('data', () => server.drop())
        else realShell(channel, command)
      },
    })
    const data = Buffer.alloc(4_000_000, 'é')
    const sha256 = createHash('sha256').update(data).digest('hex')
    const source = vi.fn(() => Readable.from([data]))
    const path = join(dir, 'again')
    await transport.upload({ open: source, bytes: data.length, sha256, path, mode: '0644' })
    expect(source).toHaveBeenCalledTimes(2)
    expect((await readFile(path)).equals(data)).toBe(true)
  })

  it('hazard 11: sends a keepalive to the host every 10 s, and stops after three without an answer', async () => {
    const connect = vi.spyOn(NodeSSH.prototype, 'connect')
    await open()
    expect(connect).toHaveBeenCalledWith(
      expect.objectContaining({
        keepaliveInterval: 10_000,
        keepaliveCountMax: 3,
        readyTimeout: expect.any(Number),
      }),
    )
  })

  it('names a host that refuses sessions, and says that nothing was run', async () => {
    const { transport } = await open({ refuseSessions: true })
    await expect(transport.run({ script: 'true' })).rejects.toMatchObject({
      code: 'SSH_SESSION_REFUSED',
      message: expect.stringContaining('nothing was run'),
    })
  })

  it.each([true, false])(
    'names a login shell that runs no commands (in one packet: %s)',
    async (inOnePacket) => {
      const { transport } = await open({
        inOnePacket,
        onExec: (channel) => {
          channel.resume()
          channel.write('This account is currently not available.\n')
          channel.exit(1)
          channel.end()
        },
      })
      await expect(transport.run({ script: 'true' })).rejects.toMatchObject({
        code: 'SSH_SHELL_FAILED',
        details: { detail: 'This account is currently not available.' },
      })
    },
  )

  it('opens at most eight sessions on a connection at once, and all are served', async () => {
    let now = 0
    let most = 0
    const { transport } = await open({
      onExec: (channel, command) => {
        now += 1
        most = Math.max(most, now)
        channel.once('close', () => {
          now -= 1
        })
        realShell(channel, command)
      },
    })
    const runs = Array.from({ length: 20 }, (_, i) => transport.run({ script: `echo ${i}` }))
    const outputs = (await Promise.all(runs)).map(({ stdout }) => stdout.trim())
    expect(outputs).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`))
    expect(most).toBe(8)
  })

  it('keeps output of the login out of the output of the script', async () => {
    const { transport } = await open({
      onExec: (channel, command) => {
        channel.write('Welcome to h1!\n')
        channel.stderr.write('last login: never\n')
        realShell(channel, command)
      },
    })
    const lines: string[] = []
    const result = await transport.run({ script: 'echo a; echo b >&2', onLine: (line) => lines.push(line) })
    expect(result).toMatchObject({ stdout: 'a\n', stderr: 'b\n' })
    expect(lines).toEqual(['a'])
  })
})

describe('connecting', () => {
  it('starts no more handshakes at once than the limiter allows, over all hosts', async () => {
    let now = 0
    let most = 0
    const behaviour: ServerBehaviour = {
      onConnection: (client) => {
        now += 1
        most = Math.max(most, now)
        client.once('ready', () => {
          now -= 1
        })
      },
    }
    const connectLimiter = createLimiter(2)
    await Promise.all(Array.from({ length: 7 }, () => open(behaviour, { connectLimiter })))
    expect(most).toBe(2)
  })

  const listen = async (server: Server) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => new Promise((resolve) => server.close(resolve)))
    return (server.address() as { port: number }).port
  }
  const at = (port: number, address = '127.0.0.1') => ({ host: 'h1', address, port, user: 'alice' })

  it('does not wait for ever for a host that never answers', async () => {
    const port = await listen(createServer((socket) => socket.on('error', () => {}).resume()))
    const options = sshOptions({ connectTimeoutMs: 300, knownHosts: [join(dir, 'none')] })
    await expect(openTransport(at(port), options, testDeps())).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
      message: expect.stringContaining('no answer in time'),
    })
  })

  it('tries again when a connection breaks before the login, up to three times', async () => {
    let tries = 0
    const port = await listen(
      createServer((socket) => {
        tries += 1
        socket.on('error', () => {})
        socket.resetAndDestroy()
      }),
    )
    const options = sshOptions({ knownHosts: [join(dir, 'none')] })
    await expect(openTransport(at(port), options, testDeps())).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
    })
    expect(tries).toBe(3)
  })

  it('names the address and the next command when nothing listens', async () => {
    const port = await freePort()
    const options = sshOptions({ knownHosts: [join(dir, 'none')] })
    await expect(openTransport(at(port), options, testDeps())).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
      exitCode: 11,
      message: expect.stringContaining('connection refused'),
      details: { where: `127.0.0.1:${port}`, next: `ssh -v -p ${port} alice@127.0.0.1 true` },
    })
  })

  it('names an address that does not resolve, without trying again', async () => {
    const options = sshOptions({ knownHosts: [join(dir, 'none')] })
    await expect(openTransport(at(22, 'no-such-host.invalid'), options, testDeps())).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
      details: { where: 'no-such-host.invalid:22' },
    })
  })

  it('hazard 12: no login is tried at a host whose key is unknown or changed', async () => {
    for (const [code, text] of [
      ['SSH_HOST_KEY_UNKNOWN', ''],
      ['SSH_HOST_KEY_CHANGED', makeHostKey().public],
    ] as const) {
      const allow = vi.fn(() => true)
      const onConnection = vi.fn()
      const server = await startServer({ allow, onConnection })
      cleanups.push(() => server.stop())
      const known = join(dir, `wrong-${server.port}`)
      await writeFile(known, text === '' ? '' : knownLine(server.port, text))
      const opening = openTransport(server.address, sshOptions({ knownHosts: [known] }), testDeps())
      await expect(opening).rejects.toMatchObject({ code, exitCode: 12 })
      expect(allow).not.toHaveBeenCalled()
      expect(onConnection).toHaveBeenCalledTimes(1)
    }
  })

  it('hazard 13: compares the recorded key, even when the host prefers another', async () => {
    const keys = [makeHostKey('ed25519'), makeHostKey('ecdsa')]
    const server = await startServer({ keys })
    cleanups.push(() => server.stop())
    const known = join(dir, `ecdsa-${server.port}`)
    await writeFile(known, knownLine(server.port, keys[1]?.public ?? ''))
    const transport = await openTransport(server.address, sshOptions({ knownHosts: [known] }), testDeps())
    expect((await transport.run({ script: 'echo in' })).stdout).toBe('in\n')
    await transport.close()
  })
})
