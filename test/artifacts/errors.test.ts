import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { cached, indexEntries } from '../../provisioners/artifacts/cache.ts'
import { download } from '../../provisioners/artifacts/fetch/download.ts'
import { checkSignature } from '../../provisioners/artifacts/fetch/signature.ts'
import { fileProvider } from '../../provisioners/artifacts/file.ts'
import { layoutOf } from '../../provisioners/artifacts/layout.ts'
import { digest, newContext, refusal, scratch, serve } from './support.ts'

afterEach(() => vi.unstubAllEnvs())

test('an unreadable entry of the cache is named, and does not count as absent', async () => {
  const context = await newContext()
  const key = digest('a request', 'sha256')
  const file = join(context.cacheDir, 'index', `${key}.json`)
  await mkdir(file, { recursive: true })
  const never = () => Promise.reject(new Error('nothing should be made'))
  for (const asked of [cached(key, context, never), indexEntries(context.cacheDir)]) {
    expect(await refusal(asked)).toMatchObject({
      code: 'ARTIFACT_CACHE',
      exitCode: 13,
      details: { where: file, next: expect.stringContaining('HOWDAH_CACHE') },
    })
  }
})

test('a download that cannot be written is not reported as a fault of the network', async () => {
  const server = await serve({ '/h.tar.gz': 'data' })
  const file = join(await scratch(), 'h.tar.gz')
  await mkdir(file)
  expect(await refusal(download(`${server.url}/h.tar.gz`, file, await newContext()))).toMatchObject({
    code: 'ARTIFACT_DISK',
    exitCode: 13,
    details: { where: file, next: expect.stringContaining('HOWDAH_CACHE') },
  })
})

test('a local file that is a directory cannot be read', async () => {
  const url = await scratch()
  const provider = fileProvider({ hadoop: { url, sha256: digest('', 'sha256') } })
  const fetching = provider.fetch({ name: 'hadoop', version: '3.4.2' }, await newContext())
  expect(await refusal(fetching)).toMatchObject({
    code: 'ARTIFACT_UNREADABLE',
    exitCode: 13,
    details: { where: url, next: `ls -l ${url}` },
  })
})

test.each([
  ['hadoop', '../3.4.2', /3\.4\.2/],
  ['sqoop', '1.99.7', /1\.4\.5, 1\.4\.6, 1\.4\.7/],
] as const)('%s %s is not a release', async (name, version, expected) => {
  expect(await refusal((async () => layoutOf(name, version))())).toMatchObject({
    code: 'ARTIFACT_VERSION',
    exitCode: 10,
    details: { found: version, where: `versions.${name}`, expected: expect.stringMatching(expected) },
  })
})

test('without gpg, no signature is checked, and nothing counts as checked', async () => {
  const dir = await scratch()
  const [file, keys] = [join(dir, 'h.tar.gz'), join(dir, 'KEYS')]
  await writeFile(file, 'data')
  await writeFile(keys, 'keys')
  vi.stubEnv('PATH', dir)
  expect(await refusal(checkSignature(file, 'asc', keys, 'http://mirror'))).toMatchObject({
    code: 'ARTIFACT_NO_GPG',
    exitCode: 13,
    details: { next: 'apt-get install gpg' },
  })
})
