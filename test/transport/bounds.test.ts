import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { childChannel } from '../../provisioners/transport/child-channel.ts'
import type { Link } from '../../provisioners/transport/link.ts'
import { LocalLink } from '../../provisioners/transport/link-local.ts'
import { runSession } from '../../provisioners/transport/session.ts'

const context = (link: Link, more = {}) => ({ host: 'w1', link, redact: (text: string) => text, ...more })
/** A host that runs something else than what it is sent. */
const odd = (command: string): Link => ({
  ...{ loginUser: 'x', alive: true, ambiguous255: false },
  open: async () =>
    childChannel(spawn('sh', ['-c', command], { stdio: 'pipe', detached: true }), { group: true }),
  connect: () => Promise.reject(new Error('not in this test')),
  close: async () => {},
})
const FLOOD = 'while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'

describe('a host is given up, by name, when it', () => {
  it.each([
    ['floods stdout', `${FLOOD}; done`, 'stdout'],
    ['floods stderr', `${FLOOD} >&2; done`, 'stderr'],
    ['floods without a line break', 'tr "\\0" x </dev/zero', 'stdout'],
  ])('%s', async (_, script, stream) => {
    const request = { script, mostBytes: 2 * 1024 * 1024, keepBytes: 4096, onLine: () => {} }
    await expect(runSession(context(new LocalLink()), request)).rejects.toMatchObject({
      code: 'RUN_FLOOD',
      exitCode: 11,
      message: `w1 sent more than 2048 KiB on ${stream}, so its script was given up; its outcome is unknown`,
    })
  })

  it.each([
    ['stdout', `${FLOOD}; done`],
    ['stderr', `${FLOOD} >&2; done`],
  ])('floods %s before the script begins', async (_, command) => {
    const run = runSession(context(odd(command)), { script: 'true', mostBytes: 1024 * 1024 })
    await expect(run).rejects.toMatchObject({
      code: 'RUN_FLOOD',
      message: expect.stringMatching(/^w1 .*before/),
    })
  })

  it('never begins the script, and says nothing', async () => {
    const run = runSession(context(odd('exec sleep 60'), { beginMs: 300 }), { script: 'true' })
    await expect(run).rejects.toMatchObject({
      code: 'RUN_TIMEOUT',
      message: 'w1 did not begin a script within 0.3 s; whether it began is unknown',
    })
  })

  it('says nothing for longer than the request allows', async () => {
    const run = runSession(context(new LocalLink()), { script: 'sleep 60', timeoutMs: 300 })
    await expect(run).rejects.toMatchObject({
      code: 'RUN_TIMEOUT',
      message: expect.stringMatching(/w1 .*0\.3 s/),
    })
  })
})

it('a script that has begun is not bound by the time to begin', async () => {
  const ran = await runSession(context(new LocalLink(), { beginMs: 300 }), { script: 'sleep 0.6; echo done' })
  expect(ran).toMatchObject({ exit: 0, stdout: 'done\n' })
})
