import { Argument, type Command, Option } from 'commander'
import { PROFILE_NAMES } from '../../provisioners/config/versions/profiles.ts'
import type { Runner } from '../program.ts'
import { addGroup, addVerb, globalsOf } from './parts.ts'

const nameOption = (): Option => new Option('--name <name>', 'the name of the lab').default('demo')

const profileOption = (): Option =>
  new Option(
    '--profile <profile>',
    'the versions of the cluster (default: the profile that Howdah uses by default)',
  ).choices(PROFILE_NAMES)

/** `howdah lab …`: temporary real hosts on this machine. */
export function labVerbs(program: Command, runner: Runner): void {
  const lab = addGroup(program, 'lab', {
    summary: 'hosts (demo, up, snapshot, status, ssh, down, matrix)',
    description:
      'Temporary real hosts on this machine, by systemd-nspawn. A lab needs Linux and root. It has five hosts or more, and a cluster.yml that describes them.',
    examples: [
      ['howdah lab demo', 'a whole cluster, proved with real jobs'],
      ['howdah lab down', 'remove it again'],
    ],
  })
    // So that a host's command keeps its own options: `lab ssh m1 ls -l`.
    .enablePositionalOptions()
  addVerb(lab, 'demo', {
    summary: 'start a lab, bootstrap its cluster, and verify it',
    description:
      'Starts a lab, bootstraps the cluster on it, sends known records through the cluster, and shows the result. The lab keeps running.',
    examples: [
      ['howdah lab demo', 'the default versions'],
      ['howdah lab demo --profile seed --name old', 'Hadoop 1, in a lab of another name'],
    ],
  })
    .addOption(profileOption())
    .addOption(nameOption())
    .action((options, command) =>
      runner(globalsOf(command), async (console) => (await import('../verbs/lab.ts')).demo(console, options)),
    )
  hostVerbs(lab, runner)
  sshVerb(lab, runner)
  matrixVerb(lab, runner)
}

function hostVerbs(lab: Command, runner: Runner): void {
  addVerb(lab, 'up', {
    summary: 'start the hosts of a lab, and write their cluster.yml',
    description:
      'Starts the hosts of a lab, and writes a cluster.yml that describes them. Nothing is installed on the hosts yet.',
    examples: [
      ['howdah lab up', 'the lab demo'],
      ['howdah lab up --name two --profile modern', 'a second lab, with other versions'],
      ['howdah lab up --from served', 'hosts as howdah lab snapshot served kept them'],
    ],
  })
    .addOption(profileOption())
    .option('--name <name>', 'the name of the lab (default: demo; with --from, the lab of the snapshot)')
    .addOption(new Option('--from <snapshot>', 'start with the files of this snapshot').conflicts('profile'))
    .action((options, command) =>
      runner(globalsOf(command), async (console) => (await import('../verbs/lab.ts')).up(console, options)),
    )
  snapshotVerb(lab, runner)
  addVerb(lab, 'status', {
    summary: 'show the hosts of a lab, and how to reach them',
    description: 'Shows the hosts of a lab, their addresses, and how to reach them.',
    examples: [['howdah lab status', 'the lab demo']],
  })
    .addOption(nameOption())
    .action((options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/lab.ts')).status(console, options),
      ),
    )
  addVerb(lab, 'down', {
    summary: 'remove a lab',
    description:
      'Stops the hosts of a lab and removes everything that belongs to it. The cache of software stays.',
    examples: [
      ['howdah lab down', 'the lab demo'],
      ['howdah lab down --name two', 'another lab'],
    ],
  })
    .addOption(nameOption())
    .action((options, command) =>
      runner(globalsOf(command), async (console) => (await import('../verbs/lab.ts')).down(console, options)),
    )
}

function snapshotVerb(lab: Command, runner: Runner): void {
  addVerb(lab, 'snapshot', {
    summary: 'keep the hosts of a lab as they are now',
    description:
      'Keeps the files of the hosts of a lab as they are now. howdah lab up --from starts hosts with these files.',
    examples: [
      ['howdah lab snapshot served', 'keep the lab demo under the name served'],
      ['howdah lab snapshot served --down', 'keep it, and remove the lab'],
      ['howdah lab snapshot served --remove', 'remove this snapshot'],
    ],
  })
    .addArgument(new Argument('<snapshot>', 'the name of the snapshot'))
    .option('--down', 'remove the lab afterwards')
    .option('--remove', 'remove the snapshot instead')
    .addOption(nameOption())
    .action((snapshot: string, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/lab.ts')).snapshot(console, { snapshot, ...options }),
      ),
    )
}

function sshVerb(lab: Command, runner: Runner): void {
  addVerb(lab, 'ssh', {
    summary: 'open a shell on a host of a lab, or run one command',
    description: 'Opens a shell on a host of a lab, or runs one command there.',
    examples: [
      ['howdah lab ssh m1', 'a shell on the master'],
      ['howdah lab ssh m1 hdfs dfsadmin -report', 'one command'],
      ['howdah lab ssh w1 -- ls --json', 'after --, all options belong to the command'],
    ],
  })
    .addArgument(new Argument('<host>', 'the name of the host, such as m1'))
    .addArgument(new Argument('[command...]', 'the command and its arguments'))
    .passThroughOptions()
    // Without it `lab ssh m1 ls -l` is refused: howdah itself has parsed the line by then, and left `-l` as unknown.
    .allowUnknownOption()
    .addOption(nameOption())
    .action((host: string, words: string[], options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/lab.ts')).ssh(console, { host, words, ...options }),
      ),
    )
}

function matrixVerb(lab: Command, runner: Runner): void {
  addVerb(lab, 'matrix', {
    summary: 'bootstrap and verify every profile of versions',
    description:
      'Bootstraps and verifies every profile of versions, each on a fresh lab, and shows a table of what was proved.',
    examples: [
      ['howdah lab matrix', 'all profiles'],
      ['howdah lab matrix --profile seed legacy --keep', 'two profiles; keep the lab of one that fails'],
    ],
  })
    .addOption(
      new Option('--profile <profiles...>', 'only these profiles')
        .choices(PROFILE_NAMES)
        .default([...PROFILE_NAMES], 'all'),
    )
    .option('--name <name>', 'the name of the labs', 'matrix')
    .option('--keep', 'keep the lab of a profile that failed, and stop there')
    .action((options, command) =>
      runner(globalsOf(command), async (console) => {
        const { profile: profiles, ...rest } = options
        return (await import('../verbs/lab-matrix.ts')).matrix(console, { profiles, ...rest })
      }),
    )
}
