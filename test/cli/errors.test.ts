import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pc from 'picocolors'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import type { Console } from '../../cli/console.ts'
import { emrTranslate } from '../../cli/verbs/aws/emr.ts'
import { diagram, output } from '../../cli/verbs/aws/stacks.ts'
import { release } from '../../cli/verbs/lock.ts'
import { releaseLock } from '../../provisioners/operations/lock/index.ts'

// Files of the unit tests share their modules: this one needs modules with its mocks, and removes them afterwards.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

vi.mock('../../provisioners/operations/lock/index.ts', () => ({
  lockStatus: async () => ({
    holder: { holder: 'ann', pid: 7, from: 'laptop', since: 'noon', reason: 'bootstrap' },
  }),
  releaseLock: vi.fn(),
}))
vi.mock('../../stacks/terraform/index.ts', async (original) => ({
  ...(await original<typeof import('../../stacks/terraform/index.ts')>()),
  outputs: async () => ({ insights: { vpc_id: 'vpc-1', howdah: {} } }),
}))

const dir = mkdtempSync(join(tmpdir(), 'howdah-cli-errors-'))
const file = join(import.meta.dirname, '../../examples/aws-single-server.yml')
afterAll(() => rmSync(dir, { recursive: true, force: true }))
afterEach(() => void vi.restoreAllMocks())

/** A console whose answer to every question is no. */
const console: Console = {
  options: {},
  out: pc.createColors(false),
  err: pc.createColors(false),
  signal: new AbortController().signal,
  report: () => {},
  result: () => expect.unreachable('there is no result'),
  note: () => {},
  clearLive: () => {},
  shown: async () => {},
  consent: vi.fn(async () => false),
  operation: (file) => ({ file }) as never,
}

it('a lock is not released without consent', async () => {
  await expect(release(console, { file: 'cluster.yml' })).rejects.toMatchObject({
    ...{ code: 'LOCK_KEPT', exitCode: 18 },
    details: { next: 'howdah lock release --yes' },
  })
  expect(console.consent).toHaveBeenCalledWith(expect.stringContaining('ann (process 7 on laptop)'), '')
  expect(releaseLock).not.toHaveBeenCalled()
})

it.each([
  [join(dir, 'none.yml'), `there is no ${join(dir, 'none.yml')}`],
  [dir, `${dir} can't be read (EISDIR)`],
])('a legacy file that cannot be read is named: %#', async (path, message) => {
  await expect(emrTranslate(console, { file: path } as never)).rejects.toMatchObject({
    ...{ code: 'LEGACY_FILE', exitCode: 10, message },
    details: { where: path, next: expect.stringMatching(/^ls -l \//) },
  })
})

describe('stacks', () => {
  it('have no diagram of an unknown stack', async () => {
    await expect(diagram(console, { file, outdir: dir, stack: 'insight' })).rejects.toMatchObject({
      ...{ code: 'STACKS_UNKNOWN', exitCode: 10, message: 'there is no stack insight' },
      details: { expected: 'insights' },
    })
  })

  it('have no output of a name that none of them defines', async () => {
    await expect(output(console, { file, outdir: dir, name: 'vpc' })).rejects.toMatchObject({
      ...{ code: 'STACKS_NO_OUTPUT', exitCode: 10, message: 'no stack has an output vpc' },
      details: { expected: 'vpc_id, howdah' },
    })
  })
})
