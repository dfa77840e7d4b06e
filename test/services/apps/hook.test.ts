import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { APPLY_PRELUDE } from '../../../provisioners/engine/fragments.ts'
import { sha256 } from '../../../provisioners/engine/hash.ts'
import { type AppHook, appHookType } from '../../../provisioners/services/apps/hook.ts'
import { EMIT, runSh } from '../run-sh.ts'

describe('the hook', () => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-hook-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  const hook: AppHook = {
    ...{ type: 'x-app-hook', id: 'app-hook:api', component: 'apps', title: 'the hook' },
    ...{ program: join(dir, 'hook'), reads: [join(dir, 'settings')], environment: { HOWDAH_PORT: '8100' } },
    ...{ record: join(dir, 'var/ran'), log: join(dir, 'log/hook.log'), timeoutSeconds: 2 },
  }
  const write = (text: string) => writeFileSync(hook.program, text, { mode: 0o700 })
  const stateOf = () => {
    const { stdout } = runSh(`${EMIT}${appHookType.probe(hook)}`)
    return stdout === '' ? {} : { ran: stdout.slice('ran='.length).trimEnd() }
  }
  const world = (program: string, settings = 's') => ({
    fileSha256: (path: string) => sha256(path === hook.program ? program : settings),
  })
  const run = () =>
    runSh(`set -eu\n${APPLY_PRELUDE}\n${appHookType.apply(hook, { action: 'run', reason: '' })}`)

  it('runs once, with its environment, and again when it or a file that it reads has changed', () => {
    writeFileSync(hook.reads[0] as string, 's')
    const text = `#!/bin/sh\necho "port $HOWDAH_PORT, $(id -u)" >${join(dir, 'made')}\n`
    write(text)
    expect(appHookType.diff(hook, stateOf(), world(text))).toEqual({
      action: 'run',
      reason: 'has not run yet',
    })
    expect(run()).toMatchObject({ exit: 0 })
    expect(appHookType.diff(hook, stateOf(), world(text))).toBeUndefined()
    expect(appHookType.diff(hook, stateOf(), world(`${text}#`))?.reason).toBe(
      `ran before ${hook.program} changed`,
    )
    expect(appHookType.diff(hook, stateOf(), world(text, 'new password'))?.reason).toBe(
      `ran before ${hook.reads[0]} changed`,
    )
    expect(appHookType.diff({ ...hook, reads: [] }, stateOf(), world(text))?.reason).toBe(
      `ran before ${hook.reads[0]} changed`,
    )
  })

  it('that fails, or takes too long, is not recorded, and the last lines of its output are shown', () => {
    write('#!/bin/sh\necho no such release\nexit 7\n')
    const failed = run()
    expect(failed.exit).not.toBe(0)
    expect(failed.stdout + failed.stderr).toMatch(
      /no such release\n.*ended with exit 7 \(all of its output: .*hook\.log\)/,
    )
    write('#!/bin/sh\nsleep 30\n')
    expect(run().stderr).toContain('not finished after 2 s')
    expect(stateOf()).toEqual({})
  })
})
