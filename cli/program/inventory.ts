import { type Command, Option } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

/** `howdah inventory`: from what Terraform made to a cluster.yml that bootstrap takes. */
export function inventoryVerbs(program: Command, runner: Runner): void {
  program
    .command('inventory [file]')
    .description(
      'the hosts that Terraform made, in the form of cluster.yml; --write puts them there. the cluster (default: ./cluster.yml)',
    )
    .option(
      '--from-terraform [outputs]',
      'what terraform output -json printed: a file, or - for stdin. Default: Terraform is asked',
    )
    .option('--write', 'show what would change in cluster.yml, ask, and write it')
    .option('-y, --yes', 'write without asking')
    .addOption(
      new Option('--reach <way>', 'how this machine gets to hosts without a public address')
        .choices(['ssm', 'direct'])
        .default('ssm'),
    )
    .option('-o, --outdir <dir>', 'where the stacks are', 'cdktf.out')
    .addHelpText(
      'after',
      '\nExamples:\n  howdah inventory --from-terraform --write\n  terraform output -json | howdah inventory cluster.yml --from-terraform -',
    )
    .action((file: string | undefined, options, command: Command) =>
      runner(command.optsWithGlobals<GlobalOptions>(), async (console) =>
        (await import('../verbs/inventory.ts')).inventory(console, { file, ...options }),
      ),
    )
}
