import { existsSync } from 'node:fs'
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cached, defaultCacheDir } from '../../provisioners/artifacts/cache.ts'
import { withLock } from '../../provisioners/artifacts/lock.ts'
import type { ProviderContext } from '../../provisioners/artifacts/types.ts'
import { digest, newContext, scratch } from './support.ts'

const artifact = {
  name: 'hadoop',
  version: '1',
  fileName: 'h.tar.gz',
  layoutPath: 'hadoop/h.tar.gz',
  origin: 'test',
} as const
const key = digest('a request', 'sha256')

/** Makes 'content' in the cache and counts how often it was asked to. */
function maker(context: ProviderContext, content = 'content') {
  const made = { times: 0 }
  const make = async () => {
    made.times++
    const file = join(context.cacheDir, 'partial', 'h.tar.gz')
    await mkdir(join(context.cacheDir, 'partial'), { recursive: true })
    await writeFile(file, content)
    return { file, artifact }
  }
  return { made, fetch: (verify = false) => cached(key, { ...context, verify }, make) }
}

test('a request is made once, then answered from the cache, verified or not', async () => {
  const context = await newContext()
  const { made, fetch } = maker(context)
  const first = await fetch()
  expect(first).toMatchObject({ sha256: digest('content', 'sha256'), bytes: 7 })
  expect(await fetch()).toEqual(first)
  expect(await fetch(true)).toEqual(first)
  expect(made.times).toBe(1)
})

test('several requests at once make it once', async () => {
  const context = await newContext()
  const { made, fetch } = maker(context)
  const all = await Promise.all([fetch(), fetch(), fetch(), fetch()])
  expect(new Set(all.map((one) => one.file)).size).toBe(1)
  expect(made.times).toBe(1)
})

test('a file of another size is made again, with a warning', async () => {
  const context = await newContext()
  const { made, fetch } = maker(context)
  const { file } = await fetch()
  await writeFile(file, 'cont')
  expect((await fetch()).bytes).toBe(7)
  expect(await readFile(file, 'utf8')).toBe('content')
  expect(made.times).toBe(2)
  expect(context.events).toContainEqual(expect.objectContaining({ type: 'log', level: 'warn' }))
})

test('a missing file is made again', async () => {
  const context = await newContext()
  const { made, fetch } = maker(context)
  const { rm } = await import('node:fs/promises')
  await rm((await fetch()).file)
  expect(existsSync((await fetch()).file)).toBe(true)
  expect(made.times).toBe(2)
})

test('a changed byte is found by the time of the file, and with verify even without that', async () => {
  const context = await newContext()
  const { made, fetch } = maker(context)
  const { file } = await fetch()
  await writeFile(file, 'CONTENT')
  await utimes(file, 1, 1)
  await fetch()
  expect(made.times).toBe(2)
  const { statSync } = await import('node:fs')
  const { mtime } = statSync(file)
  await writeFile(file, 'CONTENT')
  await utimes(file, mtime, mtime)
  await fetch()
  expect(made.times, 'size and time are as they were').toBe(2)
  await fetch(true)
  expect(made.times).toBe(3)
})

test('the same content with another time is kept: a cache that was copied', async () => {
  const context = await newContext()
  const { made, fetch } = maker(context)
  await utimes((await fetch()).file, 1, 1)
  await fetch()
  expect(made.times).toBe(1)
})

test('an incomplete index file is ignored', async () => {
  const context = await newContext()
  const { made, fetch } = maker(context)
  await fetch()
  await writeFile(join(context.cacheDir, 'index', `${key}.json`), '{"artifact": {')
  await fetch()
  expect(made.times).toBe(2)
})

test('a failure leaves no entry and no lock', async () => {
  const context = await newContext()
  const failing = cached(key, context, () => Promise.reject(new Error('no luck')))
  await expect(failing).rejects.toThrow('no luck')
  const { made, fetch } = maker(context)
  await fetch()
  expect(made.times).toBe(1)
})

test('the lock of a dead process is taken over; a living one keeps it', async () => {
  const file = join(await scratch(), 'a.lock')
  const { hostname } = await import('node:os')
  await writeFile(file, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), id: 'x' }))
  expect(await withLock(file, async () => 'taken over')).toBe('taken over')
  await writeFile(file, JSON.stringify({ pid: process.pid, host: hostname(), id: 'x' }))
  await expect(withLock(file, async () => 'no', AbortSignal.timeout(400))).rejects.toThrow()
  expect(existsSync(file), 'the lock of another process is not removed').toBe(true)
})

test('the default directory', () => {
  expect(defaultCacheDir({ HOWDAH_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' })).toBe('/c')
  expect(defaultCacheDir({ XDG_CACHE_HOME: '/x', HOME: '/h' })).toBe('/x/howdah')
  expect(defaultCacheDir({ HOME: '/h' })).toBe('/h/.cache/howdah')
})
