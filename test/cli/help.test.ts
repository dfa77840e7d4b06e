import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { examplesOf } from '../../cli/program/parts.ts'
import { exitCodes } from '../../cli/program/reference.ts'
import { buildProgram } from '../../cli/program.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const GLOBAL = ['--json', '--output <form>', '-q, --quiet', '--no-pager', '-v, --verbose']

const quiet = { writeOut() {}, writeErr() {} }

/** The command line with verbs that do nothing; `called` counts them. */
function program(): { root: Command; called: string[] } {
  const called: string[] = []
  const root = buildProgram(async () => void called.push('verb'))
  for (const command of [root, ...below(root)]) command.exitOverride().configureOutput(quiet)
  return { root, called }
}

function below(command: Command): Command[] {
  return command.commands.flatMap((sub) => [sub, ...below(sub)])
}

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()

/** The output of `--help` at that width. */
function helpOf(command: Command, width = 80): string {
  let text = ''
  command
    .configureOutput({
      getOutHelpWidth: () => width,
      getOutHasColors: () => false,
      writeOut: (part) => {
        text += part
      },
    })
    .outputHelp()
  command.configureOutput(quiet)
  return text
}

const { root } = program()
const HIDDEN = 'howdah complete'
const verbs = below(root).filter((command) => pathOf(command) !== HIDDEN)
const named = verbs.map((command) => [pathOf(command), command] as const)

/** The arguments of each `howdah …` of a line of shell. */
function callsIn(line: string): string[][] {
  const calls = [...line.replaceAll(/(^|\s)#.*$/g, '').matchAll(/(?:^|[\s(])howdah ([^&|><)]*)/g)]
  return calls.map(([, rest = '']) =>
    (rest.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll(/['"]/g, '')),
  )
}

/** Parses a command line with verbs that do nothing; the error, where it is wrong. */
async function mistakeIn(args: readonly string[]): Promise<string | undefined> {
  const { root: fresh, called } = program()
  try {
    await fresh.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : error.message
    throw error
  }
  return called.length === 1 ? undefined : 'no verb was called'
}

describe('the help of every verb', () => {
  it.each(named)('%s has a description, examples and the global options', (_path, command) => {
    const text = helpOf(command)
    expect(command.summary()).not.toBe('')
    expect(command.description()).toMatch(/\.$/)
    expect(examplesOf(command).length).toBeGreaterThan(0)
    for (const [line] of examplesOf(command)) expect(text).toContain(line)
    const [, global = ''] = text.split('Global Options:')
    for (const option of GLOBAL) expect(global).toContain(option)
  })

  it.each(named)('%s describes every argument and option', (_path, command) => {
    for (const argument of command.registeredArguments)
      expect(argument.description, argument.name()).not.toBe('')
    for (const option of command.options) expect(option.description, option.flags).not.toBe('')
  })

  it.each(named)(
    '%s names the default of cluster.yml once at most, beside its argument',
    (_path, command) => {
      const text = helpOf(command, 200)
      expect(text.split('default: ./cluster.yml').length - 1).toBeLessThanOrEqual(1)
      expect(command.description()).not.toContain('default:')
      if (command.registeredArguments.some((argument) => argument.name() === 'file'))
        expect(text).toMatch(/^ {2}file +.*\(default: \.\/cluster\.yml\)$/m)
    },
  )

  it.each(named)('%s fits into 80 columns', (_path, command) => {
    const examples = helpOf(command).split('Examples:')
    for (const line of examples[0]?.split('\n') ?? []) expect(line.length, line).toBeLessThanOrEqual(80)
  })
})

describe('the help of howdah', () => {
  const text = helpOf(root)

  it('lists verbs in groups, in the order of their use, one line each', () => {
    const headings = text.match(/^\S.*:$/gm)
    expect(headings).toEqual([
      ...['Options:', 'Start:', 'Plan and bootstrap:', 'Operate:', 'Parts of a cluster:', 'AWS:'],
      ...['This machine:', 'Examples:', 'Exit codes:'],
    ])
    const listed = root.createHelp().visibleCommands(root)
    for (const command of listed.filter((verb) => verb.name() !== 'help'))
      expect(text).toMatch(
        new RegExp(`^ {2}${command.name()}.*${command.summary().slice(-12).replace(/[()]/g, '\\$&')}$`, 'm'),
      )
  })

  it('has the exit codes of the errors, each with a meaning', () => {
    for (const [code, meaning] of exitCodes)
      expect(text).toMatch(new RegExp(`^ {2}${code} +${meaning.slice(0, 20)}`, 'm'))
  })

  it('names the verbs of each group of verbs in its summary', () => {
    for (const group of root.commands.filter((command) => command.commands.length > 0))
      for (const verb of group.commands) expect(group.summary(), group.name()).toContain(verb.name())
  })
})

describe('examples', () => {
  it('have their explanation beside them where the terminal is wide enough', () => {
    expect(helpOf(root, 80)).toContain('\n  howdah plan\n      show what would change on them\n')
    expect(helpOf(root, 140)).toMatch(/\n {2}howdah plan {10,}show what would change on them\n/)
  })

  const lines = [root, ...verbs].flatMap((command) => examplesOf(command).map(([line]) => line))

  it.each([...new Set(lines)])('%s parses', async (line) => {
    const calls = callsIn(line)
    expect(calls.length).toBeGreaterThan(0)
    for (const args of calls) expect(await mistakeIn(args), line).toBeUndefined()
  })

  it('of a verb call that verb', () => {
    for (const [path, command] of named.filter(([, { commands }]) => commands.length === 0))
      expect(
        examplesOf(command).some(([line]) => `${line} `.includes(`${path} `)),
        path,
      ).toBe(true)
  })

  it('are refused when they are wrong', async () => {
    expect(await mistakeIn(['plan', '--fill'])).toContain('--fill')
    expect(await mistakeIn(['lab', 'up', '--profile', 'none'])).toContain('none')
    expect(await mistakeIn(['lab', 'rise'])).toContain('rise')
  })

  it('with options of a command on a host pass them to the command', async () => {
    const { root: fresh } = program()
    await fresh.parseAsync(['lab', 'ssh', 'm1', 'hdfs', 'dfsadmin', '-report'], { from: 'user' })
    const ssh = below(fresh).find((command) => pathOf(command) === 'howdah lab ssh')
    expect(ssh?.args).toEqual(['m1', 'hdfs', 'dfsadmin', '-report'])
  })

  const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)]
  it.each(pages.filter((page) => page.endsWith('.md')))('of %s parse', async (page) => {
    const blocks = readFileSync(join(ROOT, page), 'utf8').matchAll(/^```sh\n(.*?)^```/gms)
    const shell = [...blocks].flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'))
    for (const line of shell)
      for (const args of callsIn(line)) expect(await mistakeIn(args), line).toBeUndefined()
  })
})

describe('options with a number', () => {
  it.each([
    ['bootstrap', '--lock-wait', 'soon'],
    ['store', 'rotate', '--lock-wait', '1e3'],
    ['users', 'update', '--lock-wait', '-5'],
    ['apps', 'update', '--lock-wait', ''],
    ['verify', '--seed', '0x10'],
    ['verify', '--seed', '99999999999999999999'],
  ])('%s %s %s is refused', async (...args) => {
    expect(await mistakeIn(args)).toMatch(/argument '.*' is invalid\. Give a whole number, such as 60\./)
  })

  it('are read as numbers', async () => {
    let waited: unknown
    const parsed = buildProgram(async (globals) => {
      waited = globals.lockWait
    })
    await parsed.parseAsync(['bootstrap', '--lock-wait', '60'], { from: 'user' })
    expect(waited).toBe(60)
  })

  it('name the option and exit with 1 at the terminal', () => {
    const { status, stderr } = spawnSync(join(ROOT, 'bin/howdah'), ['verify', '--seed', 'x'], {
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toContain("option '--seed <n>' argument 'x' is invalid")
  })
})
