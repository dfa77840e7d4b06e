import { Command, Option } from 'commander'
import type { Console, GlobalOptions } from './console.ts'
import { artifactVerbs } from './program/artifacts.ts'
import { emrVerbs } from './program/emr.ts'
import { inventoryVerbs } from './program/inventory.ts'
import { stackVerbs } from './program/stacks.ts'
import { usersVerbs } from './program/users.ts'

/** Runs a verb: main.ts gives the console and keeps the exit code. Verbs are imported when asked for, so help is quick. */
export type Runner = (globals: GlobalOptions, run: (console: Console) => Promise<number>) => Promise<void>

const EXIT_CODES = `
Exit codes:
  0 done · 1 unexpected · 2 plan has changes (--detailed-exitcode) · 10 configuration · 11 connection
  12 host key or authentication · 13 preflight refused · 14 a step failed · 15 finished without some hosts
  16 lock held · 17 verification failed · 130 interrupted`

const FILE_HELP = 'the cluster (default: ./cluster.yml)'

/** The command line: every verb with its options and examples. */
export function buildProgram(runner: Runner): Command {
  const program = new Command('howdah')
    .description(
      'Raises the Hadoop, Hive and Sqoop cluster under edX Insights, and proves it with real jobs.',
    )
    .version('0.1.0')
    .option('--json', 'one JSON document on stdout (never implies --yes)')
    .addOption(new Option('--output <form>', 'how events are printed').choices(['human', 'ndjson']))
    .option('-q, --quiet', 'no progress')
    .option('-v, --verbose', 'a line for every event')
    .showHelpAfterError('(howdah help for the list of verbs)')
    .addHelpText(
      'after',
      `${EXIT_CODES}\n\nStart here:\n  howdah lab demo                 a real cluster on this machine\n  howdah init 10.0.0.11 10.0.0.12 10.0.0.13 > cluster.yml && howdah plan`,
    )
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  describeVerbs(program, runner, globals)
  clusterVerbs(program, runner, globals)
  stackVerbs(program, runner)
  artifactVerbs(program, runner)
  inventoryVerbs(program, runner)
  emrVerbs(program, runner)
  usersVerbs(program, runner)
  labVerbs(program, runner, globals)
  return program
}

const lockWait = (): Option =>
  new Option('--lock-wait <seconds>', "wait for another operator's lock").argParser(Number)

const bundled = (): Option =>
  new Option('--bundle <file>', 'take the software from this bundle and from nowhere else')

type Globals = (command: Command) => GlobalOptions

function describeVerbs(program: Command, runner: Runner, globals: Globals): void {
  program
    .command('init [addresses...]')
    .description(
      'write a commented cluster.yml for these hosts: the first is the master, the others are workers',
    )
    .option('--name <name>', 'name of the cluster', 'insights')
    .option('--user <user>', 'SSH user')
    .addHelpText('after', '\nExample:\n  howdah init --user ops 10.0.0.11 10.0.0.12 10.0.0.13 > cluster.yml')
    .action((addresses: string[], options, command) =>
      runner(globals(command), async (console) =>
        (await import('./verbs/describe.ts')).init(console, { addresses, ...options }),
      ),
    )
  program
    .command('validate [file]')
    .description('check cluster.yml without asking any host; every error has its line and column')
    .action((file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('./verbs/describe.ts')).validate(console, { file }),
      ),
    )
  program
    .command('explain [path] [file]')
    .description(
      'what a field of cluster.yml means, its default and value; or a Hadoop property and its arithmetic',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  howdah explain ssh.hostKeys\n  howdah explain yarn-site.yarn.nodemanager.resource.memory-mb@w1',
    )
    .action((path, file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('./verbs/describe.ts')).explain(console, { file, path }),
      ),
    )
  program
    .command('schema')
    .description('print the JSON Schema (draft-07) of cluster.yml, for editors')
    .addHelpText('after', '\nExample:\n  howdah schema > howdah.schema.json')
    .action((_options, command) =>
      runner(globals(command), async (console) => (await import('./verbs/describe.ts')).schema(console, {})),
    )
}

function clusterVerbs(program: Command, runner: Runner, globals: Globals): void {
  program
    .command('plan [file]')
    .description(`show what would change: file diffs, restarts, order. ${FILE_HELP}`)
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .option('--full', 'show the content of new files too, not only of changed ones')
    .option('--show-script', 'also print the script that each host would run')
    .addOption(bundled())
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('./verbs/plan.ts')).plan(console, { file, ...options }),
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
        (await import('./verbs/bootstrap.ts')).bootstrap(console, { file, ...options }),
      ),
    )
  program
    .command('verify [file]')
    .description(`carry known records through the whole cluster and compare every row. ${FILE_HELP}`)
    .option('--quick', 'only ask every daemon')
    .option('--seed <n>', 'seed of the generated records', Number)
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('./verbs/verify.ts')).verify(console, { file, ...options }),
      ),
    )
  program
    .command('status [file]')
    .description(`health of every daemon, and what differs from cluster.yml. ${FILE_HELP}`)
    .addOption(bundled())
    .action((file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('./verbs/status.ts')).status(console, { file }),
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
        const stacks = await import('./verbs/destroy-stacks.ts')
        if (await stacks.meansStacks({ file, ...options }))
          return stacks.destroyStacks(console, { file, ...options })
        return (await import('./verbs/destroy.ts')).destroy(console, { file, ...options })
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
        (await import('./verbs/lock.ts')).status(console, { file }),
      ),
    )
  lock
    .command('release [file]')
    .description(`take it away from an operator who is gone. ${FILE_HELP}`)
    .option('-y, --yes', 'without asking')
    .action((file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('./verbs/lock.ts')).release(console, { file }),
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
        (await import('./verbs/store.ts')).storeAudit(console, { file }),
      ),
    )
}

function labVerbs(program: Command, runner: Runner, globals: Globals): void {
  const lab = program
    .command('lab')
    .description('throw-away real hosts on this machine (Linux, root, systemd-nspawn)')
    // So that a host's command keeps its own options: `lab ssh m1 ls -l`.
    .enablePositionalOptions()
  const verb = (name: string, description: string) =>
    lab.command(name).description(description).option('--name <name>', 'name of the lab', 'demo')
  verb('up', 'raise five hosts: m1, w1, w2, lms1, rs1, and write their cluster.yml').action(
    (options, command) =>
      runner(globals(command), async (console) => (await import('./verbs/lab.ts')).up(console, options)),
  )
  verb('down', 'take a lab down and leave nothing behind').action((options, command) =>
    runner(globals(command), async (console) => (await import('./verbs/lab.ts')).down(console, options)),
  )
  verb('status', 'the hosts of a lab and how to reach them').action((options, command) =>
    runner(globals(command), async (console) => (await import('./verbs/lab.ts')).status(console, options)),
  )
  verb('ssh <host> [command...]', 'a shell on a host, or one command')
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nExamples:\n  howdah lab ssh m1\n  howdah lab ssh m1 hdfs dfsadmin -report\n  howdah lab ssh w1 -- ls --json',
    )
    .action((host: string, words: string[], options, command) =>
      runner(globals(command), async (console) =>
        (await import('./verbs/lab.ts')).ssh(console, { host, words, ...options }),
      ),
    )
  verb('demo', 'raise the lab, bootstrap the cluster, carry records through it, show the result').action(
    (options, command) =>
      runner(globals(command), async (console) => (await import('./verbs/lab.ts')).demo(console, options)),
  )
}
