import type { Duplex } from 'node:stream'
import type { Reporter } from '../events.ts'
import type { Secret } from '../secret.ts'
import { linkLost } from './failures.ts'
import { createLimiter, SESSIONS_PER_CONNECTION } from './limiter.ts'
import type { Link } from './link.ts'
import { runSession, type SessionRequest } from './session.ts'
import type { RunRequest, RunResult, Transport, UploadRequest } from './types.ts'
import { upload } from './upload.ts'

export interface LinkTransportOptions {
  readonly host: string
  /** Opens a link; called again when a link was lost. */
  readonly open: () => Promise<Link>
  readonly redact: (text: string) => string
  readonly report: Reporter
  readonly sudoPassword?: Secret
  /** Bytes of each stream of a script that are kept. */
  readonly keepBytes?: number
}

/** Scripts, uploads and connections over any kind of link; a lost link is opened again at the next use. */
export class LinkTransport implements Transport {
  readonly host: string
  readonly #options: LinkTransportOptions
  #link: Promise<Link>
  #sessions = createLimiter(SESSIONS_PER_CONNECTION)
  #closed = false

  constructor(options: LinkTransportOptions, first: Link) {
    this.host = options.host
    this.#options = options
    this.#link = Promise.resolve(first)
  }

  async #live(): Promise<Link> {
    if (this.#closed) throw linkLost(this.host, false, 'Howdah closed it')
    const current = this.#link
    const link = await current.catch(() => undefined)
    if (link?.alive) return link
    // Only the first caller that finds it dead opens a new link; the others wait for it.
    if (this.#link === current) this.#link = this.#reopen()
    return this.#link
  }

  async #reopen(): Promise<Link> {
    const { host, report, open } = this.#options
    report({ type: 'host', host, state: 'lost', detail: 'connecting again' })
    const link = await open()
    this.#sessions = createLimiter(SESSIONS_PER_CONNECTION)
    report({ type: 'host', host, state: 'connected' })
    return link
  }

  async #session(request: SessionRequest): Promise<RunResult> {
    const { host, redact, sudoPassword, keepBytes } = this.#options
    const link = await this.#live()
    const context = {
      host,
      link,
      redact,
      ...(sudoPassword !== undefined && { sudoPassword }),
      ...(keepBytes !== undefined && { keepBytes }),
    }
    return this.#sessions(() => runSession(context, request))
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.#session(request)
  }

  upload(request: UploadRequest): Promise<void> {
    return upload(this.host, request, (session) => this.#session(session))
  }

  async connect(address: string, port: number): Promise<Duplex> {
    return (await this.#live()).connect(address, port)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await (await this.#link.catch(() => undefined))?.close()
  }
}
