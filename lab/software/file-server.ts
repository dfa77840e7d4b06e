/** Serves files as an Apache mirror does: GET and HEAD, lengths, one range; no listing, nothing outside the directory. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'

export type Range = { readonly first: number; readonly last: number } | 'whole' | 'unsatisfiable'

/** The byte range of a header for `size` bytes. Anything but one valid range means the whole file. */
export function parseRange(header: string | undefined, size: number): Range {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return 'whole'
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (from !== '' && to !== '' && Number(to) < first) return 'whole'
  return first > last ? 'unsatisfiable' : { first, last }
}

/** The file of a request's path below `dir`; undefined when the path is outside or malformed. */
export function fileOf(dir: string, url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/)[0] ?? '/')
    if (path.includes('\0') || path.split('/').includes('..')) return undefined
    return join(dir, normalize(path))
  } catch {
    return undefined
  }
}

export function createFileServer(dir: string): Server {
  return createServer((request, response) => {
    serve(dir, request, response).catch(() => response.destroy())
  })
}

async function serve(dir: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
    return
  }
  const file = fileOf(dir, request.url ?? '/')
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined)
  if (file === undefined || !found?.isFile()) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n')
    return
  }
  const range = parseRange(request.headers.range, found.size)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${found.size}` }).end()
    return
  }
  const { first, last } = range === 'whole' ? { first: 0, last: found.size - 1 } : range
  response.writeHead(range === 'whole' ? 200 : 206, {
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'content-length': last - first + 1,
    'last-modified': found.mtime.toUTCString(),
    ...(range === 'whole' ? {} : { 'content-range': `bytes ${first}-${last}/${found.size}` }),
  })
  if (request.method === 'HEAD' || found.size === 0) response.end()
  else await pipeline(createReadStream(file, { start: first, end: last }), response)
}
