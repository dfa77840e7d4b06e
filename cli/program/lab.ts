import { type Command, Option } from 'commander'
import { PROFILE_NAMES } from '../../provisioners/spec/profiles.ts'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

/** `howdah lab …`: throw-away real hosts here. */
export function labVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  const lab = program
    .command('lab')
    .description('throw-away real hosts on this machine (Linux, root, systemd-nspawn)')
    // So that a host's command keeps its own options: `lab ssh m1 ls -l`.
    .enablePositionalOptions()
  const verb = (name: string, description: string) =>
    lab.command(name).description(description).option('--name <name>', 'name of the lab', 'demo')
  const profile = (): Option =>
    new Option('--profile <profile>', "versions of the lab's cluster (default: Howdah's own)").choices(
      PROFILE_NAMES,
    )
  lab
    .command('up')
    .description('raise five hosts: m1, w1, w2, lms1, rs1, and write their cluster.yml')
    .option('--name <name>', "name of the lab (default: demo; with --from, the snapshot's lab)")
    .addOption(profile())
    .addOption(new Option('--from <snapshot>', 'start with the files of this snapshot').conflicts('profile'))
    .addHelpText('after', '\nExamples:\n  howdah lab up\n  howdah lab up --from served')
    .action((options, command) =>
      runner(globals(command), async (console) => (await import('../verbs/lab.ts')).up(console, options)),
    )
  verb('snapshot <snapshot>', 'keep the hosts of a lab as they are now, for `lab up --from`')
    .option('--down', 'take the lab down afterwards')
    .option('--remove', 'remove the snapshot instead')
    .addHelpText('after', '\nExamples:\n  howdah lab snapshot served\n  howdah lab snapshot served --remove')
    .action((snapshot: string, options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/lab.ts')).snapshot(console, { snapshot, ...options }),
      ),
    )
  verb('down', 'take a lab down and leave nothing behind').action((options, command) =>
    runner(globals(command), async (console) => (await import('../verbs/lab.ts')).down(console, options)),
  )
  verb('status', 'the hosts of a lab and how to reach them').action((options, command) =>
    runner(globals(command), async (console) => (await import('../verbs/lab.ts')).status(console, options)),
  )
  verb('ssh <host> [command...]', 'a shell on a host, or one command')
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nExamples:\n  howdah lab ssh m1\n  howdah lab ssh m1 hdfs dfsadmin -report\n  howdah lab ssh w1 -- ls --json',
    )
    .action((host: string, words: string[], options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/lab.ts')).ssh(console, { host, words, ...options }),
      ),
    )
  verb('demo', 'raise the lab, bootstrap the cluster, carry records through it, show the result')
    .addOption(profile())
    .action((options, command) =>
      runner(globals(command), async (console) => (await import('../verbs/lab.ts')).demo(console, options)),
    )
  lab
    .command('matrix')
    .description('bootstrap and verify every profile, each on a fresh lab, and show what was proved')
    .addOption(
      new Option('--profile <profiles...>', 'only these').choices(PROFILE_NAMES).default([...PROFILE_NAMES]),
    )
    .option('--name <name>', 'name of the labs', 'matrix')
    .option('--keep', 'leave the lab of a profile that failed as it is, and stop there')
    .addHelpText(
      'after',
      '\nExamples:\n  howdah lab matrix\n  howdah lab matrix --profile seed legacy --keep',
    )
    .action((options, command) =>
      runner(globals(command), async (console) => {
        const { profile: profiles, ...rest } = options
        return (await import('../verbs/lab-matrix.ts')).matrix(console, { profiles, ...rest })
      }),
    )
}
