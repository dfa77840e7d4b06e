import { Argument, type Command, Option } from 'commander'
import type { Runner } from '../program.ts'
import { addVerb, globalsOf, offering, outdirOption, yesOption } from './parts.ts'

/** `howdah inventory`: writes the hosts that Terraform made into cluster.yml. */
export function inventoryVerbs(program: Command, runner: Runner): void {
  addVerb(program, 'inventory', {
    summary: 'the hosts that Terraform made, as hosts of cluster.yml',
    description:
      'Prints the hosts that Terraform made in the form of cluster.yml. With --write it shows what would change in the file, asks for consent, and writes it.',
    examples: [
      ['howdah inventory --from-terraform --write', 'ask Terraform, and write cluster.yml'],
      [
        'terraform output -json | howdah inventory cluster.yml --from-terraform -',
        'read the outputs from stdin, and print the hosts',
      ],
    ],
  })
    // Without a value of its own: `--from-terraform cluster.yml` names the file too, and the verb must see the difference.
    .addArgument(
      offering(new Argument('[file]', 'the file that describes the cluster (default: ./cluster.yml)'), 'yml'),
    )
    .addOption(
      offering(
        new Option(
          '--from-terraform [outputs]',
          'what terraform output -json printed: a file, or - for stdin (default: ask Terraform)',
        ),
        'file',
      ),
    )
    .option('--write', 'show what would change in cluster.yml, ask, and write it')
    .addOption(yesOption())
    .addOption(
      new Option('--reach <way>', 'how this machine reaches hosts without a public address')
        .choices(['ssm', 'direct'])
        .default('ssm'),
    )
    .addOption(outdirOption())
    .action((file: string | undefined, options, command: Command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/inventory.ts')).inventory(console, { file, ...options }),
      ),
    )
}
