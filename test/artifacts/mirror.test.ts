import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { mirrorProvider } from '../../provisioners/artifacts/fetch/mirror.ts'
import { blob, digest, newContext, refusal, serve } from './support.ts'

const path = '/dist/hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz'
const request = { name: 'hadoop', version: '3.4.2' } as const
const data = blob(300_000)
const sum = `${digest(data)}  hadoop-3.4.2.tar.gz\n`

test('fetches a tarball, checked, and the second time uses the cache', async () => {
  const server = await serve({ [path]: data, [`${path}.sha512`]: sum })
  const context = await newContext()
  const provider = mirrorProvider([`${server.url}/dist/`])
  const artifact = await provider.fetch(request, context)
  expect(artifact).toMatchObject({
    fileName: 'hadoop-3.4.2.tar.gz',
    layoutPath: 'hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz',
    sha256: digest(data, 'sha256'),
    bytes: data.length,
    origin: `${server.url}${path}`,
  })
  expect(await readFile(artifact.file)).toEqual(data)
  expect(artifact.file).toBe(`${context.cacheDir}/sha256/${artifact.sha256}/hadoop-3.4.2.tar.gz`)
  const asked = server.requests.length
  expect(await provider.fetch(request, context)).toEqual(artifact)
  expect(server.requests).toHaveLength(asked)
  expect(context.events).toContainEqual(expect.objectContaining({ type: 'progress', done: data.length }))
})

test('uses the next mirror when one has no such file, or does not exist', async () => {
  const empty = await serve({})
  const full = await serve({ [path]: data, [`${path}.sha512`]: sum })
  const mirrors = ['http://127.0.0.1:1/dist', `${empty.url}/dist`, `${full.url}/dist`]
  const artifact = await mirrorProvider(mirrors).fetch(request, await newContext())
  expect(artifact.origin).toBe(`${full.url}${path}`)
})

test('takes the checksum from another mirror than the tarball, as the CDN needs it', async () => {
  const cdn = await serve({ [path]: data })
  const origin = await serve({ [`${path}.sha512`]: sum })
  const provider = mirrorProvider([`${cdn.url}/dist`, `${origin.url}/dist`])
  expect((await provider.fetch(request, await newContext())).origin).toBe(`${cdn.url}${path}`)
})

test('uses a SHA-256 when that is published', async () => {
  const hive = '/hive/hive-3.1.3/apache-hive-3.1.3-bin.tar.gz'
  const server = await serve({ [hive]: data, [`${hive}.sha256`]: digest(data, 'sha256') })
  const artifact = await mirrorProvider([server.url]).fetch(
    { name: 'hive', version: '3.1.3' },
    await newContext(),
  )
  expect(artifact.bytes).toBe(data.length)
})

test('refuses a checksum that does not match, and keeps nothing', async () => {
  const server = await serve({ [path]: blob(1000), [`${path}.sha512`]: sum })
  const context = await newContext()
  const error = await refusal(mirrorProvider([`${server.url}/dist`]).fetch(request, context))
  expect(error).toMatchObject({ code: 'ARTIFACT_CHECKSUM', exitCode: 13 })
  expect(error.details.expected).toContain(digest(data))
  expect(error.details.found).toContain(digest(blob(1000)))
  await expect(readFile(`${context.cacheDir}/index`)).rejects.toThrow()
})

test('refuses a file that is truncated on the mirror', async () => {
  const server = await serve({ [path]: data.subarray(0, data.length / 2), [`${path}.sha512`]: sum })
  const error = await refusal(mirrorProvider([`${server.url}/dist`]).fetch(request, await newContext()))
  expect(error).toMatchObject({ code: 'ARTIFACT_TRUNCATED', exitCode: 13 })
})

test('refuses a transfer that always ends before its announced length', async () => {
  const server = await serve({
    [`${path}.sha512`]: sum,
    [path]: (_request, response) => {
      response.writeHead(200, { 'content-length': data.length })
      response.write(data.subarray(0, 1000), () => response.destroy())
    },
  })
  const error = await refusal(mirrorProvider([`${server.url}/dist`]).fetch(request, await newContext()))
  expect(error.code).toBe('ARTIFACT_TRUNCATED')
  expect(error.details.expected).toBe(`${data.length} bytes`)
})

const page = '<!DOCTYPE html>\n<html><body>Choose a mirror</body></html>'

test('refuses an HTML page, with any content type', async () => {
  for (const type of ['text/html; charset=utf-8', 'application/x-gzip']) {
    const server = await serve({
      [`${path}.sha512`]: sum,
      [path]: (_request, response) => response.writeHead(200, { 'content-type': type }).end(page),
    })
    const error = await refusal(mirrorProvider([`${server.url}/dist`]).fetch(request, await newContext()))
    expect(error).toMatchObject({ code: 'ARTIFACT_HTML', exitCode: 13 })
  }
})

test('refuses an HTML page in place of the checksum', async () => {
  const server = await serve({ [path]: data, [`${path}.sha512`]: page })
  const error = await refusal(mirrorProvider([`${server.url}/dist`]).fetch(request, await newContext()))
  expect(error.code).toBe('ARTIFACT_HTML')
  expect(error.details.where).toMatch(/\.sha512$/)
})

test('refuses a tarball without a checksum', async () => {
  const server = await serve({ [path]: data, [`${path}.md5`]: 'd41d8cd98f00b204e9800998ecf8427e' })
  const error = await refusal(mirrorProvider([`${server.url}/dist`]).fetch(request, await newContext()))
  expect(error).toMatchObject({ code: 'ARTIFACT_NO_CHECKSUM', exitCode: 13 })
})

test('names every address that it tried', async () => {
  const [one, two] = [await serve({}), await serve({})]
  const error = await refusal(mirrorProvider([one.url, two.url]).fetch(request, await newContext()))
  expect(error).toMatchObject({ code: 'ARTIFACT_NOT_FOUND', exitCode: 13 })
  expect(error.details.detail).toContain(`${one.url}/hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz`)
  expect(error.details.detail).toContain(two.url)
})

test('reports a network error as a connection error, and hides a password in the address', async () => {
  const provider = mirrorProvider(['http://me:secret@127.0.0.1:1/dist'])
  const error = await refusal(provider.fetch(request, await newContext()))
  expect(error).toMatchObject({ code: 'ARTIFACT_NETWORK', exitCode: 11 })
  expect(JSON.stringify(error.details)).not.toContain('secret')
})

test('resumes a broken transfer', async () => {
  let times = 0
  const half = Math.floor(data.length / 2)
  const server = await serve({
    [`${path}.sha512`]: sum,
    [path]: (request, response) => {
      times++
      if (times === 1) {
        response.writeHead(200, { 'content-length': data.length, etag: '"one"' })
        response.write(data.subarray(0, half), () => setImmediate(() => response.destroy()))
        return
      }
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      expect(request.headers['if-range']).toBe('"one"')
      response
        .writeHead(206, { 'content-length': data.length - from, etag: '"one"' })
        .end(data.subarray(from))
    },
  })
  const artifact = await mirrorProvider([`${server.url}/dist`]).fetch(request, await newContext())
  expect(artifact.sha256).toBe(digest(data, 'sha256'))
  expect(times).toBe(2)
  const from = Number(/bytes=(\d+)-/.exec(server.requests.at(-1) ?? '')?.[1])
  expect(from).toBeGreaterThan(0)
})

test('a file that changed between two transfers is downloaded from the start', async () => {
  let times = 0
  const server = await serve({
    [`${path}.sha512`]: sum,
    [path]: (_request, response) => {
      times++
      if (times === 1) {
        response.writeHead(200, { 'content-length': data.length, etag: '"old"' })
        response.write(Buffer.alloc(5000, 1), () => setImmediate(() => response.destroy()))
      } else response.writeHead(200, { 'content-length': data.length, etag: '"new"' }).end(data)
    },
  })
  const artifact = await mirrorProvider([`${server.url}/dist`]).fetch(request, await newContext())
  expect(artifact.sha256).toBe(digest(data, 'sha256'))
})
