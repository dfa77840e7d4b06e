import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newLockInfo } from '../../provisioners/engine/lock-info.ts'
import { claimedElsewhere, claimHosts, clearRecords } from '../../provisioners/runtime/claim.ts'
import type { HeldLock } from '../../provisioners/runtime/lock.ts'
import { lockLost } from '../../provisioners/runtime/lock-lost.ts'
import type { Session } from '../../provisioners/runtime/session.ts'
import type { RunRequest, Transport } from '../../provisioners/transport/types.ts'
import { localTransport } from '../engine/support/local-transport.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'howdah-claim-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A host whose /run and /var are in a directory of its own, by its address. */
function host(name: string, address: string): Transport {
  const local = localTransport({ host: name })
  const moved = (script: string): string =>
    script.replaceAll(/\/(run|var\/lib)\/howdah/g, (path) => join(root, address) + path)
  return { ...local, run: (request: RunRequest) => local.run({ ...request, script: moved(request.script) }) }
}
/** The session of an operator whose cluster.yml has these hosts. */
const session = (hosts: Readonly<Record<string, string>>): Session =>
  ({
    cluster: { name: 'c', hosts: Object.entries(hosts).map(([name, address]) => ({ name, address })) },
    transports: Object.fromEntries(
      Object.entries(hosts).map(([name, address]) => [name, host(name, address)]),
    ),
  }) as unknown as Session
const info = (holder: string, at: string) => newLockInfo({ cluster: 'c', holder, reason: 'bootstrap', at })
const record = (address: string): string =>
  readFileSync(join(root, address, 'var/lib/howdah/fence'), 'utf8').split('\n')[0] ?? ''

describe('two operators with different files', () => {
  it('exclude each other where they share a host, though neither reaches the lock of the other', async () => {
    const [anna, bert] = [info('anna', '10.0.0.1'), info('bert', '10.0.0.2')]
    await claimHosts(session({ m1: '10.0.0.1', w1: '10.0.0.9' }), anna)
    const other = session({ m2: '10.0.0.2', w: '10.0.0.9' })
    await expect(claimHosts(other, bert)).rejects.toMatchObject({
      code: 'LOCK_HELD',
      message: expect.stringMatching(/^w is used by the run of anna .*its lock is on 10\.0\.0\.1/),
      details: { next: expect.stringContaining('howdah lock release') },
    })
    expect(await claimedElsewhere(other)).toMatchObject({ holder: 'anna' })
    expect(record('10.0.0.9')).toBe(`1 ${anna.nonce} held`)
    // What `howdah lock release` does. From then on, the first run is refused on that host.
    await clearRecords(other, info('bert', '10.0.0.2'))
    expect(record('10.0.0.9')).toMatch(/^2 [0-9a-f]+ free$/)
    expect((await claimHosts(other, bert)).token).toBe(3)
  })

  it('at the same moment: at most one gets all its hosts', async () => {
    for (let i = 0; i < 5; i++) {
      const two = ['10.0.1.1', '10.0.1.2'].map((at) =>
        claimHosts(session({ m: at, w1: `10.0.2.${i}`, w2: `10.0.3.${i}` }), info('x', at)),
      )
      const settled = await Promise.allSettled(two)
      expect(settled.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(2)
      for (const each of settled) {
        if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'LOCK_HELD' })
      }
    }
  })

  it('go on after a run that was killed, when the host of its lock is read', async () => {
    await claimHosts(session({ m1: '10.0.0.1', w1: '10.0.0.9' }), info('anna', '10.0.0.1'))
    const fence = await claimHosts(
      session({ m2: '10.0.0.2', old: '10.0.0.1', w1: '10.0.0.9' }),
      info('bert', '10.0.0.2'),
    )
    expect(fence.token).toBe(2)
  })
})

it('a lost lock says what was done, what was not, who holds it, and what to type', async () => {
  const transport = host('m1', '10.0.0.1')
  const lock = { info: info('anna', '10.0.0.1'), why: () => 'its lease was not renewed in time' }
  const outcomes = { 'm1!file:/a': 'ok', 'm1!unit:b': 'skipped', 'w1!unit:c': 'unknown' } as const
  const error = await lockLost({ lock, transport } as unknown as HeldLock, {
    applied: { outcomes, failures: [], ms: 1 },
  })
  expect(error).toMatchObject({ code: 'LOCK_LOST', exitCode: 16 })
  expect(error.details).toMatchObject({
    message: 'this run lost the lock on m1: its lease was not renewed in time',
    found: 'nobody holds it now',
    detail: 'done: 1\n  m1: file:/a\nof unknown outcome: 1\n  w1: unit:c\nnot done: 1\n  m1: unit:b',
    next: expect.stringMatching(/^howdah lock status/),
  })
})
