import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { howdahVersion } from '../provisioners/files.ts'
import type { Console, GlobalOptions } from './console.ts'
import { appsVerbs } from './program/apps.ts'
import { artifactVerbs } from './program/artifacts.ts'
import { clusterVerbs } from './program/cluster.ts'
import { completionVerbs } from './program/completion.ts'
import { describeVerbs } from './program/describe.ts'
import { emrVerbs } from './program/emr.ts'
import { inventoryVerbs } from './program/inventory.ts'
import { labVerbs } from './program/lab.ts'
import { logsVerbs } from './program/logs.ts'
import { operateVerbs } from './program/operate.ts'
import { describeVerb } from './program/parts.ts'
import { pipelineVerbs } from './program/pipeline.ts'
import { exitText } from './program/reference.ts'
import { scheduleVerbs } from './program/schedule.ts'
import { stackVerbs } from './program/stacks.ts'
import { storeVerbs } from './program/store.ts'
import { usersVerbs } from './program/users.ts'

/** Runs a verb: main.ts gives the console and keeps the exit code. Verbs are imported when called, so help is quick. */
export type Runner = (globals: GlobalOptions, run: (console: Console) => Promise<number>) => Promise<void>

type AddVerbs = (program: Command, runner: Runner) => void

/** The verbs in groups, in the order in which a user meets them. */
const GROUPS: readonly (readonly [heading: string, ...verbs: AddVerbs[]])[] = [
  ['Start:', describeVerbs],
  ['Plan and bootstrap:', clusterVerbs],
  ['Operate:', operateVerbs],
  ['Parts of a cluster:', ...[usersVerbs, storeVerbs, appsVerbs, scheduleVerbs, logsVerbs, pipelineVerbs]],
  ['AWS:', stackVerbs, inventoryVerbs, emrVerbs],
  ['This machine:', labVerbs, artifactVerbs, completionVerbs],
]

/** The command line: every verb with its options and examples. */
export function buildProgram(runner: Runner): Command {
  const program = new Command('howdah')
    .version(howdahVersion(), '-V, --version', 'print the version of Howdah')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(howdah help lists the verbs; howdah help VERB explains one)')
    .configureHelp({
      showGlobalOptions: true,
      // The help of a verb lists its options; the list of verbs shows only the arguments.
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(termOf)].join(' '),
      styleTitle: (title) => styleText('bold', title),
    })
  addGlobalOptions(program)
  describeVerb(program, {
    summary: 'bootstrap and prove Hadoop, Hive and Sqoop clusters',
    description:
      'Bootstraps the Hadoop, Hive and Sqoop cluster under edX Insights, on hosts over SSH or on AWS, and proves it with real jobs.',
    examples: [
      ['howdah lab demo', 'a real cluster on this machine'],
      ['howdah init 10.0.0.11 10.0.0.12 10.0.0.13 > cluster.yml', 'describe your own hosts'],
      ['howdah plan', 'show what would change on them'],
      ['howdah bootstrap', 'show the plan, ask, apply it, and verify the cluster'],
    ],
  })
  program.addHelpText('after', ({ command }) => exitText(command))
  for (const [heading, ...groups] of GROUPS) {
    program.commandsGroup(heading)
    for (const addVerbs of groups) addVerbs(program, runner)
  }
  // Last, because groups of verbs would take it over otherwise.
  return program.helpCommand('help [verb]', 'show the help of a verb')
}

function addGlobalOptions(program: Command): void {
  program
    .option('--json', 'print one JSON document on stdout (never implies --yes)')
    .addOption(new Option('--output <form>', 'how to print events').choices(['human', 'ndjson']))
    .option('-q, --quiet', 'show no progress')
    .option('--no-pager', 'do not show a long result with $PAGER')
    .option('-v, --verbose', 'print a line for every event')
}

function termOf(argument: { name(): string; required: boolean; variadic: boolean }): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}
