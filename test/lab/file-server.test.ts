import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFileServer, parseRange } from '../../lab/software/file-server.ts'

const CONTENT = '0123456789'
let dir: string
let server: Server

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'howdah-mirror-'))
  await mkdir(join(dir, 'mirror/hadoop'), { recursive: true })
  await writeFile(join(dir, 'outside'), 'never served')
  await writeFile(join(dir, 'mirror/hadoop/a b.tar.gz'), CONTENT)
  await writeFile(join(dir, 'mirror/empty'), '')
  server = createFileServer(join(dir, 'mirror'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await rm(dir, { recursive: true })
})

interface Answer {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** By node:http and not fetch, which would tidy `..` out of the path before it is sent. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part
      })
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }))
    })
    call.on('error', reject).end()
  })
}

describe('the mirror', () => {
  it('serves a whole file with its length', async () => {
    const answer = await get('/hadoop/a%20b.tar.gz')
    expect(answer).toMatchObject({ status: 200, body: CONTENT })
    expect(answer.headers).toMatchObject({ 'content-length': '10', 'accept-ranges': 'bytes' })
  })

  it('answers HEAD with the length alone', async () => {
    const answer = await get('/hadoop/a%20b.tar.gz', {}, 'HEAD')
    expect(answer).toMatchObject({ status: 200, body: '' })
    expect(answer.headers['content-length']).toBe('10')
  })

  it('resumes a download', async () => {
    const answer = await get('/hadoop/a%20b.tar.gz', { range: 'bytes=7-' })
    expect(answer).toMatchObject({ status: 206, body: '789' })
    expect(answer.headers).toMatchObject({ 'content-range': 'bytes 7-9/10', 'content-length': '3' })
  })

  it('reports a range beyond the end', async () => {
    const answer = await get('/hadoop/a%20b.tar.gz', { range: 'bytes=10-' })
    expect(answer.status).toBe(416)
    expect(answer.headers['content-range']).toBe('bytes */10')
  })

  it('serves an empty file', async () => {
    expect(await get('/empty')).toMatchObject({ status: 200, body: '' })
  })

  it.each([
    '/../outside',
    '/hadoop/../../outside',
    '/%2e%2e/outside',
    '/hadoop',
    '/',
    '/none',
    '/%zz',
    '/a%00b',
  ])('has nothing at %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: 'not found\n' })
  })

  it('takes no uploads', async () => {
    expect((await get('/new', {}, 'PUT')).status).toBe(405)
  })
})

describe('parseRange', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-4', { first: 0, last: 4 }],
    ['bytes=4-', { first: 4, last: 9 }],
    ['bytes=4-400', { first: 4, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-300', { first: 0, last: 9 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=5-4', 'whole'],
    ['bytes=0-1,3-4', 'whole'],
    ['bytes=-', 'whole'],
    ['lines=1-2', 'whole'],
  ] as const)('%s of ten bytes', (header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected)
  })
})
