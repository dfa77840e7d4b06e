import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { Duplex } from 'node:stream'
import { childChannel } from './child-channel.ts'
import { connectRefused } from './failures.ts'
import type { ChannelEnd, CommandChannel, Link } from './link.ts'

/** A signal that ended ssh on this machine says nothing about the command on the host. */
const endOnHost = (end: ChannelEnd): ChannelEnd =>
  end.signal === null
    ? end
    : { code: null, signal: null, lost: `signal ${end.signal} ended ssh on this machine` }

/** The two pipes of `ssh -W` as one stream. It ends only after ssh's exit, since a failure must not look like an end. */
function forwarded(
  { stdin, stdout, stderr, done, kill }: CommandChannel,
  refused: (errors: string) => Error,
) {
  let errors = ''
  stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('latin1')).slice(-4096)
  })
  const duplex = new Duplex({
    read: () => {
      stdout.resume()
    },
    write: (chunk: Buffer, _encoding, next) => {
      if (stdin.destroyed) next(refused(errors.trim() || 'the connection is closed'))
      else stdin.write(chunk, next)
    },
    final: (next) => {
      stdin.end(next)
    },
    destroy: (error, next) => {
      kill()
      next(error)
    },
  })
  duplex.on('error', () => {})
  stdout.on('data', (chunk: Buffer) => {
    if (!duplex.push(chunk)) stdout.pause()
  })
  done.then(({ code, lost }) => {
    if (duplex.destroyed) return
    if (code === 0) duplex.push(null)
    else duplex.destroy(refused(errors.trim() || (lost ?? `ssh ended with ${code}`)))
  })
  return duplex
}

export interface OpenSshLinkOptions {
  readonly host: string
  /** As in ssh_config. */
  readonly address: string
  readonly loginUser: string
  /** Arguments that reach the master connection. */
  readonly args: readonly string[]
  /** The directory of the control socket, removed at the end. */
  readonly dir: string
}

/** A host by the system's ssh: each command is an ssh process, and all share one connection. */
export class OpenSshLink implements Link {
  readonly loginUser: string
  readonly ambiguous255 = true
  readonly #options: OpenSshLinkOptions
  readonly #running = new Set<CommandChannel>()
  #closed = false

  constructor(options: OpenSshLinkOptions) {
    this.#options = options
    this.loginUser = options.loginUser
  }

  /** Always true: ssh itself reopens a lost shared connection. */
  get alive(): boolean {
    return !this.#closed
  }

  #start(more: readonly string[], command: readonly string[]): CommandChannel {
    const { args, address } = this.#options
    // -T: no terminal; LogLevel: ssh then reports why the connection dropped, for the error message.
    const child = spawn('ssh', [...args, '-T', ...more, '--', address, ...command], { stdio: 'pipe' })
    const running = childChannel(child)
    const channel = { ...running, done: running.done.then(endOnHost) }
    this.#running.add(channel)
    channel.done.then(() => this.#running.delete(channel))
    return channel
  }

  async open(command: string): Promise<CommandChannel> {
    return this.#start([], [command])
  }

  /** ssh -W prints nothing when it is connected; a refusal ends the stream with ssh's message as its error. */
  async connect(address: string, port: number): Promise<Duplex> {
    const channel = this.#start(['-W', `[${address}]:${port}`], [])
    return forwarded(channel, (errors) => connectRefused(this.#options.host, `${address}:${port}`, errors))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const channel of this.#running) channel.kill()
    const { args, address, dir } = this.#options
    const goodbye = spawn('ssh', [...args, '-O', 'exit', '--', address], { stdio: 'ignore' })
    await once(goodbye, 'exit').catch(() => {})
    await rm(dir, { recursive: true, force: true })
  }
}
