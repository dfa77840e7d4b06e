import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listCache, prunable, prune, verifyCache } from '../../provisioners/artifacts/cache-contents.ts'
import { mirrorProvider } from '../../provisioners/artifacts/fetch/mirror.ts'
import { blob, digest, newContext, serve } from './support.ts'

const hadoop = blob(30_000)
const hive = blob(20_000)
const routes = {
  '/hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz': hadoop,
  '/hadoop/common/hadoop-3.4.2/hadoop-3.4.2.tar.gz.sha512': digest(hadoop),
  '/hive/hive-3.1.3/apache-hive-3.1.3-bin.tar.gz': hive,
  '/hive/hive-3.1.3/apache-hive-3.1.3-bin.tar.gz.sha256': digest(hive, 'sha256'),
}

const filled = async () => {
  const server = await serve(routes)
  const context = await newContext()
  const provider = mirrorProvider([server.url])
  const one = await provider.fetch({ name: 'hadoop', version: '3.4.2' }, context)
  const two = await provider.fetch({ name: 'hive', version: '3.1.3' }, context)
  return { server, context, provider, hadoop: one, hive: two }
}

test('lists the files of the cache, by name', async () => {
  const { context } = await filled()
  const shelf = await listCache(context.cacheDir)
  expect(shelf.map(({ artifact }) => [artifact.name, artifact.version, artifact.bytes])).toEqual([
    ['hadoop', '3.4.2', hadoop.length],
    ['hive', '3.1.3', hive.length],
  ])
  expect(await listCache(join(context.cacheDir, 'nothing-here'))).toEqual([])
})

test('finds a file with other content of the same size', async () => {
  const { context, hive: artifact } = await filled()
  expect(await verifyCache(context)).toEqual({ good: 2, damaged: [] })
  await writeFile(artifact.file, Buffer.alloc(artifact.bytes, 7))
  const { good, damaged } = await verifyCache(context)
  expect(good).toBe(1)
  expect(damaged).toMatchObject([{ artifact: { name: 'hive', sha256: artifact.sha256 } }])
})

test('prunes unneeded, partial and orphaned files, and nothing else; the others are not downloaded again', async () => {
  const { context, server, provider, hadoop: kept, hive: gone } = await filled()
  const half = join(context.cacheDir, 'partial', 'abc')
  const orphan = join(context.cacheDir, 'sha256', 'f'.repeat(64))
  for (const directory of [half, orphan]) {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'x'), 'four')
  }
  const removable = await prunable(context.cacheDir, new Set([kept.sha256]))
  expect(removable.map(({ what, bytes }) => [what, bytes])).toEqual(
    expect.arrayContaining([
      ['hive 3.1.3', gone.bytes],
      ['a file without an index', 4],
      ['a partial download', 4],
    ]),
  )
  expect(await stat(gone.file)).toBeDefined()
  await prune(removable)
  expect(await readdir(join(context.cacheDir, 'sha256'))).toEqual([kept.sha256])
  const asked = server.requests.length
  await provider.fetch({ name: 'hadoop', version: '3.4.2' }, context)
  expect(server.requests).toHaveLength(asked)
  expect((await provider.fetch({ name: 'hive', version: '3.1.3' }, context)).sha256).toBe(gone.sha256)
})

test('everything that has an index stays when all of it is wanted', async () => {
  const { context } = await filled()
  const all = new Set((await listCache(context.cacheDir)).map(({ artifact }) => artifact.sha256))
  expect(await prunable(context.cacheDir, all)).toEqual([])
})
