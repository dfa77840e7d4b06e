import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openConsole } from '../../cli/console.ts'
import { createPrompts } from '../../cli/prompts.ts'

/** A terminal whose keys are typed by the test. */
function terminal(changed = false) {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const output = new PassThrough()
  const abort = new AbortController()
  const shown: string[] = []
  output.on('data', (chunk: Buffer) => shown.push(chunk.toString()))
  const prompts = createPrompts({ input, output, signal: abort.signal, changed: () => changed })
  return { input, abort, prompts, shown: () => shown.join('') }
}

describe('a question at a terminal', () => {
  it.each([
    ['y\r', true],
    ['YES\r', true],
    ['n\r', false],
    ['\r', false],
  ])('takes %j as %s', async (typed, agreed) => {
    const { input, prompts, shown } = terminal()
    const answer = prompts.confirm('Apply?')
    input.write(typed)
    expect(await answer).toBe(agreed)
    expect(shown()).toContain('Apply? [y/N]')
  })

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('ends with 130 at %s, and says that nothing was changed', async (_key, typed) => {
    const { input, prompts } = terminal()
    const answer = prompts.confirm('Apply?')
    input.write(typed)
    await expect(answer).rejects.toMatchObject({
      ...{ code: 'PROMPT_INTERRUPTED', exitCode: 130 },
      message: 'nothing was changed: the question was not answered',
    })
  })

  it('ends at a signal, and does not claim that nothing was changed after an earlier yes', async () => {
    const { abort, prompts } = terminal(true)
    const answer = prompts.confirm('Apply?')
    abort.abort()
    await expect(answer).rejects.toMatchObject({
      message: expect.stringContaining('nothing more was changed'),
    })
  })
})

describe('a secret at a terminal', () => {
  it('is asked for by the name of its field, and not shown', async () => {
    const { input, prompts, shown } = terminal()
    const answer = prompts.stdin('ssh.password')
    input.write('hunter2\r')
    expect(await answer).toBe('hunter2')
    expect(shown()).toContain('ssh.password')
    expect(shown()).not.toContain('hunter')
  })

  it('is not asked for again after Ctrl-C', async () => {
    const { input, prompts } = terminal()
    const answer = prompts.stdin('ssh.password')
    input.write('hun\x03')
    await expect(answer).rejects.toMatchObject({ code: 'PROMPT_INTERRUPTED' })
  })
})

describe('consent', () => {
  afterEach(() => void vi.restoreAllMocks())

  it.each([
    [{ quiet: true }, true],
    [{ yes: true }, true],
    [{ quiet: true, yes: true }, false],
  ])('with %o shows what it is about: %s', async (options, shown) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const console = await openConsole(options, new AbortController())
    await console.consent('Remove these?', '- hdfs')
    expect(write.mock.calls.flat().join('').includes('- hdfs')).toBe(shown)
  })
})
