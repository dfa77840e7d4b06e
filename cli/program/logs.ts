import { type Command, Option } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

/** `howdah logs …`: the way of the tracking logs, from the LMS's hosts to HDFS. */
export function logsVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  const logs = program.command('logs').description("the LMS's tracking logs, from its hosts to HDFS")
  logs
    .command('plan [file]')
    .description('show what would change: the rule of logrotate, what carries the logs, directories of HDFS')
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .option('--full', 'show the content of new files too, not only of changed ones')
    .option('--show-script', 'also print the script that each host would run')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/logs.ts')).plan(console, { file, ...options }),
      ),
    )
  logs
    .command('apply [file]')
    .description('show that plan, ask, apply it')
    .option('-y, --yes', 'apply without asking')
    .addOption(new Option('--lock-wait <seconds>', "wait for another operator's lock").argParser(Number))
    .addHelpText('after', '\nExample:\n  howdah logs apply && howdah logs ship && howdah logs status')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/logs.ts')).apply(console, { file, ...options }),
      ),
    )
  logs
    .command('ship [file]')
    .description('send what is waiting now, from every source, and not at the next turn of the timer')
    .addHelpText('after', '\nExit 15 when a source could not send all, or a file needs a look.')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/logs.ts')).ship(console, { file, ...options }),
      ),
    )
  logs
    .command('status [file]')
    .description('what is shipped and what waits; conflicts, duplicates, damaged files, missing days')
    .addHelpText('after', '\nExit 17 when something needs a look.')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/logs.ts')).status(console, { file, ...options }),
      ),
    )
}
