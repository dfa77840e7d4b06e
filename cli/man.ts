import type { Command } from 'commander'
import { type Example, examplesOf } from './program/parts.ts'
import { environment, exitCodes, files } from './program/reference.ts'

/** The manual page, in the man(7) macros, generated from the same texts as the help. `npm run man` writes it. */

type Entry = readonly [term: string, text: string]

/** Text that roff prints unchanged. Each sentence begins a line of the source, so that diffs stay small. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\(rs')
    .replaceAll('-', '\\-')
    .replaceAll(/([.?!]) (?=[A-Z])/g, '$1\n')
    .replaceAll(/^(?=[.'])/gm, '\\&')

/** Text that a user types: quotes stay straight, and spaces are kept. */
const typed = (text: string): string =>
  text
    .replaceAll('\\', '\\(rs')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')

const section = (title: string, ...body: readonly string[]): string[] => [
  `.SH "${typed(title.replace(/:$/, '').toUpperCase())}"`,
  ...body,
]

const list = (entries: readonly Entry[]): string[] =>
  entries.flatMap(([term, text]) => ['.TP', `.B "${typed(term)}"`, plain(text)])

const titled = (title: string, entries: readonly Entry[]): string[] =>
  entries.length === 0 ? [] : ['.PP', title, ...list(entries)]

const exampleList = (examples: readonly Example[]): string[] => titled('Examples:', examples)

function optionsOf(command: Command): Entry[] {
  const help = command.createHelp()
  return help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((option) => [help.optionTerm(option), help.optionDescription(option)])
}

function argumentsOf(command: Command): Entry[] {
  const help = command.createHelp()
  return help
    .visibleArguments(command)
    .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)])
}

/** A verb and the verbs below it. */
function verbText(command: Command): string[] {
  const help = command.createHelp()
  const below = verbsOf(command)
  return [
    `.SS "${typed(help.commandUsage(command))}"`,
    plain(command.description()),
    ...list(argumentsOf(command)),
    ...list(optionsOf(command)),
    ...exampleList(examplesOf(command)),
    ...below.flatMap(verbText),
  ]
}

const verbsOf = (command: Command): readonly Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((verb) => verb.name() !== 'help')

function groupsOf(program: Command): ReadonlyMap<string, readonly Command[]> {
  const groups = new Map<string, Command[]>()
  for (const verb of verbsOf(program)) {
    const heading = verb.helpGroup()
    groups.set(heading, [...(groups.get(heading) ?? []), verb])
  }
  return groups
}

/** The manual page of the whole command line. */
export function manPage(program: Command): string {
  const name = program.name()
  const groups = [...groupsOf(program)]
  return [
    `.\\" Made by "npm run man" from the texts of the command line. Do not edit.`,
    `.TH ${name.toUpperCase()} 1 "" "Howdah" "User Commands"`,
    ...section('Name', `${name} \\- ${plain(program.summary())}`),
    ...section(
      'Synopsis',
      `.B ${name}`,
      '[options]',
      '.I verb',
      '[arguments]',
      '.br',
      `.B ${name} help`,
      '[verb]',
    ),
    ...section(
      'Description',
      plain(program.description()),
      '.PP',
      `A cluster is described by a file, cluster.yml. Most verbs take it as their argument, and read`,
      '.I ./cluster.yml',
      'when no file is named.',
    ),
    ...section('Global options', 'Every verb takes these options.', ...list(optionsOf(program))),
    ...groups.flatMap(([heading, verbs]) => section(heading, ...verbs.flatMap(verbText))),
    ...section('Exit status', ...list(exitCodes.map(([code, text]) => [`${code}`, text]))),
    ...section('Environment', ...list(environment)),
    ...section('Files', ...list(files)),
    ...section('Examples', ...list(examplesOf(program))),
    ...section('See also', '.BR ssh (1),', '.BR ssh_config (5),', '.BR systemd\\-nspawn (1)'),
    '',
  ].join('\n')
}
