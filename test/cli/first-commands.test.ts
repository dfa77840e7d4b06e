import { type Command, CommanderError } from 'commander'
import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import type { Console } from '../../cli/console.ts'
import { buildProgram } from '../../cli/program.ts'
import { init } from '../../cli/verbs/describe.ts'

/** What `howdah init` prints. */
async function initText(...args: Parameters<typeof init>[1][]): Promise<string> {
  let shown = ''
  const colors = pc.createColors(false)
  const console = {
    ...{ out: colors, err: colors, note: () => {} },
    result: (_json: object, text: () => string) => {
      shown = text()
    },
  }
  for (const options of args) await init(console as unknown as Console, options)
  return shown
}

describe('howdah init', () => {
  it('makes the hosts of a range', async () => {
    const text = await initText({ addresses: ['10.0.0.[11-13]'], name: 'insights' })
    expect(text).toContain('{name: w2, address: 10.0.0.13, roles: [worker]}')
  })

  it.each([
    [{ addresses: ['10.0.0.[13-11]'] }, 'SPEC_BAD_RANGE'],
    [{ addresses: ['::1'] }, 'SPEC_BAD_ADDRESS'],
    [{ addresses: ['127.0.0.1', '10.0.0.2'] }, 'SPEC_BAD_ADDRESS'],
    [{ addresses: ['10.0.0.1', '10.0.0.1'] }, 'SPEC_DUPLICATE_ADDRESS'],
    [{ addresses: ['10.0.0.1'], name: 'A_b' }, 'SPEC_INVALID_VALUE'],
    [{ addresses: ['10.0.0.1'], user: 'R:x' }, 'SPEC_INVALID_VALUE'],
    [{ addresses: ['cluster.yml'] }, 'INIT_NOT_A_HOST'],
  ])('%j is refused as validate would refuse its file: %s', async (options, code) => {
    await expect(initText({ name: 'insights', ...options })).rejects.toMatchObject({ code, exitCode: 10 })
  })

  it.each(['large-hadoop', 'single-server'] as const)(
    '--aws %s has a key, so that a bootstrap can log in',
    async (aws) => {
      const text = await initText({ addresses: [], name: 'insights', aws })
      expect(text).toMatch(/^ {2}keyPair: \{publicKeyFile: /m)
    },
  )
})

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)]

it.each([
  [['init', '--aws', 'small-emr', '10.0.0.1'], 'takes no addresses'],
  [['bootstrap', '--lock-wait', 'abc'], 'Give a whole number'],
  [['plan', '--host', 'w[3-1]'], 'runs backwards'],
  [['pipeline', 'smoke', '--timeout', '0'], '1 or more'],
  [['store', 'backup', '--database', 'a b'], 'letters, digits'],
])('%j is a wrong command line: %s', async (args, message) => {
  const program = buildProgram(async () => {})
  for (const command of all(program)) command.exitOverride().configureOutput({ writeErr() {}, writeOut() {} })
  const error = await program.parseAsync(args, { from: 'user' }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(CommanderError)
  expect(error).toMatchObject({ exitCode: 1, message: expect.stringContaining(message) })
})

it('--host takes ranges, also with commas inside', async () => {
  const program = buildProgram(async () => {})
  await program.parseAsync(['plan', '--host', 'm1,w[1-2,7]'], { from: 'user' })
  const plan = program.commands.find((command) => command.name() === 'plan')
  expect(plan?.opts().host).toEqual(['m1', 'w1', 'w2', 'w7'])
})
