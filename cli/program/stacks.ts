import { type Command, Option } from 'commander'
import type { Runner } from '../program.ts'
import { addGroup, addVerb, clusterArgument, globalsOf, offering, outdirOption, yesOption } from './parts.ts'

/** `howdah synth`, `apply` and `stacks …`: the infrastructure on AWS. */
export function stackVerbs(program: Command, runner: Runner): void {
  addVerb(program, 'apply', {
    summary: 'make the infrastructure: show the plan, ask, apply it',
    description:
      "Makes the infrastructure on AWS that the aws section describes: shows Terraform's plan of each stack, asks for consent, and applies it.",
    examples: [
      [
        'howdah apply && howdah inventory --from-terraform --write && howdah bootstrap',
        'from an aws section to a cluster that runs',
      ],
      ['howdah apply --confirm insights', 'consent to a change that loses data of the deployment insights'],
    ],
  })
    .addArgument(clusterArgument())
    .addOption(yesOption())
    .option('--full', 'list every resource that is made')
    .option('--confirm <name>', 'the name of the deployment; required where data would be lost')
    .addOption(outdirOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/apply.ts')).apply(console, { file, ...options }),
      ),
    )
  addVerb(program, 'synth', {
    summary: 'write the Terraform stacks of the aws section',
    description: 'Writes the Terraform stacks of the aws section. AWS is not contacted.',
    examples: [['howdah synth --outdir stacks', 'write them to the directory stacks']],
  })
    .addArgument(clusterArgument())
    .addOption(outdirOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/stacks.ts')).synth(console, { file, ...options }),
      ),
    )
  const stacks = addGroup(program, 'stacks', {
    summary: 'the Terraform stacks (plan, list, output, diagram)',
    description:
      'The Terraform stacks of the aws section. These verbs change nothing; howdah apply does, and howdah destroy --stacks removes them.',
    examples: [['howdah stacks plan', 'what Terraform would make, and what costs money while idle']],
  })
  planVerb(stacks, runner)
  readVerbs(stacks, runner)
  diagramVerb(stacks, runner)
}

function planVerb(stacks: Command, runner: Runner): void {
  addVerb(stacks, 'plan', {
    summary: 'show what apply would do, and what costs money while idle',
    description:
      'Shows what howdah apply would do to each stack, and which resources cost money while nothing runs. Nothing is changed.',
    examples: [
      ['howdah stacks plan', 'a summary of each stack'],
      ['howdah stacks plan --full', 'list every resource that would be made'],
    ],
  })
    .addArgument(clusterArgument())
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .option('--full', 'list every resource that is made')
    .addOption(outdirOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/stacks.ts')).plan(console, { file, ...options }),
      ),
    )
}

function readVerbs(stacks: Command, runner: Runner): void {
  addVerb(stacks, 'list', {
    summary: 'list the stacks, and where each keeps its state',
    description: 'Lists the stacks in the order in which they are applied, and where each keeps its state.',
    examples: [['howdah stacks list', 'the stacks of ./cluster.yml']],
  })
    .addArgument(clusterArgument())
    .addOption(outdirOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/stacks.ts')).list(console, { file, ...options }),
      ),
    )
  addVerb(stacks, 'output', {
    summary: 'print addresses, buckets and names of what exists',
    description: 'Prints the outputs of Terraform: addresses, buckets and names of what exists.',
    examples: [
      ['howdah stacks output', 'all outputs'],
      ['howdah stacks output --name howdah', 'one output'],
    ],
  })
    .addArgument(clusterArgument())
    .option('--name <output>', 'print only this output')
    .addOption(outdirOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/stacks.ts')).output(console, { file, ...options }),
      ),
    )
}

function diagramVerb(stacks: Command, runner: Runner): void {
  addVerb(stacks, 'diagram', {
    summary: 'draw a stack as Mermaid or SVG',
    description: 'Draws a stack: Mermaid on stdout, or an SVG file.',
    examples: [
      ['howdah stacks diagram > stack.mmd', 'Mermaid, for Markdown pages'],
      ['howdah stacks diagram --svg infrastructure.svg', 'a picture'],
    ],
  })
    .addArgument(clusterArgument())
    .addOption(offering(new Option('--svg <path>', 'write an SVG file; - for stdout'), 'file'))
    .option('--mermaid', 'Mermaid on stdout, as without --svg')
    .option('--stack <name>', 'which stack (default: the one of the deployment)')
    .addOption(outdirOption())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/stacks.ts')).diagram(console, { file, ...options }),
      ),
    )
}
