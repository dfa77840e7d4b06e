import { spawn } from 'node:child_process'
import type { AddressInfo, Socket } from 'node:net'
import ssh2, { type Connection, type ServerChannel, type ServerConfig } from 'ssh2'
import type { HostAddress } from '../../../provisioners/transport/types.ts'

/** Each server makes its own keys, as hosts do. One key in some hundreds is malformed, and is not used. */
export function makeHostKey(type: 'ed25519' | 'ecdsa' = 'ed25519'): { private: string; public: string } {
  for (;;) {
    const pair =
      type === 'ed25519'
        ? ssh2.utils.generateKeyPairSync('ed25519')
        : ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair
  }
}

export interface TestServer {
  readonly port: number
  readonly address: HostAddress
  /** `ssh-ed25519 AAAA…` of the first key. */
  readonly publicKey: string
  /** Breaks every connection without closing it properly. */
  drop(): void
  stop(): Promise<void>
}

export interface ServerBehaviour {
  readonly keys?: readonly { readonly private: string; readonly public: string }[]
  readonly onConnection?: (client: Connection, socket: Socket) => void
  readonly onExec?: (channel: ServerChannel, command: string) => void
  /** Its answer to a command, up to the next turn of the event loop, is one packet. */
  readonly inOnePacket?: boolean
  /** Refuses all sessions. */
  readonly refuseSessions?: boolean
  /** Returns false to refuse a login. */
  readonly allow?: (method: string) => boolean
}

/** Runs the command for real, as sshd would, with its streams on the channel. */
export function realShell(channel: ServerChannel, command: string): void {
  const child = spawn('sh', ['-c', command], { stdio: 'pipe' })
  child.stdin.on('error', () => {})
  channel.pipe(child.stdin)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  child.once('close', (code) => {
    channel.exit(code ?? 1)
    channel.end()
  })
}

/** An SSH server in this process, for behaviour that a real sshd does not show on demand. */
export async function startServer(behaviour: ServerBehaviour = {}): Promise<TestServer> {
  const keys = behaviour.keys ?? [makeHostKey()]
  const sockets = new Set<Socket>()
  const config: ServerConfig = { hostKeys: keys.map((key) => key.private) }
  const server = new ssh2.Server(config, (client) => {
    client.on('error', () => {})
    const socket = (client as unknown as { _sock: Socket })._sock
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    behaviour.onConnection?.(client, socket)
    client.on('authentication', (ctx) => {
      if (behaviour.allow?.(ctx.method) ?? true) ctx.accept()
      else ctx.reject(['publickey', 'password'])
    })
    client.on('session', (accept, refuse) => {
      if (behaviour.refuseSessions) return refuse()
      accept().on('exec', (agree, _reject, { command }) => {
        if (behaviour.inOnePacket) {
          socket.cork()
          setImmediate(() => socket.uncork())
        }
        const channel = agree()
        channel.on('error', () => {})
        ;(behaviour.onExec ?? realShell)(channel, command)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const drop = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port,
    address: { host: 'h1', address: '127.0.0.1', port, user: 'alice' },
    publicKey: (keys[0]?.public ?? '').split(' ').slice(0, 2).join(' '),
    drop,
    stop: async () => {
      drop()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
