import { type Command, CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { depthOf } from '../../cli/verbs/bootstrap.ts'
import { chosenBy } from '../../cli/verbs/plan.ts'

const below = (command: Command): Command[] => command.commands.flatMap((sub) => [sub, ...below(sub)])

/** The options that a command line gives its verb. */
async function optionsOf(...args: string[]): Promise<Record<string, unknown>> {
  let found: Record<string, unknown> = {}
  const root = buildProgram(async (globals) => {
    found = { ...globals }
  })
  for (const command of [root, ...below(root)]) {
    command.exitOverride().configureOutput({ writeOut() {}, writeErr() {} })
  }
  await root.parseAsync(args, { from: 'user' })
  return found
}

describe('--only and --host', () => {
  it.each(['plan', 'bootstrap'])('of %s take names with commas between them', async (verb) => {
    const options = await optionsOf(verb, 'x.yml', '--only', 'hdfs, yarn', '--host', 'w1,w2')
    expect(options).toMatchObject({ only: ['hdfs', 'yarn'], host: ['w1', 'w2'] })
    expect(chosenBy(options)).toEqual({ only: ['hdfs', 'yarn'], hosts: ['w1', 'w2'] })
  })

  it('name the whole cluster when they are absent, and nothing when they are empty', async () => {
    expect(chosenBy(await optionsOf('plan'))).toEqual({})
    await expect(optionsOf('plan', '--only', ' ,')).rejects.toBeInstanceOf(CommanderError)
  })

  it.each(['users update', 'apps update', 'logs apply', 'schedule apply'])(
    'are unknown to %s',
    async (verb) => {
      await expect(optionsOf(...verb.split(' '), '--host', 'w1')).rejects.toBeInstanceOf(CommanderError)
    },
  )
})

describe('how deep a bootstrap verifies', () => {
  it.each([
    ['the whole cluster, changed', {}, true, 'full'],
    ['the whole cluster, unchanged', {}, false, 'quick'],
    ['a part, changed', { only: ['users'] }, true, 'none'],
    ['a part on some hosts, unchanged', { host: ['w1'] }, false, 'none'],
    ['a part, with --verify', { host: ['w1'], verify: 'full' }, true, 'full'],
    ['a part, unchanged, with --verify', { only: ['hdfs'], verify: 'full' }, false, 'quick'],
    ['nothing, with --verify none', { verify: 'none' }, true, 'none'],
  ] as const)('%s', (_title, options, changed, depth) => expect(depthOf(options, changed)).toBe(depth))
})
