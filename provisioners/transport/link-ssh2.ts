import type { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { connectRefused, linkLost, messageOf, sessionRefused } from './failures.ts'
import type { CommandChannel, Link } from './link.ts'
import { ssh2Channel } from './ssh2-channel.ts'

const GOODBYE_MS = 1000

/**
 * A connected ssh2 client. It listens to the client's errors during its whole life: node-ssh stops listening at 'ready',
 * and an 'error' without a listener would end the whole run.
 */
export class Ssh2Link implements Link {
  readonly loginUser: string
  readonly ambiguous255 = false
  readonly #client: Client
  readonly #host: string
  readonly #closed: Promise<string>
  readonly #onClose = new Set<(why: string) => void>()
  #why = 'the connection was closed'
  #alive = true

  constructor(client: Client, host: string, loginUser: string) {
    this.#client = client
    this.#host = host
    this.loginUser = loginUser
    client.on('error', (error) => {
      this.#why = error.message
    })
    this.#closed = new Promise((resolve) => {
      client.once('close', () => {
        this.#alive = false
        for (const listener of this.#onClose) listener(this.#why)
        resolve(this.#why)
      })
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Resolves, with the reason, when the connection closes. */
  get closed(): Promise<string> {
    return this.#closed
  }

  /** Calls `heard` with the reason when the connection closes. Returns a function that removes the listener. */
  onClose(listener: (why: string) => void): () => void {
    this.#onClose.add(listener)
    return () => this.#onClose.delete(listener)
  }

  async open(command: string): Promise<CommandChannel> {
    const opened = new Promise<CommandChannel>((resolve, reject) => {
      this.#client.exec(command, (error, channel) => {
        // At once: the next events may be in the packet that ssh2 is reading.
        if (error === undefined || error === null) return resolve(ssh2Channel(channel, this))
        const lost = !this.#alive || /no response|not connected/i.test(error.message)
        reject(lost ? this.#lost(error.message) : sessionRefused(this.#host, error.message))
      })
    })
    return this.#whileAlive(opened)
  }

  /** A request on a dead connection never gets an answer, so each one also ends with the connection. */
  async #whileAlive<T>(request: Promise<T>): Promise<T> {
    try {
      return await Promise.race([request, this.#closed.then((why) => Promise.reject(this.#lost(why)))])
    } catch (error) {
      throw messageOf(error) === 'Not connected' ? this.#lost('not connected') : error
    }
  }

  #lost(why: string) {
    return linkLost(this.#host, false, why)
  }

  async connect(address: string, port: number): Promise<Duplex> {
    const target = `${address}:${port}`
    const opened = new Promise<ClientChannel>((resolve, reject) => {
      this.#client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
        if (error === undefined || error === null) resolve(channel)
        else reject(connectRefused(this.#host, target, error.message))
      })
    })
    const channel = await this.#whileAlive(opened)
    channel.on('error', () => {})
    // As a socket does. Otherwise the channel stays half open, and a client of a dead server waits for ever.
    channel.once('end', () => channel.end())
    return channel
  }

  async close(): Promise<void> {
    if (!this.#alive) return
    this.#client.end()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, GOODBYE_MS)
    })
    await Promise.race([this.#closed, late])
    clearTimeout(timer)
    if (this.#alive) this.#client.destroy()
  }
}
