import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import type { ProviderContext } from '../../provisioners/artifacts/types.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import type { RunEvent } from '../../provisioners/events.ts'

export async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'howdah-artifacts-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

export async function newContext(): Promise<ProviderContext & { readonly events: RunEvent[] }> {
  const events: RunEvent[] = []
  return { cacheDir: await scratch(), report: (event) => events.push(event), events }
}

/** Text that does not compress, the same on every run, so that half of the file has half of it. */
export function blob(bytes: number): Buffer {
  const parts: Buffer[] = []
  for (let i = 0; parts.length * 64 < bytes; i++) parts.push(createHash('sha512').update(String(i)).digest())
  return gzipSync(Buffer.concat(parts).subarray(0, bytes))
}

export const digest = (data: Buffer | string, algorithm: 'sha256' | 'sha512' = 'sha512'): string =>
  createHash(algorithm).update(data).digest('hex')

type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface TestServer {
  readonly url: string
  /** `GET /path` and `GET /path bytes=10-`, in order. */
  readonly requests: string[]
}

/** An HTTP server on the loopback; a path that has no handler answers 404. */
export async function serve(routes: Record<string, Handler | Buffer | string>): Promise<TestServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '))
    const route = routes[request.url ?? '']
    if (route === undefined) response.writeHead(404).end('<html>not here</html>')
    else if (typeof route === 'function') route(request, response)
    else response.writeHead(200, { 'content-length': Buffer.byteLength(route), etag: '"one"' }).end(route)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

/** The error of a promise; fails the test when there is none, or when it is not Howdah's. */
export async function refusal(promise: Promise<unknown>): Promise<HowdahError> {
  const result = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (result instanceof HowdahError) return result
  throw new Error(`a HowdahError was expected, and this came: ${String(result)}`, { cause: result })
}
