import { Argument, type Command, Option } from 'commander'
import type { Runner } from '../program.ts'
import {
  addGroup,
  addVerb,
  clusterArgument,
  clusterOption,
  databaseName,
  globalsOf,
  lockWaitOption,
  offering,
  yesOption,
} from './parts.ts'

const ACCOUNTS = ['pipeline', 'api', 'metastore', 'reader'] as const

/** `howdah store …`: the result store, its accounts and its backups. */
export function storeVerbs(program: Command, runner: Runner): void {
  const store = addGroup(program, 'store', {
    summary: 'the result store (audit, rotate, backup, restore)',
    description:
      'The result store is the MySQL or MariaDB database that holds the results for Insights. These verbs audit it, rotate its passwords, and back it up.',
    examples: [
      ['howdah store audit', 'check collations, grants and passwords'],
      ['howdah store backup', 'copy the results to this machine'],
    ],
  })
  addVerb(store, 'audit', {
    summary: 'show collations, grants and empty passwords as they are',
    description:
      'Reads the collation of every column, the grants of every account, and looks for empty passwords. It shows what the servers really have, whatever cluster.yml says. Nothing is changed.',
    examples: [['howdah store audit', 'audit the result store of ./cluster.yml']],
  })
    .addArgument(clusterArgument())
    .action((file, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/store.ts')).storeAudit(console, { file }),
      ),
    )
  rotateVerb(store, runner)
  backupVerb(store, runner)
  restoreVerb(store, runner)
}

function rotateVerb(store: Command, runner: Runner): void {
  addVerb(store, 'rotate', {
    summary: 'give accounts new passwords without refusing any client',
    description:
      'Gives accounts new passwords. While it runs, the server accepts the old and the new password, so no client is refused at any moment.',
    examples: [
      ['howdah store rotate', 'new passwords for pipeline and api'],
      ['howdah store rotate metastore --yes', 'one account, without a question'],
      ['howdah store rotate pipeline --leave-old --yes', 'a long job goes on with the old password'],
    ],
  })
    .addArgument(
      offering(
        new Argument(
          '[accounts...]',
          `which accounts, of ${ACCOUNTS.join(', ')} (default: pipeline and api)`,
        ),
        ACCOUNTS,
      ),
    )
    .addOption(yesOption())
    .option(
      '--leave-old',
      'stop while both passwords are accepted; the same command later withdraws the old one',
    )
    .addOption(clusterOption())
    .addOption(lockWaitOption())
    .action((accounts, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/store-rotate.ts')).storeRotate(console, { accounts, ...options }),
      ),
    )
}

function backupVerb(store: Command, runner: Runner): void {
  addVerb(store, 'backup', {
    summary: 'copy the results to this machine',
    description:
      'Writes a dump of the results to this machine, with a list of the rows of every table. howdah store restore compares the copy with that list.',
    examples: [
      ['howdah store backup', 'write to .howdah/CLUSTER/backups beside cluster.yml'],
      ['howdah store backup --to /srv/backups', 'write to another directory'],
    ],
  })
    .addOption(
      offering(
        new Option('--to <dir>', 'the directory to write to (default: .howdah/<cluster>/backups)'),
        'directory',
      ),
    )
    .option('--database <name>', 'a database other than the one of the result store', databaseName)
    .addOption(clusterOption())
    .addOption(lockWaitOption())
    .action((options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/store-backup.ts')).storeBackup(console, options),
      ),
    )
}

function restoreVerb(store: Command, runner: Runner): void {
  addVerb(store, 'restore', {
    summary: 'load a backup and compare every row with it',
    description:
      'Loads a backup into a database of its own and compares every row. With --replace the copy then takes the place of the existing database, which is kept under another name.',
    examples: [
      [
        'howdah store restore .howdah/demo/backups/reports-20261128T133000Z.sql.gz',
        'restore into reports_restored',
      ],
      [
        'howdah store restore /srv/backups/reports-20261128T133000Z.sql.gz --into reports --replace --confirm=reports',
        'put the backup in place of the database reports',
      ],
    ],
  })
    .addArgument(offering(new Argument('<backup>', 'a file that howdah store backup wrote'), 'file'))
    .addOption(yesOption())
    .option('--into <database>', 'an empty or a new database (default: <its name>_restored)', databaseName)
    .option('--replace', 'replace the existing database, which is kept under another name')
    .option('--confirm <database>', 'the name of the database; required with --replace')
    .addOption(clusterOption())
    .addOption(lockWaitOption())
    .action((backup, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/store-restore.ts')).storeRestore(console, { backup, ...options }),
      ),
    )
}
