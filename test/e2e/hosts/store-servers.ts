import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { machineMirror } from '../../../lab/machine/apt.ts'
import type { DatabaseFlavor } from '../../../provisioners/config/types.ts'

/** Real servers from Debian's packages. Each is unpacked into a directory and runs there as the user nobody. */
export interface ScratchServer {
  readonly port: number
  readonly root: string
  /** Runs the server's client inside of its tree. */
  client(
    args: readonly string[],
    input?: string,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
  start(): Promise<void>
  stop(): Promise<void>
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** Kills it, like a power failure. */
  kill(): Promise<void>
  remove(): Promise<void>
}

const FLAVORS = {
  mariadb: {
    release: 'trixie',
    packages: 'mariadb-server,mariadb-client',
    daemon: '/usr/sbin/mariadbd',
    client: '/usr/bin/mariadb',
    messages: '/usr/share/mariadb',
    init: [
      '/usr/bin/mariadb-install-db',
      '--no-defaults',
      '--force',
      '--skip-test-db',
      '--datadir=/srv/data',
    ],
  },
  mysql: {
    release: 'sid',
    packages: 'mysql-server,mysql-client',
    daemon: '/usr/sbin/mysqld',
    client: '/usr/bin/mysql',
    messages: '/usr/share/mysql',
    init: ['/usr/sbin/mysqld', '--no-defaults', '--initialize-insecure', '--datadir=/srv/data'],
  },
} as const

const NOBODY = 65534

/** Why this machine cannot run a server, or undefined. */
export function noServer(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root'
  return existsSync('/usr/bin/mmdebstrap') ? undefined : 'needs mmdebstrap (scripts/prepare.sh)'
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}

async function unpack(flavor: DatabaseFlavor, root: string): Promise<void> {
  const { release, packages } = FLAVORS[flavor]
  const mirror = await machineMirror()
  const tools = 'dash,coreutils,sed,grep,hostname,base-files,gawk'
  // Packages are only unpacked, without their scripts. A mirror may be older than sid's dates.
  await execa('mmdebstrap', [
    '--variant=extract',
    `--include=${packages},${tools}`,
    '--aptopt=Acquire::Check-Valid-Until "false"',
    release,
    root,
    `deb ${mirror} ${release} main`,
  ])
  for (const dir of ['bin', 'sbin', 'lib', 'lib64']) {
    if (!existsSync(join(root, dir))) symlinkSync(`usr/${dir}`, join(root, dir))
  }
  const root0 = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n'
  writeFileSync(join(root, 'etc/passwd'), root0)
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n')
  for (const dir of ['srv', 'srv/data', 'var/lib/mysql-files', 'tmp']) {
    mkdirSync(join(root, dir), { recursive: true })
    chownSync(join(root, dir), NOBODY, NOBODY)
  }
}

const inside = (root: string, command: readonly string[]) =>
  ['chroot', [`--userspec=${NOBODY}:${NOBODY}`, root, ...command]] as const

async function waitFor(what: string, seconds: number, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`${what} after ${seconds} s`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** Unpacks and initialises a server. `config` is its configuration file; `start` starts it. */
export async function scratchServer(
  flavor: DatabaseFlavor,
  config: (port: number) => string,
): Promise<ScratchServer> {
  const { daemon, client, messages, init } = FLAVORS[flavor]
  const root = mkdtempSync(join(tmpdir(), `howdah-${flavor}-`))
  await unpack(flavor, root)
  const port = await freePort()
  writeFileSync(join(root, 'srv/howdah.cnf'), config(port))
  await execa(...inside(root, init))
  let running: ChildProcess | undefined
  const ask: ScratchServer['client'] = async (args, input = '') => {
    const { exitCode, stdout, stderr } = await execa('chroot', [root, client, ...args], {
      input,
      reject: false,
    })
    return { code: exitCode ?? -1, out: stdout, err: stderr }
  }
  const end = async (signal: NodeJS.Signals) => {
    const child = running
    if (!child) return
    running = undefined
    const ended = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    await ended
  }
  const stop = () => end('SIGTERM')
  return {
    port,
    root,
    client: ask,
    stop,
    kill: () => end('SIGKILL'),
    signal: (name) => void running?.kill(name),
    async start() {
      const options = [
        '--defaults-file=/srv/howdah.cnf',
        '--datadir=/srv/data',
        '--socket=/srv/socket',
        '--pid-file=/srv/pid',
        '--bind-address=127.0.0.1',
        `--lc-messages-dir=${messages}`,
        '--log-error=/srv/log',
      ]
      const [program, args] = inside(root, [daemon, ...options])
      const child = spawn(program, args, { stdio: 'ignore' })
      running = child
      await waitFor(`${flavor} does not answer`, 60, async () => {
        if (child.exitCode !== null) throw new Error(`${flavor} ended: ${join(root, 'srv/log')}`)
        // By default MariaDB's client refuses a server without TLS, even on its socket.
        const plain = '--loose-skip-ssl-verify-server-cert'
        return (await ask(['--no-defaults', plain, '-uroot', '-S/srv/socket', '-e', 'SELECT 1'])).code === 0
      })
    },
    async remove() {
      await stop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
