import { Argument, type Command, Option } from 'commander'
import { DEPLOYMENTS } from '../../provisioners/config/infrastructure/types.ts'
import type { Runner } from '../program.ts'
import { addVerb, clusterArgument, globalsOf } from './parts.ts'

/** Verbs about cluster.yml itself; no host is contacted. */
export function describeVerbs(program: Command, runner: Runner): void {
  initVerb(program, runner)
  addVerb(program, 'validate', {
    summary: 'check cluster.yml without contacting any host',
    description:
      'Checks cluster.yml and shows how it was understood. Every error is listed at once, with its line and column. No host is contacted.',
    examples: [
      ['howdah validate', 'check ./cluster.yml'],
      ['howdah validate --json staging.yml', 'print what was understood, every default filled in'],
    ],
  })
    .addArgument(clusterArgument())
    .action((file, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/describe.ts')).validate(console, { file }),
      ),
    )
  explainVerb(program, runner)
  addVerb(program, 'schema', {
    summary: 'print the JSON Schema of cluster.yml, for editors',
    description:
      'Prints the JSON Schema (draft-07) of cluster.yml. Editors use it to complete and to check the file while you type.',
    examples: [['howdah schema > howdah.schema.json', 'write it where your editor finds it']],
  }).action((_options, command) =>
    runner(globalsOf(command), async (console) => (await import('../verbs/describe.ts')).schema(console, {})),
  )
}

function initVerb(program: Command, runner: Runner): void {
  addVerb(program, 'init', {
    summary: 'write a first cluster.yml for your hosts, or for AWS',
    description:
      'Prints a cluster.yml with comments. The first address becomes the master, the others become workers. With --aws it describes infrastructure on AWS instead of existing hosts.',
    examples: [
      ['howdah init --user ops 10.0.0.11 10.0.0.12 10.0.0.13 > cluster.yml', 'one master and two workers'],
      ['howdah init --aws large-hadoop > cluster.yml', 'hosts that Terraform will make on AWS'],
    ],
  })
    .addArgument(new Argument('[addresses...]', 'IP addresses or names of the hosts, the master first'))
    .option('--name <name>', 'the name of the cluster', 'insights')
    .option('--user <user>', 'the user that SSH logs in as')
    .addOption(
      new Option('--aws <deployment>', 'describe this deployment on AWS instead of existing hosts')
        .choices(DEPLOYMENTS)
        .conflicts('user'),
    )
    .action((addresses: string[], options, command: Command) => {
      if (options.aws && addresses.length > 0)
        command.error('error: --aws describes hosts that Terraform makes, so it takes no addresses')
      return runner(globalsOf(command), async (console) =>
        (await import('../verbs/describe.ts')).init(console, { addresses, ...options }),
      )
    })
}

function explainVerb(program: Command, runner: Runner): void {
  addVerb(program, 'explain', {
    summary: 'explain a field of cluster.yml, or a Hadoop property',
    description:
      'Explains a field of cluster.yml: its meaning, its type, its default, and its value in your file. It also explains a Hadoop property on a host, with the arithmetic behind a computed value. Without a path it lists all fields.',
    examples: [
      ['howdah explain', 'list all fields'],
      ['howdah explain ssh.hostKeys', 'one field'],
      [
        'howdah explain yarn-site.yarn.nodemanager.resource.memory-mb@w1',
        'one Hadoop property as host w1 gets it',
      ],
    ],
  })
    .addArgument(new Argument('[path]', 'a field, or FILE.PROPERTY@HOST'))
    .addArgument(clusterArgument())
    .action((path, file, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/describe.ts')).explain(console, { file, path }),
      ),
    )
}
