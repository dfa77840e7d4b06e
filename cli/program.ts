import { Command, Option } from 'commander'
import { howdahVersion } from '../provisioners/files.ts'
import type { Console, GlobalOptions } from './console.ts'
import { appsVerbs } from './program/apps.ts'
import { artifactVerbs } from './program/artifacts.ts'
import { clusterVerbs } from './program/cluster.ts'
import { describeVerbs } from './program/describe.ts'
import { emrVerbs } from './program/emr.ts'
import { inventoryVerbs } from './program/inventory.ts'
import { labVerbs } from './program/lab.ts'
import { logsVerbs } from './program/logs.ts'
import { pipelineVerbs } from './program/pipeline.ts'
import { scheduleVerbs } from './program/schedule.ts'
import { stackVerbs } from './program/stacks.ts'
import { usersVerbs } from './program/users.ts'

/** Runs a verb: main.ts gives the console and keeps the exit code. Verbs are imported when asked for, so help is quick. */
export type Runner = (globals: GlobalOptions, run: (console: Console) => Promise<number>) => Promise<void>

const EXIT_CODES = `
Exit codes:
  0 done · 1 unexpected · 2 plan has changes (--detailed-exitcode) · 10 configuration · 11 connection
  12 host key or authentication · 13 preflight refused · 14 a step failed · 15 finished without some hosts
  16 lock held · 17 verification failed · 130 interrupted`

/** The command line: every verb with its options and examples. */
export function buildProgram(runner: Runner): Command {
  const program = new Command('howdah')
    .description(
      'Raises the Hadoop, Hive and Sqoop cluster under edX Insights, and proves it with real jobs.',
    )
    .version(howdahVersion())
    .option('--json', 'one JSON document on stdout (never implies --yes)')
    .addOption(new Option('--output <form>', 'how events are printed').choices(['human', 'ndjson']))
    .option('-q, --quiet', 'no progress')
    .option('-v, --verbose', 'a line for every event')
    .showHelpAfterError('(howdah help for the list of verbs)')
    .addHelpText(
      'after',
      `${EXIT_CODES}\n\nStart here:\n  howdah lab demo                 a real cluster on this machine\n  howdah init 10.0.0.11 10.0.0.12 10.0.0.13 > cluster.yml && howdah plan`,
    )
  describeVerbs(program, runner)
  clusterVerbs(program, runner)
  stackVerbs(program, runner)
  artifactVerbs(program, runner)
  inventoryVerbs(program, runner)
  emrVerbs(program, runner)
  usersVerbs(program, runner)
  logsVerbs(program, runner)
  appsVerbs(program, runner)
  scheduleVerbs(program, runner)
  pipelineVerbs(program, runner)
  labVerbs(program, runner)
  return program
}
