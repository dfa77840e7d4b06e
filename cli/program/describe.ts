import { type Command, Option } from 'commander'
import { DEPLOYMENTS } from '../../provisioners/spec/ground-types.ts'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

/** Verbs about cluster.yml itself; no host is asked. */
export function describeVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  program
    .command('init [addresses...]')
    .description(
      'write a commented cluster.yml for these hosts: the first is the master, the others are workers',
    )
    .option('--name <name>', 'name of the cluster', 'insights')
    .option('--user <user>', 'SSH user')
    .addOption(
      new Option('--aws <deployment>', 'a ground on AWS instead of hosts that are there').choices(
        DEPLOYMENTS,
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  howdah init --user ops 10.0.0.11 10.0.0.12 10.0.0.13 > cluster.yml\n  howdah init --aws large-hadoop > cluster.yml',
    )
    .action((addresses: string[], options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/describe.ts')).init(console, { addresses, ...options }),
      ),
    )
  program
    .command('validate [file]')
    .description('check cluster.yml without asking any host; every error has its line and column')
    .action((file = 'cluster.yml', _options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/describe.ts')).validate(console, { file }),
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
        (await import('../verbs/describe.ts')).explain(console, { file, path }),
      ),
    )
  program
    .command('schema')
    .description('print the JSON Schema (draft-07) of cluster.yml, for editors')
    .addHelpText('after', '\nExample:\n  howdah schema > howdah.schema.json')
    .action((_options, command) =>
      runner(globals(command), async (console) => (await import('../verbs/describe.ts')).schema(console, {})),
    )
}
