import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { silent } from '../../provisioners/events.ts'
import { Secret } from '../../provisioners/secret.ts'
import { connectOpenSsh } from '../../provisioners/transport/connect-openssh.ts'
import { connectSsh2 } from '../../provisioners/transport/connect-ssh2.ts'
import { openTransport } from '../../provisioners/transport/index.ts'
import type { Link } from '../../provisioners/transport/link.ts'
import { LocalLink } from '../../provisioners/transport/link-local.ts'
import { runSession } from '../../provisioners/transport/session.ts'
import { LinkTransport } from '../../provisioners/transport/transport.ts'
import type { SshOptions, Transport, UploadRequest } from '../../provisioners/transport/types.ts'
import { asAlice, type FakeSudo, fakeSudo } from './support/fake-sudo.ts'
import { knownLine, noSshd, type Sshd, sshOptions, startSshd, testDeps } from './support/sshd.ts'

const KINDS = ['local', 'ssh2', 'openssh'] as const
const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex')

/** What every kind of transport must do, on this machine and, where there is an sshd, through it. */
describe.each(KINDS)('transport %s', (kind) => {
  const skip = kind === 'local' ? undefined : noSshd
  describe.skipIf(skip !== undefined)(skip ?? 'behaves', () => {
    let sshd: Sshd | undefined
    let dir: string
    let options: SshOptions
    let transport: Transport
    let sudo: FakeSudo
    const address = () =>
      sshd?.address ?? { host: 'here', address: 'localhost', port: 22, user: userInfo().username }

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'howdah-kind-'))
      if (kind !== 'local') {
        sshd = await startSshd()
        await writeFile(join(dir, 'known'), knownLine(sshd.port, sshd.hostKeys.ed25519 as string))
      }
      sudo = await fakeSudo(sshd?.bin ?? join(dir, 'bin'), 'pa ss\'w"o$rd')
      options = sshOptions({
        kind,
        identityFiles: sshd === undefined ? [] : [sshd.identity],
        knownHosts: [join(dir, 'known')],
      })
      transport = await openTransport(address(), options, testDeps())
    })
    afterAll(async () => {
      await transport.close()
      await sshd?.stop()
      await rm(dir, { recursive: true, force: true })
    })

    it('hazard 3: gives exit code and both streams, and does not treat stderr as a failure', async () => {
      expect(await transport.run({ script: 'echo out; echo err >&2' })).toMatchObject({
        exit: 0,
        stdout: 'out\n',
        stderr: 'err\n',
      })
      expect((await transport.run({ script: 'exit 3' })).exit).toBe(3)
      expect(await transport.run({ script: 'echo x >&2; exit 255' })).toMatchObject({
        exit: 255,
        stderr: 'x\n',
      })
    })

    it('gives 128 + n for a script that a signal ended, where the kind reports it', async () => {
      const run = transport.run({ script: 'kill -KILL $$' })
      // The system's ssh ends with 255 for that as well as for a lost link.
      if (kind === 'openssh') await expect(run).rejects.toMatchObject({ code: 'LINK_LOST' })
      else expect((await run).exit).toBe(137)
    })

    it('hazard 7: a cd that fails does not run the rest in the wrong place', async () => {
      const result = await transport.run({ script: 'set -e\ncd /nowhere/at/all\necho ran' })
      expect(result.exit).not.toBe(0)
      expect(result.stdout).toBe('')
    })

    it('hazard 10: reads megabytes of both streams at once', async () => {
      const script =
        'i=0; while [ $i -lt 3 ]; do head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; i=$((i+1)); done'
      const result = await transport.run({ script: `${script} | cat` })
      expect([result.exit, result.stdout.length, result.stderr.length]).toEqual([0, 3_000_000, 3_000_000])
    })

    it('hazard 6: passes on whole lines of UTF-8, untrimmed', async () => {
      const lines: string[] = []
      const script = "printf ' \\303'; sleep 0.05; printf '\\251t\\303\\251 \\nsecond'"
      const { stdout } = await transport.run({ script, onLine: (line) => lines.push(line) })
      expect(stdout).toBe(' été \nsecond')
      expect(lines).toEqual([' été ', 'second'])
    })

    it('runs a script of several megabytes', async () => {
      const script = `${`: '${'ü'.repeat(60)} $x'\n`.repeat(25_000)}echo "end $#"`
      expect(Buffer.byteLength(script)).toBeGreaterThan(3_000_000)
      expect(await transport.run({ script })).toMatchObject({ exit: 0, stdout: 'end 0\n' })
    })

    it('hazard 4: stops at the timeout, with an unknown outcome, and stays usable', async () => {
      const started = Date.now()
      const run = transport.run({ script: 'echo began >&2; exec sleep 30', timeoutMs: 700 })
      await expect(run).rejects.toMatchObject({
        code: 'RUN_TIMEOUT',
        message: expect.stringContaining('unknown'),
        details: { exit: 'connection' },
      })
      expect(Date.now() - started).toBeLessThan(5000)
      expect((await transport.run({ script: 'echo still' })).stdout).toBe('still\n')
    })

    it('hazard 4: stops at the signal, before and in the middle', async () => {
      const control = new AbortController()
      const run = transport.run({
        script: 'echo began; exec sleep 30',
        signal: control.signal,
        onLine: () => control.abort(),
      })
      await expect(run).rejects.toMatchObject({ code: 'RUN_ABORTED', details: { exit: 'interrupted' } })
      const marker = join(dir, 'never')
      const late = transport.run({ script: `: >${marker}`, signal: control.signal })
      await expect(late).rejects.toMatchObject({ code: 'RUN_ABORTED' })
      await expect(stat(marker)).rejects.toThrow('ENOENT')
    })

    it('a listener that throws ends only its own run, and is not called after the end of its run', async () => {
      const thrown = new Error('the disk of this machine is full')
      const script = 'yes "$(head -c 2000 /dev/zero | tr "\\0" x)" | head -n 20000'
      const fails = () => {
        throw thrown
      }
      await expect(transport.run({ script, onLine: fails })).rejects.toBe(thrown)
      await expect(transport.run({ script: 'printf "no newline"', onLine: fails })).rejects.toBe(thrown)
      const control = new AbortController()
      let heard = 0
      const onLine = () => {
        heard += 1
        control.abort()
      }
      await expect(transport.run({ script, onLine, signal: control.signal })).rejects.toMatchObject({
        code: 'RUN_ABORTED',
      })
      expect((await transport.run({ script: 'echo still' })).stdout).toBe('still\n')
      expect(heard).toBe(1)
    })

    it('connects to a port as seen from the host', async () => {
      const server = createServer((socket) => socket.end('hello from there'))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as { port: number }
      const stream = await transport.connect('127.0.0.1', port)
      let text = ''
      for await (const chunk of stream) text += chunk
      server.close()
      expect(text).toBe('hello from there')
      const refused = transport.connect('127.0.0.1', port).then(async (dead) => {
        for await (const _ of dead) throw new Error('data from nowhere')
      })
      await expect(refused).rejects.toThrow(/could not connect to 127.0.0.1/)
    })

    // Not with OpenSSH: `ssh -W` over a shared connection does not report the end of the peer until you write to it.
    it.skipIf(kind === 'openssh').each([
      ['is killed', (socket: Socket) => socket.destroy()],
      ['says goodbye', (socket: Socket) => socket.end()],
    ])('a connection closes when its server %s, though nothing is written any more', async (_what, leave) => {
      const server = createServer((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => leave(socket))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as { port: number }
      const stream = await transport.connect('127.0.0.1', port)
      const closed = new Promise<string>((resolve) => stream.once('close', () => resolve('closed')))
      stream.resume()
      stream.write('a question')
      const late = new Promise((resolve) => setTimeout(resolve, 5000, 'still open'))
      expect(await Promise.race([closed, late])).toBe('closed')
      server.close()
    })

    describe('upload', () => {
      const data = randomBytes(3_000_000)
      const request = (path: string, more: Partial<UploadRequest> = {}): UploadRequest => ({
        open: () => Readable.from([data.subarray(0, 1_000_001), data.subarray(1_000_001)]),
        bytes: data.length,
        sha256: sha256(data),
        path,
        mode: '0640',
        ...more,
      })
      const there = async (path: string) => [sha256(await readFile(path)), (await stat(path)).mode & 0o7777]

      it('places the file with its mode, makes the directory 0755, and reports progress', async () => {
        const progress: number[] = []
        const path = join(dir, "a b/c'd", 'file')
        await transport.upload(request(path, { onProgress: (bytes) => progress.push(bytes) }))
        expect(await there(path)).toEqual([sha256(data), 0o640])
        expect((await stat(join(dir, 'a b'))).mode & 0o777).toBe(0o755)
        expect(progress).toEqual([0, 1_000_001, 3_000_000])
      })

      it('can place a read-only file, and an empty one', async () => {
        const path = join(dir, 'up', 'read-only')
        await transport.upload(request(path, { mode: '0400' }))
        expect(await there(path)).toEqual([sha256(data), 0o400])
        const nothing = { open: () => Readable.from([]), bytes: 0, sha256: sha256(Buffer.alloc(0)) }
        await transport.upload(request(path, nothing))
        expect((await stat(path)).size).toBe(0)
      })

      it('replaces a link itself, and refuses to land inside a directory', async () => {
        await writeFile(join(dir, 'linked'), 'old')
        await symlink(join(dir, 'linked'), join(dir, 'link'))
        await transport.upload(request(join(dir, 'link')))
        expect(await readFile(join(dir, 'linked'), 'utf8')).toBe('old')
        await transport.upload(request(join(dir, 'sub', 'x')))
        await expect(transport.upload(request(join(dir, 'sub')))).rejects.toMatchObject({
          code: 'UPLOAD_FAILED',
        })
        expect(await readdir(join(dir, 'sub'))).toEqual(['x'])
      })

      it.each<[string, string, () => Partial<UploadRequest>]>([
        ['hazard 5: a source that fails', 'UPLOAD_SOURCE_FAILED', () => ({ open: failing })],
        ['hazard 8: a source that is short', 'UPLOAD_SOURCE_FAILED', () => ({ bytes: data.length + 1 })],
        ['a source that is too long', 'UPLOAD_SOURCE_FAILED', () => ({ open: endless })],
        ['content with another hash', 'UPLOAD_CORRUPT', () => ({ sha256: 'f'.repeat(64) })],
        ['a directory that cannot be made', 'UPLOAD_FAILED', () => ({ path: '/dev/null/x/y' })],
      ])('%s is an error, and leaves the target unchanged and no partial file', async (_what, code, more) => {
        const folder = await mkdtemp(join(dir, 'kept-'))
        const path = join(folder, 'file')
        await writeFile(path, 'as before')
        await expect(transport.upload(request(path, more()))).rejects.toMatchObject({ code })
        expect(await readFile(path, 'utf8')).toBe('as before')
        // The host may notice the broken stream later.
        await expect.poll(() => readdir(folder), { timeout: 5000 }).toEqual(['file'])
      })

      const endless = () => new Readable({ read: endlessly })
      function endlessly(this: Readable) {
        this.push(data.subarray(0, 100_000))
      }
      const failing = () =>
        new Readable({
          read() {
            this.push(data.subarray(0, 100_000))
            this.destroy(new Error('disk on fire'))
          },
        })
    })

    describe('sudo', () => {
      let link: Link
      const session = (script: string, password?: string, more: object = {}) =>
        runSession(
          {
            host: 'h1',
            link: asAlice(link),
            redact: (text) => text,
            ...(password !== undefined && { sudoPassword: new Secret(password, 'sudo') }),
            ...more,
          },
          { script, as: 'root' },
        )
      const right = 'pa ss\'w"o$rd'
      beforeAll(async () => {
        if (kind === 'local') {
          vi.stubEnv('PATH', `${join(dir, 'bin')}:${process.env.PATH}`)
          link = new LocalLink()
        } else {
          const connect = kind === 'ssh2' ? connectSsh2 : connectOpenSsh
          link = await connect(address(), options, testDeps())
        }
      })
      afterAll(async () => {
        vi.unstubAllEnvs()
        await link.close()
      })

      it('works without a password', async () => {
        await sudo.set('free')
        const script = 'echo "as $SUDO_USER_WANTED"; cat; exit 4'
        expect(await session(script)).toMatchObject({ exit: 4, stdout: 'as root\n', stderr: '' })
        expect(await session(script, right)).toMatchObject({ exit: 4, stdout: 'as root\n', stderr: '' })
      })

      it('sends the password, which is in no argument and no environment', async () => {
        await sudo.set('password')
        const script = 'cat; tr "\\0" "\\n" </proc/$$/cmdline; env'
        const result = await session(script, right)
        expect(result.exit).toBe(0)
        expect(result.stderr).toBe('')
        const everything = result.stdout + (await sudo.seen())
        expect(everything).toContain('howdah-sudo-')
        expect(everything).not.toContain(right)
      })

      it('uploads through sudo with a password', async () => {
        await sudo.set('password')
        const open = async () => asAlice(link)
        const redact = (text: string) => text
        const own = { host: 'h1', open, redact, report: silent, sudoPassword: new Secret(right, 'sudo') }
        const data = randomBytes(200_000)
        const path = join(dir, 'by-sudo')
        const request = { open: () => Readable.from([data]), bytes: data.length, sha256: sha256(data), path }
        await new LinkTransport(own, await open()).upload({ ...request, mode: '0600', as: 'root' })
        expect(sha256(await readFile(path))).toBe(sha256(data))
      })

      it.each([
        ['password', undefined, 'SUDO_PASSWORD_REQUIRED'],
        ['password', 'wrong', 'SUDO_PASSWORD_WRONG'],
        ['password', 'two\nlines', 'SUDO_PASSWORD_WRONG'],
        ['sudoers', right, 'SUDO_NOT_ALLOWED'],
        ['tty', undefined, 'SUDO_TTY_REQUIRED'],
        ['tty', right, 'SUDO_TTY_REQUIRED'],
      ] as const)('distinguishes: sudo is %s, password %j: %s', async (mode, password, code) => {
        await sudo.set(mode)
        const marker = join(dir, `ran-${code}`)
        const run = session(`: >${marker}`, password)
        await expect(run).rejects.toMatchObject({ code, details: { exit: 'authentication' } })
        await expect(stat(marker)).rejects.toThrow('ENOENT')
      })

      it('does not wait for ever for a sudo that prints nothing', async () => {
        await sudo.set('silent')
        await expect(session('true', right, { sudoPatienceMs: 300 })).rejects.toMatchObject({
          code: 'SUDO_FAILED',
        })
      })

      it('detects that sudo is not installed', async () => {
        const without = {
          ...asAlice(link),
          open: (line: string) => link.open(line.replace(' sudo ', ' no-such-sudo ')),
        }
        const run = runSession(
          { host: 'h1', link: without, redact: (t) => t },
          { script: 'true', as: 'root' },
        )
        await expect(run).rejects.toMatchObject({ code: 'SUDO_MISSING' })
      })
    })
  })
})
