import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquireLock, breakLock, type Lock, readLock } from '../../provisioners/engine/index.ts'
import { lockPaths, releaseScript } from '../../provisioners/engine/lock-script.ts'
import { localTransport } from './support/local-transport.ts'

let runDir = ''
const taken: Lock[] = []
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'howdah-lock-'))
})
afterEach(async () => {
  await Promise.all(taken.splice(0).map((lock) => lock.release()))
  rmSync(runDir, { recursive: true, force: true })
})

const acquire = async (holder: string, transport = localTransport({ host: 'm1' }), more = {}) => {
  const request = { cluster: 'c', holder, reason: 'bootstrap' }
  const lock = await acquireLock(transport, request, { runDir, as: null, beatSeconds: 1, ...more })
  taken.push(lock)
  return lock
}
/** A transport that counts the heartbeats of a holder. */
const countingBeats = () => {
  const local = localTransport({ host: 'm1' })
  let count = 0
  const run: typeof local.run = (request) =>
    local.run({
      ...request,
      onLine: (line) => {
        if (line === '@beat') count++
        request.onLine?.(line)
      },
    })
  return { transport: { ...local, run }, beats: () => count }
}
const look = () => readLock(localTransport(), { runDir, as: null })
const breakOne = (nonce: string) => localTransport().run({ script: releaseScript(lockPaths(runDir), nonce) })
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

describe('the lock', () => {
  it('beats every five seconds, or as often as its option says', async () => {
    const transport = localTransport({ host: 'm1' })
    await (await acquire('anna', transport, { beatSeconds: undefined })).release()
    expect(transport.scripts[0]).toContain('beat % 10)')
    await (await acquire('bert', transport)).release()
    expect(transport.scripts.find((script) => script.includes('bert'))).toContain('beat % 2)')
  })

  it('keeps a second operator out, and names the first', async () => {
    const lock = await acquire("anna o'neil@laptop")
    await expect(acquire('bert')).rejects.toMatchObject({
      code: 'LOCK_HELD',
      exitCode: 16,
      message: expect.stringContaining(`anna o'neil@laptop (process ${process.pid}`),
    })
    expect(await look()).toEqual(lock.info)
  })

  it('is free after its release, which may be called twice', async () => {
    const lock = await acquire('anna')
    await lock.release()
    await lock.release()
    expect(lock.lost.aborted).toBe(false)
    expect(await look()).toBeUndefined()
    await acquire('bert')
    expect((await look())?.holder).toBe('bert')
  })

  it('goes to one of many that try at once', async () => {
    const asked = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => acquire(name)))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of asked) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'LOCK_HELD' })
    }
  })

  it("ends with the link of its holder, and aborts the holder's signal", async () => {
    const transport = localTransport({ host: 'm1' })
    const lock = await acquire('anna', transport)
    transport.cut()
    await aborted(lock.lost)
    // The holding process notices it at its next beat, and ends.
    while (await look()) await new Promise((resolve) => setTimeout(resolve, 50))
    const next = await acquire('bert')
    // Both are released at once, and neither affects the other.
    await Promise.all([breakOne(lock.info.nonce), next.release()])
    expect(await look()).toBeUndefined()
  })

  it('expires when nobody renews it, though the channel is open', async () => {
    // Renewals never come, and the lease is made old: the holding process must end on its own.
    const lock = await acquire('anna', localTransport({ host: 'm1' }), {
      renewMs: 3_600_000,
      leaseSeconds: 30,
    })
    utimesSync(join(runDir, 'lock.lease'), 1000, 1000)
    await aborted(lock.lost)
    expect(lock.why()).toBe('its lease was not renewed in time')
    expect(existsSync(join(runDir, 'lock.json'))).toBe(false)
    await acquire('bert')
  })

  it('is kept by its renewals', async () => {
    const { transport, beats } = countingBeats()
    const lock = await acquire('anna', transport, { renewMs: 200 })
    utimesSync(join(runDir, 'lock.lease'), 1000, 1000)
    // Each beat checks the lease. If the lease were not renewed, no next beat would come.
    const seen = beats()
    await Promise.race([
      aborted(lock.lost),
      expect.poll(beats, { timeout: 20_000 }).toBeGreaterThan(seen + 2),
    ])
    expect(lock.lost.aborted).toBe(false)
  })

  it('is given up when its host says nothing any more', async () => {
    const local = localTransport({ host: 'm1' })
    const mute: typeof local.run = (request) =>
      local.run({ ...request, onLine: (line) => line !== '@beat' && request.onLine?.(line) })
    const run: typeof local.run = (request) =>
      Promise.race([
        mute(request),
        new Promise<never>((_, reject) => {
          request.signal?.addEventListener('abort', () => reject(new Error('aborted')))
        }),
      ])
    const lock = await acquire('anna', { ...local, run }, { silentMs: 1500 })
    await aborted(lock.lost)
    expect(lock.why()).toBe('m1 printed nothing for 1.5 s')
    await breakOne(lock.info.nonce)
    const silent: typeof local.run = (request) =>
      new Promise((_, reject) =>
        request.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
      )
    await expect(acquire('bert', { ...local, run: silent }, { silentMs: 200 })).rejects.toMatchObject({
      code: 'RUN_TIMEOUT',
      message: expect.stringContaining('m1 printed nothing for 0.2 s'),
    })
  })

  it('of a holder that wrote nonsense names nobody', async () => {
    const lock = await acquire('anna')
    writeFileSync(join(runDir, 'lock.json'), '{"holder": 5, "pid": "x"}')
    await expect(acquire('bert')).rejects.toMatchObject({
      code: 'LOCK_HELD',
      message: 'the cluster is locked by a run that has just started',
    })
    await lock.release()
  })

  it("can be released by another operator, and the former holder's signal is aborted", async () => {
    const lock = await acquire('anna')
    expect((await breakLock(localTransport(), { runDir, as: null }))?.holder).toBe('anna')
    await aborted(lock.lost)
    expect(await look()).toBeUndefined()
  })
})
