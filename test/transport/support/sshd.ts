import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, connect as dial } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { silent } from '../../../provisioners/events.ts'
import { Redactor } from '../../../provisioners/transport/redact.ts'
import type { TransportDeps } from '../../../provisioners/transport/run-state.ts'
import type { HostAddress, SshOptions } from '../../../provisioners/transport/types.ts'

const run = promisify(execFile)

const SSHD = '/usr/sbin/sshd'

/** Why tests with a real sshd cannot run here; undefined when they can. */
export const noSshd = existsSync(SSHD) ? undefined : `there is no ${SSHD} (install openssh-server)`

/** Why tests that ask the OpenSSH client's programs cannot run here. */
export const noSsh = existsSync('/usr/bin/ssh')
  ? undefined
  : 'there is no /usr/bin/ssh (install openssh-client)'

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function untilListening(port: number): Promise<void> {
  for (;;) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = dial({ host: '127.0.0.1', port })
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export async function keygen(file: string, type = 'ed25519', passphrase = ''): Promise<string> {
  const bits = type === 'rsa' ? ['-b', '2048'] : []
  await run('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', 'test', '-f', file])
  return (await readFile(`${file}.pub`, 'utf8')).trim()
}

export interface Sshd {
  readonly port: number
  readonly dir: string
  readonly identity: string
  readonly address: HostAddress
  /** Public host key lines by type, `ssh-ed25519 AAAA…`. */
  readonly hostKeys: Readonly<Record<string, string>>
  /** First in the PATH of every login. */
  readonly bin: string
  stop(): Promise<void>
}

/** A real sshd on a free port of 127.0.0.1, as the current user, with its own configuration and keys. */
export async function startSshd(more: readonly string[] = []): Promise<Sshd> {
  // In the home of root or /tmp: sshd refuses authorized_keys below directories that others may write to.
  const dir = await mkdtemp(join(tmpdir(), 'howdah-sshd-'))
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const identity = join(dir, 'id')
  const hostKeys: Record<string, string> = {}
  for (const type of ['ed25519', 'ecdsa']) {
    const [name, key] = (await keygen(join(dir, `host_${type}`), type)).split(' ')
    hostKeys[type] = `${name} ${key}`
  }
  await writeFile(join(dir, 'authorized_keys'), `${await keygen(identity)}\n`, { mode: 0o600 })
  const port = await freePort()
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${dir}/host_ed25519`,
    `HostKey ${dir}/host_ecdsa`,
    `AuthorizedKeysFile ${dir}/authorized_keys`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    `PidFile ${dir}/pid`,
    // With SHLVL set, bash reads no .bashrc, so that the tests do not depend on this machine's user.
    `SetEnv SHLVL=2 PATH=${bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
    ...more,
  ]
  await writeFile(join(dir, 'sshd_config'), `${config.join('\n')}\n`)
  const child = spawn(SSHD, ['-D', '-e', '-f', join(dir, 'sshd_config')], { stdio: 'ignore' })
  await untilListening(port)
  return {
    port,
    dir,
    bin,
    identity,
    hostKeys,
    address: { host: 'h1', address: '127.0.0.1', port, user: userInfo().username },
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await gone
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** A program in the login's PATH. */
export async function program(file: string, text: string): Promise<void> {
  await writeFile(file, text)
  await chmod(file, 0o755)
}

export const knownLine = (port: number, key: string): string => `[127.0.0.1]:${port} ${key}\n`

/** Options that use nothing of the machine's own SSH set-up. */
export const sshOptions = (more: Partial<SshOptions>): SshOptions => ({
  kind: 'ssh2',
  identityFiles: [],
  agent: false,
  hostKeys: 'strict',
  knownHosts: [],
  useSshConfig: false,
  connectTimeoutMs: 5000,
  ...more,
})

export const testDeps = (more: Partial<TransportDeps> = {}): TransportDeps => ({
  redactor: new Redactor(),
  report: silent,
  ...more,
})
