import type { Command } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

const FILE_HELP = 'the cluster (default: ./cluster.yml)'
const OUTDIR = ['-o, --outdir <dir>', 'where the stacks are written', 'cdktf.out'] as const

const globals = (command: Command): GlobalOptions => command.optsWithGlobals()

/** `howdah synth`, `apply` and `stacks …`: the ground on AWS. */
export function stackVerbs(program: Command, runner: Runner): void {
  program
    .command('synth [file]')
    .description(`write the Terraform stacks of the aws section. ${FILE_HELP}`)
    .option(...OUTDIR)
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/stacks.ts')).synth(console, { file, ...options }),
      ),
    )
  program
    .command('apply [file]')
    .description(
      `lay the ground out on AWS: show Terraform's plan of each stack, ask, apply it. ${FILE_HELP}`,
    )
    .option('-y, --yes', 'apply without asking')
    .option('--full', 'name every resource that is made')
    .option('--confirm <name>', "the deployment's name, needed where data would be lost")
    .option(...OUTDIR)
    .addHelpText(
      'after',
      '\nExample:\n  howdah apply && howdah inventory --from-terraform --write && howdah bootstrap',
    )
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/apply.ts')).apply(console, { file, ...options }),
      ),
    )
  const stacks = program.command('stacks').description('the Terraform stacks of the aws section')
  stacks
    .command('plan [file]')
    .description(`what apply would do, and what is paid for while nothing runs. ${FILE_HELP}`)
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .option('--full', 'name every resource that is made')
    .option(...OUTDIR)
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/stacks.ts')).plan(console, { file, ...options }),
      ),
    )
  stacks
    .command('list [file]')
    .description(`the stacks in their order, and where each keeps its state. ${FILE_HELP}`)
    .option(...OUTDIR)
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/stacks.ts')).list(console, { file, ...options }),
      ),
    )
  stacks
    .command('output [file]')
    .description(`addresses, buckets and names of what stands. ${FILE_HELP}`)
    .option('--name <output>', 'only this one')
    .option(...OUTDIR)
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/stacks.ts')).output(console, { file, ...options }),
      ),
    )
  stacks
    .command('diagram [file]')
    .description(`draw a stack: Mermaid on stdout, or SVG. ${FILE_HELP}`)
    .option('--svg <path>', 'write an SVG file; - for stdout')
    .option('--mermaid', 'Mermaid on stdout (as without --svg)')
    .option('--stack <name>', "which stack (default: the deployment's)")
    .option(...OUTDIR)
    .addHelpText('after', '\nExample:\n  howdah stacks diagram --svg ground.svg')
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/stacks.ts')).diagram(console, { file, ...options }),
      ),
    )
}
