import { type Command, Option } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'
import { storeVerbs } from './store.ts'

const FILE_HELP = 'the cluster (default: ./cluster.yml)'

const lockWait = (): Option =>
  new Option('--lock-wait <seconds>', "wait for another operator's lock").argParser(Number)

const bundled = (): Option =>
  new Option('--bundle <file>', 'take the software from this bundle and from nowhere else')

/** Verbs that read or change the hosts of a cluster. */
export function clusterVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  program
    .command('plan [file]')
    .description(`show what would change: file diffs, restarts, order. ${FILE_HELP}`)
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .option('--full', 'show the content of new files too, not only of changed ones')
    .option('--show-script', 'also print the script that each host would run')
    .addOption(bundled())
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/plan.ts')).plan(console, { file, ...options }),
      ),
    )
  program
    .command('bootstrap [file]')
    .description(`show the plan, ask, apply it, prove the cluster. ${FILE_HELP}`)
    .option('-y, --yes', 'apply without asking')
    .addOption(lockWait())
    .addOption(
      new Option('--verify <depth>', 'how to prove it afterwards')
        .choices(['full', 'quick', 'none'])
        .default('full'),
    )
    .addOption(bundled())
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/bootstrap.ts')).bootstrap(console, { file, ...options }),
      ),
    )
  program
    .command('verify [file]')
    .description(`carry known records through the whole cluster and compare every row. ${FILE_HELP}`)
    .option('--quick', 'only ask every daemon')
    .addOption(
      new Option('--only <checks>', 'only these checks of the flow, and what they need: names with commas')
        .argParser((value) => value.split(',').map((name) => name.trim()))
        .conflicts('quick'),
    )
    .option('--seed <n>', 'seed of the generated records', Number)
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/verify.ts')).verify(console, { file, ...options }),
      ),
    )
  program
    .command('status [file]')
    .description(`health of every daemon, and what differs from cluster.yml. ${FILE_HELP}`)
    .addOption(bundled())
    .action((file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/status.ts')).status(console, { file }),
      ),
    )
  program
    .command('destroy [file]')
    .description(
      `take the software away, or the ground itself; data stays unless told otherwise. ${FILE_HELP}`,
    )
    .option('-y, --yes', 'without asking')
    .addOption(lockWait())
    .option('--data', "also remove HDFS's data and metadata")
    .option('--stacks', 'the AWS ground, not the software on it (needless where there are no hosts)')
    .option('--unlock', 'with --stacks: take deletion protection off first, and empty the buckets')
    .option('--confirm <name>', "the cluster's name, needed with --data, and with --stacks where data goes")
    .addOption(bundled())
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) => {
        const stacks = await import('../verbs/destroy-stacks.ts')
        if (await stacks.meansStacks({ file, ...options }))
          return stacks.destroyStacks(console, { file, ...options })
        return (await import('../verbs/destroy.ts')).destroy(console, { file, ...options })
      }),
    )
  const lock = program
    .command('lock')
    .description('the lock that lets one operator at a time change a cluster')
  lock
    .command('status [file]')
    .description(`who holds it. ${FILE_HELP}`)
    .action((file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/lock.ts')).status(console, { file }),
      ),
    )
  lock
    .command('release [file]')
    .description(`take it away from an operator who is gone. ${FILE_HELP}`)
    .option('-y, --yes', 'without asking')
    .action((file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/lock.ts')).release(console, { file }),
      ),
    )
  const store = program.command('store').description('the result store')
  store
    .command('audit [file]')
    .description(
      `the collation of every column, grants and empty passwords, as they really are. ${FILE_HELP}`,
    )
    .action((file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/store.ts')).storeAudit(console, { file }),
      ),
    )
  storeVerbs(store, runner)
}
