import { type Command, Option } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

/** `howdah users …`: the people who log in, on every host of the cluster. */
export function usersVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  const users = program.command('users').description('the people who log in, on every host of the cluster')
  users
    .command('plan [file]')
    .description(
      'show whose account, keys and rules of sudo would change, and whom cluster.yml does not know',
    )
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .option('--full', 'show the content of new files too, not only of changed ones')
    .option('--show-script', 'also print the script that each host would run')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/users.ts')).plan(console, { file, ...options }),
      ),
    )
  users
    .command('update [file]')
    .description('show that plan, ask, apply it')
    .option('-y, --yes', 'apply without asking')
    .addOption(new Option('--lock-wait <seconds>', "wait for another operator's lock").argParser(Number))
    .addHelpText('after', '\nExample:\n  howdah users plan && howdah users update')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/users.ts')).update(console, { file, ...options }),
      ),
    )
}
