import { type Command, Option } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

const FILE_HELP = 'the cluster (default: ./cluster.yml)'
const ACCOUNTS = ['pipeline', 'api', 'metastore', 'reader'] as const

const clusterFile = (): Option => new Option('-f, --file <file>', FILE_HELP).default('cluster.yml')
const lockWait = (): Option =>
  new Option('--lock-wait <seconds>', "wait for another operator's lock").argParser(Number)

/** Below `howdah store`: what changes it, and what takes a copy of it. */
export function storeVerbs(store: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  store
    .command('rotate [accounts...]')
    .description(
      `new passwords, and no moment in which a client is refused. Accounts: ${ACCOUNTS.join(', ')} (default: pipeline api)`,
    )
    .option('-y, --yes', 'without asking')
    .option('--leave-old', 'stop while both passwords log in; the same command again withdraws the old one')
    .addOption(clusterFile())
    .addOption(lockWait())
    .addHelpText(
      'after',
      '\nExamples:\n  howdah store rotate\n  howdah store rotate metastore --yes\n  howdah store rotate pipeline --leave-old --yes   a long job goes on with the old password',
    )
    .action((accounts, options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/store-rotate.ts')).storeRotate(console, { accounts, ...options }),
      ),
    )
  store
    .command('backup')
    .description('dump the results onto this machine, with a list of what every table held')
    .option('--to <dir>', 'directory (default: .howdah/<cluster>/backups)')
    .option('--database <name>', "another database than the result store's")
    .addOption(clusterFile())
    .addOption(lockWait())
    .addHelpText('after', '\nExample:\n  howdah store backup --to /srv/backups')
    .action((options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/store-backup.ts')).storeBackup(console, options),
      ),
    )
  store
    .command('restore <backup>')
    .description('load a backup, and prove that every row reads as it did')
    .option('-y, --yes', 'without asking')
    .option('--into <database>', 'an empty database, or one that is not there (default: <its name>_restored)')
    .option('--replace', 'put it in place of what is there, which is kept in a database beside it')
    .option('--confirm <database>', 'the name of the database, needed with --replace')
    .addOption(clusterFile())
    .addOption(lockWait())
    .addHelpText(
      'after',
      '\nExamples:\n  howdah store restore .howdah/demo/backups/reports-20261128T133000Z.sql.gz\n  howdah store restore /srv/backups/reports-20261128T133000Z.sql.gz --into reports --replace --confirm=reports',
    )
    .action((backup, options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/store-restore.ts')).storeRestore(console, { backup, ...options }),
      ),
    )
}
