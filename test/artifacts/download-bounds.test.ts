import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { download } from '../../provisioners/artifacts/fetch/download.ts'
import { getText } from '../../provisioners/artifacts/fetch/http.ts'
import type { ProviderContext } from '../../provisioners/artifacts/types.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import { newContext, serve } from './support.ts'

/** Bounds that a test reaches at once. */
const narrow = async (windowMs = 60): Promise<ProviderContext> => ({
  ...(await newContext()),
  bounds: { mostBytes: 10_000, windowMs, leastBytes: 1000 },
})

/** Sends a few bytes now and then, for ever. */
const trickle = (headers: Record<string, string> = {}) =>
  serve({
    '/file.tar.gz': (_request, response) => {
      response.writeHead(200, headers)
      const timer = setInterval(() => response.write('x'), 5)
      onTestFinished(() => clearInterval(timer))
    },
  })

const errorOf = async (attempt: Promise<unknown>): Promise<HowdahError> => {
  const error = await attempt.then(
    () => undefined,
    (reason) => reason,
  )
  if (error instanceof HowdahError) return error
  throw error ?? new Error('no error')
}

test('a server that sends without an end is refused when the file is larger than any tarball', async () => {
  const context = await narrow(10_000)
  const server = await serve({
    '/file.tar.gz': (_request, response) => {
      response.writeHead(200)
      const send = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(4096)));
        response.once('drain', send)
      }
      send()
    },
  })
  const error = await errorOf(download(`${server.url}/file.tar.gz`, join(context.cacheDir, 'f'), context))
  expect(error).toMatchObject({
    code: 'ARTIFACT_TOO_LARGE',
    exitCode: 13,
    details: { found: 'more than 10000 bytes', expected: 'at most 10000 bytes' },
  })
  expect(await readdir(context.cacheDir)).toEqual([])
})

test('a file that announces too many bytes is not begun', async () => {
  const context = await narrow(10_000)
  const server = await serve({ '/file.tar.gz': Buffer.alloc(20_000) })
  const error = await errorOf(download(`${server.url}/file.tar.gz`, join(context.cacheDir, 'f'), context))
  expect(error).toMatchObject({ code: 'ARTIFACT_TOO_LARGE', details: { found: '20000 bytes' } })
})

test('a server that trickles is a network error, which names what was expected', async () => {
  const context = await narrow()
  const server = await trickle()
  const error = await errorOf(download(`${server.url}/file.tar.gz`, join(context.cacheDir, 'f'), context))
  expect(error.code).toBe('ARTIFACT_NETWORK')
  expect(error.message).toMatch(/only \d+ bytes in 0.06 s; at least 1000 bytes are expected/)
})

test('a server that trickles a file of a known size leaves a truncated file', async () => {
  const context = await narrow()
  const server = await trickle({ 'content-length': '9000', etag: '"one"' })
  const error = await errorOf(download(`${server.url}/file.tar.gz`, join(context.cacheDir, 'f'), context))
  expect(error).toMatchObject({ code: 'ARTIFACT_TRUNCATED', details: { expected: '9000 bytes' } })
})

test('a checksum that trickles ends too, and a small file arrives', async () => {
  const context = await narrow()
  const slow = await trickle()
  await expect(getText(`${slow.url}/file.tar.gz`, context)).rejects.toThrow(/at least 1000 bytes/)
  const server = await serve({ '/sum': 'abc' })
  expect(await getText(`${server.url}/sum`, context)).toBe('abc')
})
