import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { childChannel } from '../../provisioners/transport/child-channel.ts'
import { openTransport } from '../../provisioners/transport/index.ts'
import { sshOptions, testDeps } from './support/sshd.ts'

describe('the end of a child process', () => {
  /** A child whose events a test emits. */
  function fakeChild(pid: number | undefined): ChildProcessWithoutNullStreams {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
    const state = { pid, exitCode: null, signalCode: null }
    return Object.assign(new EventEmitter(), streams, state) as unknown as ChildProcessWithoutNullStreams
  }

  it('is not its exit, since output may follow that', async () => {
    const child = spawn('sh', ['-c', '(while kill -0 $$; do sleep 0.01; done; echo late >&2) & exit 7'])
    const channel = childChannel(child)
    let said = ''
    channel.stdout.resume()
    channel.stderr.on('data', (chunk) => {
      said += chunk
    })
    expect(await channel.done).toEqual({ code: 7, signal: null })
    expect(said).toContain('late\n')
  })

  it('is known although a signal could not be sent to it', async () => {
    const child = fakeChild(42)
    const { done } = childChannel(child)
    child.emit('error', new Error('kill EPERM'))
    child.emit('exit', 3, null)
    child.emit('close', 3, null)
    expect(await done).toEqual({ code: 3, signal: null })
  })

  it('is unknown when it could not be started', async () => {
    const child = fakeChild(undefined)
    const { done } = childChannel(child)
    child.emit('error', new Error('spawn ssh ENOENT'))
    child.emit('close', -2, null)
    expect(await done).toEqual({ code: null, signal: null, lost: 'spawn ssh ENOENT' })
  })
})

describe("the output of the system's ssh", () => {
  let bin: string
  beforeAll(async () => {
    bin = await mkdtemp(join(tmpdir(), 'howdah-ends-'))
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await rm(bin, { recursive: true, force: true })
  })
  const links: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const link of links.splice(0)) await link.close()
  })

  /** Opens a transport with this script in place of ssh. */
  async function openWith(script: string) {
    await writeFile(join(bin, 'ssh'), `#!/bin/sh\n${script}\n`)
    await chmod(join(bin, 'ssh'), 0o755)
    const at = { host: 'w1', address: '127.0.0.1', port: 22, user: 'alice' }
    const transport = await openTransport(at, sshOptions({ kind: 'openssh' }), testDeps())
    links.push(transport)
    return transport
  }
  const AFTER_EXIT = 'while kill -0 $$ 2>/dev/null; do sleep 0.01; done'

  it('is read to its end, also after its exit', async () => {
    const said = 'ssh: connect to host w1 port 22: No route to host'
    await expect(openWith(`(${AFTER_EXIT}; echo '${said}' >&2) & exit 255`)).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
      details: { found: said },
    })
  })

  it('is not awaited after a success: the shared connection may keep stderr open', async () => {
    // Runs until the end of the link, as the connection in the background does.
    const script = `case "$*" in *'-O exit'*) : >'${bin}/over' ;; esac
(while [ ! -e '${bin}/over' ]; do sleep 0.01; done) & exit 0`
    await openWith(script)
  })

  it('a signal that ends it here is a lost link: the script on the host may go on', async () => {
    const transport = await openWith('case "$*" in *howdah-begin-*) cat >/dev/null; kill -KILL $$ ;; esac')
    await expect(transport.run({ script: 'true' })).rejects.toMatchObject({
      code: 'LINK_LOST',
      message: expect.stringContaining('unknown (signal KILL ended ssh on this machine)'),
    })
  })

  it('names the signal that ended it', async () => {
    await expect(openWith('kill -KILL $$')).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
      details: { found: 'ssh ended with signal KILL' },
    })
  })
})
