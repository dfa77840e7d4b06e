import { afterAll, afterEach, expect, vi } from 'vitest'
import { removeScratch } from './scratch.ts'

/**
 * Runs once for each test file. Files of the project `unit` share a process and its modules, so a hook that all of
 * them need is registered here (a module that is shared registers its hooks for its first importer only), and a file
 * that leaves the process changed is named: its changes would reach the files after it.
 */

const before = state()

afterEach(removeScratch)

afterAll(() => {
  expect(state(), 'this file leaves the process changed').toEqual(before)
})

function state() {
  const { VITEST_POOL_ID, VITEST_WORKER_ID, ...env } = process.env
  return {
    directory: process.cwd(),
    env,
    exitCode: process.exitCode,
    fakeTimers: vi.isFakeTimers(),
    listeners: Object.fromEntries(
      ['SIGINT', 'SIGTERM', 'exit'].map((event) => [event, process.listenerCount(event)]),
    ),
  }
}
