import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { fetchFile, fileProvider } from '../../provisioners/artifacts/file.ts'
import { blob, digest, newContext, refusal, scratch, serve } from './support.ts'

const request = { name: 'hadoop', version: '3.4.2' } as const
const data = blob(10_000)

async function onDisk(): Promise<string> {
  const path = join(await scratch(), 'hadoop with spaces.tgz')
  await writeFile(path, data)
  return path
}

test('a path, a file URL and an http URL, by SHA-256 or SHA-512, give one and the same artifact', async () => {
  const path = await onDisk()
  const server = await serve({ '/h.tar.gz': data })
  for (const url of [path, pathToFileURL(path).href, `${server.url}/h.tar.gz`]) {
    for (const algorithm of ['sha256', 'sha512'] as const) {
      const source = { url, [algorithm]: digest(data, algorithm).toUpperCase() }
      const artifact = await fileProvider({ hadoop: source }).fetch(request, await newContext())
      expect(artifact).toMatchObject({
        fileName: 'hadoop-3.4.2.tar.gz',
        sha256: digest(data, 'sha256'),
        origin: url,
      })
      expect(await readFile(artifact.file)).toEqual(data)
    }
  }
  expect(await readFile(path), 'the original stays').toEqual(data)
})

test.each([
  ['a wrong hash', { sha256: digest('other', 'sha256') }, 'ARTIFACT_CHECKSUM', 13],
  ['no hash', {}, 'ARTIFACT_NO_CHECKSUM', 13],
  ['half a hash', { sha256: 'abc123' }, 'ARTIFACT_BAD_CHECKSUM', 10],
])('refuses %s', async (_what, sums, code, exitCode) => {
  const path = await onDisk()
  const fetching = async () =>
    fileProvider({ hadoop: { url: path, ...sums } }).fetch(request, await newContext())
  expect(await refusal(fetching())).toMatchObject({ code, exitCode })
  expect(await readFile(path)).toEqual(data)
})

test('names a missing path, and a file that is not configured', async () => {
  const sha256 = digest(data, 'sha256')
  const missing = fileProvider({ hadoop: { url: '/nowhere/h.tar.gz', sha256 } })
  const error = await refusal(missing.fetch(request, await newContext()))
  expect(error.code).toBe('ARTIFACT_NOT_FOUND')
  expect(error.details.detail).toBe('/nowhere/h.tar.gz')
  const context = await newContext()
  const unnamed = await refusal((async () => fileProvider({}).fetch(request, context))())
  expect(unnamed.details.detail).toBe('artifacts.files.hadoop')
})

test('answers 404 with a name, and HTML with another', async () => {
  const server = await serve({
    '/page': (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  })
  const sha256 = digest(data, 'sha256')
  const ask = async (path: string) =>
    refusal(fileProvider({ hadoop: { url: server.url + path, sha256 } }).fetch(request, await newContext()))
  expect((await ask('/none')).code).toBe('ARTIFACT_NOT_FOUND')
  expect((await ask('/page')).code).toBe('ARTIFACT_HTML')
})

test('sends user and password of an address as a header, and shows neither', async () => {
  let seen = ''
  const server = await serve({
    '/h.tar.gz': (request, response) => {
      seen = request.headers.authorization ?? ''
      response.end(data)
    },
  })
  const url = `${server.url.replace('//', '//me:p%40ss@')}/h.tar.gz`
  const source = { url, sha256: digest(data, 'sha256') }
  const artifact = await fileProvider({ hadoop: source }).fetch(request, await newContext())
  expect(seen).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`)
  expect(JSON.stringify(artifact)).not.toContain('ss@')
})

test('a JDK keeps its name; two with one name do not collide', async () => {
  const path = await onDisk()
  const other = join(await scratch(), 'hadoop with spaces.tgz')
  await writeFile(other, 'another')
  const context = await newContext()
  const jdk = (url: string, content: Buffer | string) =>
    fetchFile({ name: 'jdk', version: '8' }, { url, sha256: digest(content, 'sha256') }, context)
  const [one, two] = [await jdk(path, data), await jdk(other, 'another')]
  expect(one.layoutPath).toMatch(/^jdk\/[0-9a-f]{16}\/jdk-8\.tar\.gz$/)
  expect(two.layoutPath).not.toBe(one.layoutPath)
})
