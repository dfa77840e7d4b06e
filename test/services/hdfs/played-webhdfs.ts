import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A hook for requests: it returns true when it has answered the request itself. */
export type Hook = (request: { op: string; path: string; socket: Socket }, reply: ServerResponse) => boolean

/**
 * NameNode and DataNode in one server, with the operations that the shipper of tracking logs calls: files by path,
 * redirects, and renames that refuse an existing name. `hook` gets every request first, so that it can fail like a real
 * one.
 */
export class PlayedHdfs {
  readonly files = new Map<string, Buffer>()
  readonly directories = new Set<string>(['/data/tracking', '/data/.tracking-incoming'])
  readonly requests: string[] = []
  hook: Hook = () => false
  /** Called after a rename, before the answer. */
  renamed: (to: string, socket: Socket) => void = () => undefined
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, reply) => {
      this.#handle(request, reply).catch(() => reply.destroy())
    })
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Names in the target, as a listing shows them. */
  visible(): string[] {
    return [...this.files.keys()]
      .filter((path) => path.startsWith('/data/tracking/'))
      .map((path) => path.slice('/data/tracking/'.length))
      .sort()
  }

  async #handle(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const op = url.searchParams.get('op') ?? ''
    const writes = url.pathname.startsWith('/datanode')
    const path = decodeURIComponent(url.pathname.replace(/^\/(datanode|webhdfs\/v1)/, ''))
    this.requests.push(`${writes ? 'DATA' : request.method} ${op} ${path}`)
    if (this.hook({ op: writes ? `DATA-${op}` : op, path, socket: request.socket }, reply)) return
    if (writes) return this.#data(request, reply, op, path)
    this.#name(reply, op, path, url.searchParams)
  }

  async #data(request: IncomingMessage, reply: ServerResponse, op: string, path: string): Promise<void> {
    if (op === 'OPEN') {
      reply.end(this.files.get(path))
      return
    }
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    this.files.set(path, Buffer.concat(parts))
    reply.writeHead(201).end()
  }

  #name(reply: ServerResponse, op: string, path: string, query: URLSearchParams): void {
    const json = (value: object, status = 200) => {
      reply.writeHead(status).end(JSON.stringify(value))
    }
    const absent = () => json({ RemoteException: { message: `${path} is not there` } }, 404)
    const there = this.files.has(path) || this.directories.has(path)
    const redirect = () => {
      reply.writeHead(307, { location: `${this.url}/datanode${path}?op=${op}` }).end()
    }
    const answers: Readonly<Record<string, () => void>> = {
      CREATE: redirect,
      OPEN: there ? redirect : absent,
      GETFILESTATUS: there ? () => json({ FileStatus: {} }) : absent,
      LISTSTATUS: () => json({ FileStatuses: { FileStatus: this.#list(path) } }),
      MKDIRS: () => {
        this.directories.add(path)
        json({ boolean: true })
      },
      DELETE: () => {
        for (const one of this.files.keys())
          if (one === path || one.startsWith(`${path}/`)) this.files.delete(one)
        json({ boolean: true })
      },
      RENAME: () => this.#rename(reply, path, query.get('destination') ?? ''),
    }
    ;(answers[op] ?? absent)()
  }

  #rename(reply: ServerResponse, path: string, to: string): void {
    const content = this.files.get(path)
    const may = content !== undefined && !this.files.has(to)
    if (may) {
      this.files.delete(path)
      this.files.set(to, content)
      this.renamed(to, reply.socket as Socket)
    }
    if (!reply.socket?.destroyed) reply.end(JSON.stringify({ boolean: may }))
  }

  #list(path: string): object[] {
    return [...this.files]
      .filter(([name]) => name.startsWith(`${path}/`) && !name.slice(path.length + 1).includes('/'))
      .map(([name, content]) => ({
        ...{ accessTime: 1, blockSize: 134_217_728, group: 'hadoop', length: content.length },
        ...{ owner: 'tracking', pathSuffix: name.slice(path.length + 1), permission: '640', type: 'FILE' },
      }))
  }
}
