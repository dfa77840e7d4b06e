import { type Command, Option } from 'commander'
import type { Runner } from '../program.ts'
import {
  addOptions,
  addVerb,
  bundleOption,
  clusterArgument,
  globalsOf,
  lockWaitOption,
  nameList,
  offering,
  partOptions,
  planOptions,
  wholeNumber,
  yesOption,
} from './parts.ts'

/** Verbs that plan, make and prove a cluster. */
export function clusterVerbs(program: Command, runner: Runner): void {
  preflightVerb(program, runner)
  const plan = addVerb(program, 'plan', {
    summary: 'show what bootstrap would change; change nothing',
    description:
      'Connects to every host, compares it with cluster.yml, and shows what bootstrap would change: files with their differences, restarts, and the order of the steps. Nothing is changed.\n\nWith --only or --host it plans a part of the cluster, and reads what the part depends on too. Where that differs from cluster.yml, the plan is refused and says what to add.',
    examples: [
      ['howdah plan', 'show the plan of ./cluster.yml'],
      ['howdah plan staging.yml --full', 'show new files with their content too'],
      ['howdah plan --only hive,sqoop', 'only these components'],
      ['howdah plan --out today.plan', 'keep the plan, for `howdah bootstrap --plan today.plan`'],
      ['howdah plan --detailed-exitcode', 'exit with 2 when there are changes, for scripts'],
    ],
  }).addArgument(clusterArgument())
  addOptions(plan, [...partOptions(), ...planOptions()])
    .addOption(offering(new Option('--out <file>', 'write the plan to this file too'), 'file'))
    .addOption(bundleOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/plan.ts')).plan(console, { file, ...options }),
      ),
    )
  bootstrapVerb(program, runner)
  addVerb(program, 'verify', {
    summary: 'prove the cluster with known records and real jobs',
    description:
      'Sends known records through the whole cluster by real jobs and compares every row of the result. With --quick it only checks the health of every daemon.',
    examples: [
      ['howdah verify', 'run the whole proof'],
      ['howdah verify --quick', 'only check the daemons'],
      ["howdah verify --only 'grant api'", 'run only this check, and what it needs'],
      ['howdah verify --seed 7', 'generate other records; the same seed gives the same records'],
    ],
  })
    .addArgument(clusterArgument())
    .option('--quick', 'only check the health of every daemon')
    .addOption(
      new Option('--only <checks>', 'run only these checks and what they need; put commas between the names')
        .argParser(nameList)
        .conflicts('quick'),
    )
    .option('--seed <n>', 'the seed of the generated records', wholeNumber)
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/verify.ts')).verify(console, { file, ...options }),
      ),
    )
}

function preflightVerb(program: Command, runner: Runner): void {
  addVerb(program, 'preflight', {
    summary: 'check every host; show all that is wrong',
    description:
      'Asks every host about names, clocks, disks, limits, ports, other installations and more, and shows all that is wrong at once, with what to do about it. Nothing is changed, and the exit code is 13 when there are errors.\n\nWith --fix it asks for consent, applies what bootstrap would do about the findings (as bootstrap --only system), and checks again.',
    examples: [
      ['howdah preflight', 'check the hosts of ./cluster.yml'],
      ['howdah preflight --json', 'one JSON document, for scripts'],
      ['howdah preflight --fix', 'show the plan of the repairs, ask, apply it, and check again'],
    ],
  })
    .addArgument(clusterArgument())
    .option('--fix', 'apply what bootstrap does about the findings, after asking for consent')
    .addOption(yesOption())
    .addOption(lockWaitOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/preflight.ts')).preflight(console, { file, ...options }),
      ),
    )
}

function bootstrapVerb(program: Command, runner: Runner): void {
  const bootstrap = addVerb(program, 'bootstrap', {
    summary: 'show the plan, ask, apply it, and verify the cluster',
    description:
      'Shows the plan, asks for consent, applies the plan, and verifies the cluster. You can run it again at any time: it changes only what differs from cluster.yml, and continues where an interrupted run stopped.\n\nWith --only or --host it changes a part of the cluster. What the part depends on must be as cluster.yml wants it already.\n\nWith --plan it applies a plan that `howdah plan --out` wrote, and nothing else. When a host or cluster.yml changed since then, it changes nothing and says what is different.',
    examples: [
      ['howdah bootstrap', 'make the cluster of ./cluster.yml'],
      ['howdah bootstrap --yes --verify quick', 'no question, and a short check at the end'],
      ['howdah bootstrap --only hdfs,yarn --host w3', 'only these components of one host'],
      ['howdah bootstrap --plan today.plan', 'exactly the plan that `howdah plan --out today.plan` wrote'],
      ['howdah bootstrap --adopt w3', 'take over a host that another cluster no longer uses'],
      ['howdah bootstrap --bundle bundle.tar', 'without access to the Internet (howdah artifacts bundle)'],
    ],
  })
    .addArgument(clusterArgument())
    .addOption(yesOption())
    .addOption(lockWaitOption())
  addOptions(bootstrap, partOptions())
    .addOption(
      new Option(
        '--verify <depth>',
        'how to verify the cluster afterwards (default: full; with --only or --host: none)',
      ).choices(['full', 'quick', 'none']),
    )
    .addOption(
      offering(
        new Option(
          '--plan <file>',
          'apply this saved plan, or nothing when it is no longer what would change',
        ).conflicts(['only', 'host', 'adopt']),
        'file',
      ),
    )
    .addOption(bundleOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/bootstrap.ts')).bootstrap(console, { file, ...options }),
      ),
    )
}
