import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import type { Duplex } from 'node:stream'
import { childChannel } from './child-channel.ts'
import { connectRefused, messageOf } from './failures.ts'
import type { CommandChannel, Link } from './link.ts'

/** This machine, with the same interface as a host. */
export class LocalLink implements Link {
  readonly loginUser = userInfo().username
  readonly ambiguous255 = false
  readonly #running = new Set<CommandChannel>()
  #closed = false

  get alive(): boolean {
    return !this.#closed
  }

  async open(command: string): Promise<CommandChannel> {
    // In its own process group, so that a timeout also stops the children of the script.
    const child = spawn('sh', ['-c', command], { stdio: 'pipe', detached: true })
    const channel = childChannel(child, { group: true })
    this.#running.add(channel)
    channel.done.then(() => this.#running.delete(channel))
    return channel
  }

  async connect(address: string, port: number): Promise<Duplex> {
    const socket = connect({ host: address, port })
    try {
      await once(socket, 'connect')
    } catch (error) {
      throw connectRefused('this machine', `${address}:${port}`, messageOf(error))
    }
    socket.on('error', () => {})
    return socket
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const channel of this.#running) channel.kill()
  }
}
