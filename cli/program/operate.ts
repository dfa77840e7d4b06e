import { type Command, Option } from 'commander'
import type { Runner } from '../program.ts'
import {
  addGroup,
  addVerb,
  bundleOption,
  clusterArgument,
  durationSeconds,
  globalsOf,
  lockWaitOption,
  yesOption,
} from './parts.ts'

/** Verbs for a cluster that runs. */
export function operateVerbs(program: Command, runner: Runner): void {
  addVerb(program, 'status', {
    summary: 'health of every daemon, and drift from cluster.yml',
    description:
      'Shows the health of every daemon, and what differs between the hosts and cluster.yml. Nothing is changed.',
    examples: [
      ['howdah status', 'show the cluster of ./cluster.yml'],
      ['howdah status --json', 'one JSON document, for scripts'],
    ],
  })
    .addArgument(clusterArgument())
    .addOption(bundleOption())
    .action((file, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/status.ts')).status(console, { file }),
      ),
    )
  doctorVerb(program, runner)
  auditVerb(program, runner)
  lockVerbs(program, runner)
  destroyVerb(program, runner)
}

function doctorVerb(program: Command, runner: Runner): void {
  addVerb(program, 'doctor', {
    summary: 'look for known causes in the logs of the cluster',
    description:
      'Reads the logs and the units of every host, and shows each known cause of failures with the hosts, the time, and what to do. docs/troubleshooting.md lists what it knows. Nothing is changed. The exit code is 0 when nothing known is wrong, 17 when something is, and 15 when only a host could not be asked.',
    examples: [
      ['howdah doctor', 'look through the last day'],
      ['howdah doctor --since 30m', 'look through the last half hour'],
      ['howdah doctor --json', 'one JSON document, for scripts'],
    ],
  })
    .addArgument(clusterArgument())
    .addOption(
      new Option('--since <duration>', 'how far back to look, such as 30m, 6h or 2d (default: 1d)').argParser(
        durationSeconds,
      ),
    )
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/doctor.ts')).doctor(console, { file, ...options }),
      ),
    )
}

function auditVerb(program: Command, runner: Runner): void {
  addVerb(program, 'audit', {
    summary: 'which ports listen, and who reaches them',
    description:
      'Shows every listening TCP port of every host: its program, its address, who reaches it by the rules of the firewall, and what somebody could do there. Nothing is changed. The exit code is 17 when a port of the cluster is open to everybody.',
    examples: [
      ['howdah audit', 'show the ports of ./cluster.yml'],
      ['howdah audit --json', 'one JSON document, for scripts'],
    ],
  })
    .addArgument(clusterArgument())
    .action((file, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/audit.ts')).audit(console, { file }),
      ),
    )
}

function lockVerbs(program: Command, runner: Runner): void {
  const lock = addGroup(program, 'lock', {
    summary: 'the lock between operators (status, release)',
    description:
      'While an operator changes a cluster, a lock on its master keeps other operators out. These verbs show the lock and release it.',
    examples: [['howdah lock status', 'show who holds the lock of ./cluster.yml']],
  })
  addVerb(lock, 'status', {
    summary: 'show who holds the lock',
    description: 'Shows who holds the lock, and since when.',
    examples: [['howdah lock status', 'show who holds the lock of ./cluster.yml']],
  })
    .addArgument(clusterArgument())
    .action((file, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/lock.ts')).status(console, { file }),
      ),
    )
  addVerb(lock, 'release', {
    summary: 'release the lock that an operator left behind',
    description:
      'Releases the lock that an operator left behind, after asking for consent. Make sure first that their run has ended.',
    examples: [['howdah lock release', 'show who holds the lock, ask, and release it']],
  })
    .addArgument(clusterArgument())
    .addOption(yesOption())
    .action((file, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/lock.ts')).release(console, { file }),
      ),
    )
}

function destroyVerb(program: Command, runner: Runner): void {
  addVerb(program, 'destroy', {
    summary: 'remove the software, or the infrastructure on AWS',
    description:
      'Removes the software from the hosts, after asking for consent. Data stays unless you say --data. With --stacks it removes the infrastructure on AWS instead; that is also what it does when cluster.yml has no hosts.',
    examples: [
      ['howdah destroy', 'remove the software and keep the data'],
      ['howdah destroy --data --confirm insights', 'also remove the data of HDFS of the cluster insights'],
      [
        'howdah destroy --stacks --cluster-only --confirm insights',
        'terminate the EMR cluster, and keep what it needs and what it wrote to S3',
      ],
      ['howdah destroy --stacks --unlock --confirm insights', 'remove everything on AWS, with its data'],
    ],
  })
    .addArgument(clusterArgument())
    .addOption(yesOption())
    .addOption(lockWaitOption())
    .option('--data', 'also remove the data and metadata of HDFS')
    .option('--stacks', 'remove the infrastructure on AWS, not the software on it')
    .option('--cluster-only', 'with --stacks: the EMR cluster alone; its key, buckets and the rest are kept')
    .option('--unlock', 'with --stacks: first turn deletion protection off and empty the buckets')
    .option('--confirm <name>', 'the name of the cluster; required whenever data would be lost')
    .addOption(bundleOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) => {
        const stacks = await import('../verbs/aws/destroy-stacks.ts')
        if (await stacks.meansStacks({ file, ...options }))
          return stacks.destroyStacks(console, { file, ...options })
        return (await import('../verbs/destroy.ts')).destroy(console, { file, ...options })
      }),
    )
}
