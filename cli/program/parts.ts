import { Argument, type Command, type Help, InvalidArgumentError, Option } from 'commander'
import { expandRange, RangeProblem } from '../../provisioners/config/document/ranges.ts'
import type { GlobalOptions } from '../console.ts'

/**
 * The parts of all verbs: their texts, the argument that names cluster.yml, and the options that several verbs
 * share. Help, the man page and completion find examples and hints here.
 */

/** A command line that works when typed, and what it does. */
export type Example = readonly [commandLine: string, does: string]

export interface VerbText {
  /** One line for lists of verbs. */
  readonly summary: string
  /** The text of the verb's own help. Paragraphs are separated by an empty line. */
  readonly description: string
  readonly examples: readonly Example[]
}

/** What a shell offers for a value: names of files or directories, or these words. */
export type Hint = 'yml' | 'file' | 'directory' | readonly string[]

const examples = new WeakMap<Command, readonly Example[]>()
const hints = new WeakMap<Argument | Option, Hint>()

/** The examples of a verb, in their order. */
export const examplesOf = (command: Command): readonly Example[] => examples.get(command) ?? []

/** What a shell may offer for this value; undefined where only the user knows it. */
export const hintOf = (value: Argument | Option): Hint | undefined => hints.get(value) ?? value.argChoices

/** Sets what a shell may offer for a value. */
export function offering<T extends Argument | Option>(value: T, hint: Hint): T {
  hints.set(value, hint)
  return value
}

/** The global options of a verb that was called. */
export const globalsOf = (command: Command): GlobalOptions => command.optsWithGlobals()

/** Adds a verb below `parent`, with its texts. */
export function addVerb(parent: Command, name: string, text: VerbText): Command {
  return describeVerb(parent.command(name), text)
}

/** Adds a verb that has verbs of its own. */
export function addGroup(parent: Command, name: string, text: VerbText): Command {
  return addVerb(parent, name, text).helpCommand('help [verb]', 'show the help of a verb')
}

/** Gives a command its texts. The examples are at the end of its help. */
export function describeVerb(command: Command, text: VerbText): Command {
  examples.set(command, text.examples)
  return command
    .summary(text.summary)
    .description(text.description)
    .addHelpText('after', ({ command: shown }) => exampleText(shown))
}

/** Wraps text that a command adds to commander's help at the width of the terminal. */
export function helperOf(command: Command): Help & { helpWidth: number } {
  const helpWidth = command.configureOutput().getOutHelpWidth?.() ?? 80
  return Object.assign(command.createHelp(), { helpWidth })
}

function exampleText(command: Command): string {
  const shown = examplesOf(command)
  const helper = helperOf(command)
  const width = Math.max(...shown.map(([line]) => line.length))
  const besides = width <= helper.helpWidth / 2
  const lines = shown.map(([line, does]) =>
    besides ? helper.formatItem(line, width, does, helper) : `  ${line}\n      ${does}`,
  )
  return `\n${helper.styleTitle('Examples:')}\n${lines.join('\n')}`
}

const CLUSTER_FILE = 'the file that describes the cluster'

/** The argument `[file]` of every verb that reads cluster.yml. */
export const clusterArgument = (): Argument =>
  offering(new Argument('[file]', CLUSTER_FILE).default('cluster.yml', './cluster.yml'), 'yml')

/** The same file as an option, for verbs whose arguments are something else. */
export const clusterOption = (): Option =>
  offering(new Option('-f, --file <file>', CLUSTER_FILE).default('cluster.yml', './cluster.yml'), 'yml')

/** Reads a whole number of zero or more. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('Give a whole number, such as 60.')
  return value
}

/** Reads a whole number of one or more. */
export function positiveNumber(text: string): number {
  const value = wholeNumber(text)
  if (value === 0) throw new InvalidArgumentError('Give a whole number of 1 or more.')
  return value
}

/** Reads hosts with commas between them: `m1,w[1-3]`, as in cluster.yml. */
export function hostList(text: string): string[] {
  // A comma inside of brackets belongs to the range.
  const names = nameList(text.replaceAll(/\[[^\]]*\]/g, (range) => range.replaceAll(',', ';')))
  try {
    return names.flatMap((name) => expandRange(name.replaceAll(';', ',')))
  } catch (error) {
    if (error instanceof RangeProblem) throw new InvalidArgumentError(`${error.message}.`)
    throw error
  }
}

/** Reads the name of a database, which goes into SQL. */
export function databaseName(text: string): string {
  if (!/^[A-Za-z0-9_$-]{1,64}$/.test(text))
    throw new InvalidArgumentError('Give at most 64 letters, digits, underscores and dashes.')
  return text
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Reads a duration, such as 30m, in seconds. */
export function durationSeconds(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? []
  if (count === '') throw new InvalidArgumentError('Give a duration, such as 30m, 6h or 2d.')
  return Number(count) * (SECONDS[unit] as number)
}

/** Reads names with commas between them. */
export function nameList(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) throw new InvalidArgumentError('Give names with commas between them.')
  return names
}

export const yesOption = (): Option => new Option('-y, --yes', 'do not ask for consent')

export const lockWaitOption = (): Option =>
  new Option(
    '--lock-wait <seconds>',
    'how long to wait when another operator holds the lock (default: do not wait)',
  ).argParser(wholeNumber)

export const bundleOption = (): Option =>
  offering(new Option('--bundle <file>', 'take all software from this bundle and from nowhere else'), 'file')

export const outdirOption = (): Option =>
  offering(
    new Option('-o, --outdir <dir>', 'the directory of the generated stacks').default('cdktf.out'),
    'directory',
  )

/** Options of the verbs that plan the whole cluster, for a part of it. */
export const partOptions = (): Option[] => [
  new Option(
    '--only <components>',
    'only these components, such as hdfs or users; put commas between the names',
  ).argParser(nameList),
  new Option('--host <hosts>', 'only these hosts, such as m1,w[1-3]; put commas between the names').argParser(
    hostList,
  ),
  new Option(
    '--adopt <hosts>',
    'take over these hosts, which belonged to another cluster; put commas between the names',
  ).argParser(hostList),
]

/** Options of every verb that shows a plan of hosts and changes nothing. */
export const planOptions = (): Option[] => [
  new Option('--detailed-exitcode', 'exit with 2 when there are changes'),
  new Option('--full', 'show the content of new files, not only of changed ones'),
  new Option('--show-script', 'also print the script that each host would run'),
]

/** Adds several options at once. */
export function addOptions(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option)
  return command
}
