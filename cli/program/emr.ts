import { type Command, Option } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

const vpc = (): Option =>
  new Option('--vpc <id>', 'the VPC of vpc_subnet_id, which a legacy file does not name').env('VPC_ID')
const vpcCidr = (): Option => new Option('--vpc-cidr <range>', 'its addresses').env('VPC_CIDR')
const extraVars = (): Option =>
  new Option('--extra-vars <words>', '@file, a mapping, or key=value words, as ansible takes them').env(
    'EXTRA_VARS',
  )

/** The verbs for those who come from edX's analytics configuration. */
export function emrVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  const emr = program
    .command('emr')
    .description("the cluster.yml of edX's analytics configuration, and what its make targets did")
  emr
    .command('translate [file]')
    .description(
      "a legacy cluster.yml (default: ./cluster.yml; - for stdin) in today's form; the report goes to stderr",
    )
    .option('-o, --out <file>', 'write it there and not to stdout')
    .option('--force', 'even where there is a file already')
    .addOption(vpc())
    .addOption(vpcCidr())
    .addHelpText(
      'after',
      '\nExample:\n  howdah emr translate /tmp/cluster.yml -o cluster.yml --vpc vpc-0123456789abcdef0 --vpc-cidr 10.0.0.0/16',
    )
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/emr.ts')).emrTranslate(console, { file, ...options }),
      ),
    )
  emr
    .command('provision')
    .description(
      'translate, show the plan, ask, apply, then the people of the master: what make provision.emr did',
    )
    .addOption(extraVars())
    .addOption(vpc())
    .addOption(vpcCidr())
    .option('-y, --yes', 'apply without asking')
    .option('--no-users', 'leave the accounts on the master alone')
    .action((options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/emr.ts')).emrProvision(console, options),
      ),
    )
  emr
    .command('users')
    .description('make the accounts on the master what user_info says: what make users.update did')
    .addOption(extraVars())
    .addOption(vpc())
    .addOption(vpcCidr())
    .option('-y, --yes', 'apply without asking')
    .action((options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/emr.ts')).emrUsers(console, options),
      ),
    )
  emr
    .command('terminate')
    .description('show what would be destroyed, ask, destroy it: what make terminate.emr did')
    .addOption(extraVars())
    .option('-y, --yes', 'destroy without asking')
    .action((options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/emr.ts')).emrTerminate(console, options),
      ),
    )
}
