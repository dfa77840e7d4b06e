import { type Command, Option } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

/** `howdah apps …`: edX's Data API and Insights, on their hosts. */
export function appsVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  const apps = program
    .command('apps')
    .description('the Data API and Insights: their proxies, certificates, settings and hooks')
  apps
    .command('plan [file]')
    .description('show what would change on their hosts, and in their databases')
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .option('--full', 'show the content of new files too, not only of changed ones')
    .option('--show-script', 'also print the script that each host would run')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/apps.ts')).plan(console, { file, ...options }),
      ),
    )
  apps
    .command('update [file]')
    .description('show that plan, ask, apply it (the result store stands already: howdah bootstrap)')
    .option('-y, --yes', 'apply without asking')
    .addOption(new Option('--lock-wait <seconds>', "wait for another operator's lock").argParser(Number))
    .addHelpText('after', '\nExample:\n  howdah apps plan && howdah apps update')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/apps.ts')).update(console, { file, ...options }),
      ),
    )
  apps
    .command('status [file]')
    .description('ask every proxy by TLS, and through it every application for its health')
    .action((file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/apps.ts')).status(console, { file }),
      ),
    )
}
