import { type Command, Option } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

/** `howdah schedule …`: what runs by itself. */
export function scheduleVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  const schedule = program
    .command('schedule')
    .description("the jobs that run by themselves: edX's daily set, or your own")
    .addHelpText(
      'after',
      '\nExample:\n  howdah schedule plan && howdah schedule apply\n  howdah schedule run enrollments\n  howdah schedule status',
    )
  schedule
    .command('plan [file]')
    .description('show which jobs would be made, changed or taken away')
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .option('--full', 'show the content of new files too, not only of changed ones')
    .option('--show-script', 'also print the script that each host would run')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/schedule.ts')).plan(console, { file, ...options }),
      ),
    )
  schedule
    .command('apply [file]')
    .description('show that plan, ask, apply it')
    .option('-y, --yes', 'apply without asking')
    .addOption(new Option('--lock-wait <seconds>', "wait for another operator's lock").argParser(Number))
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/schedule.ts')).apply(console, { file, ...options }),
      ),
    )
  schedule
    .command('run <job> [file]')
    .description('run a job now and show its log; Ctrl-C stops watching, and the job goes on')
    .addHelpText('after', '\nExample:\n  howdah schedule run enrollments')
    .action((job, file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/schedule.ts')).run(console, { file, job }),
      ),
    )
  schedule
    .command('status [file]')
    .description('when each job runs next, how it ended last, and where its log is')
    .option('--job <name>', 'the history of this job')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/schedule.ts')).status(console, { file, ...options }),
      ),
    )
}
