import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { Duplex } from 'node:stream'
import { childChannel } from './child-channel.ts'
import type { ChannelEnd, CommandChannel, Link } from './link.ts'

export interface OpenSshLinkOptions {
  readonly host: string
  readonly address: string
  readonly loginUser: string
  /** Arguments that reach the master connection. */
  readonly args: readonly string[]
  /** The directory of the control socket, removed at the end. */
  readonly dir: string
}

/** A host behind the system's ssh: each command is a child of it, all share one connection. */
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

  /** ssh opens the shared connection anew by itself when it is gone. */
  get alive(): boolean {
    return !this.#closed
  }

  #start(more: readonly string[], command: readonly string[]): CommandChannel {
    const { args, address } = this.#options
    // -T: no terminal; LogLevel: ssh speaks up when the connection drops, which becomes the reason we give.
    const child = spawn('ssh', [...args, '-T', ...more, '--', address, ...command], { stdio: 'pipe' })
    const channel = childChannel(child)
    this.#running.add(channel)
    channel.done.then(() => this.#running.delete(channel))
    return channel
  }

  async open(command: string): Promise<CommandChannel> {
    return this.#start([], [command])
  }

  /** ssh -W says nothing when it is connected; a refusal ends the stream with ssh's own words as its error. */
  async connect(address: string, port: number): Promise<Duplex> {
    const { stdin, stdout, stderr, done, kill } = this.#start(['-W', `[${address}]:${port}`], [])
    let said = ''
    stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(-4096)
    })
    const duplex = Duplex.from({ writable: stdin, readable: stdout })
    duplex.on('error', () => {})
    duplex.once('close', kill)
    done.then((end: ChannelEnd) => {
      if (end.code === 0 || duplex.destroyed) return
      duplex.destroy(
        new Error(`${this.#options.host} could not connect to ${address}:${port}: ${said.trim()}`),
      )
    })
    return duplex
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
