import { setTimeout as sleep } from 'node:timers/promises'
import { interrupted } from '../run.ts'

/**
 * Calls `ready` repeatedly, at first often, until it gives a value or `ms` have passed (then undefined).
 * Throws LAB_INTERRUPTED after an abort, and whatever `ready` throws.
 */
export async function until<T>(
  ms: number,
  ready: () => Promise<T | undefined>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const end = Date.now() + ms
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 500)) {
    if (signal?.aborted) throw interrupted()
    const value = await ready()
    if (value !== undefined) return value
    if (Date.now() >= end) return undefined
    await sleep(pause, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
}
