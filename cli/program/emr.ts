import { Argument, type Command, Option } from 'commander'
import type { Runner } from '../program.ts'
import { addGroup, addOptions, addVerb, globalsOf, offering, yesOption } from './parts.ts'

const vpcOptions = (): Option[] => [
  new Option('--vpc <id>', 'the VPC of vpc_subnet_id, which the old file does not name').env('VPC_ID'),
  new Option('--vpc-cidr <range>', 'the addresses of that VPC, such as 10.0.0.0/16').env('VPC_CIDR'),
]
const extraVars = (): Option =>
  new Option(
    '--extra-vars <vars>',
    'the old cluster.yml, as Ansible takes it: @file, a mapping, or key=value',
  ).env('EXTRA_VARS')

/** The verbs for users who come from edX's analytics configuration. */
export function emrVerbs(program: Command, runner: Runner): void {
  const emr = addGroup(program, 'emr', {
    summary: "edX's EMR file (translate, provision, users, terminate)",
    description:
      "For users of edX's analytics configuration: these verbs read its cluster.yml unchanged, and do what its make targets did.",
    examples: [
      ['howdah emr translate old.yml -o cluster.yml', 'rewrite the old file in the new form'],
      ['howdah emr provision --extra-vars @old.yml', 'do what make provision.emr did'],
    ],
  })
  translateVerb(emr, runner)
  provisionVerb(emr, runner)
  const users = addVerb(emr, 'users', {
    summary: 'update the accounts on the master (make users.update)',
    description:
      'Updates the accounts on the master to what user_info says. This is what make users.update did.',
    examples: [['howdah emr users --extra-vars @old.yml', 'show what would change, ask, and change it']],
  }).addOption(extraVars())
  addOptions(users, vpcOptions())
    .addOption(yesOption())
    .action((options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/emr.ts')).emrUsers(console, options),
      ),
    )
  addVerb(emr, 'terminate', {
    summary: 'terminate the EMR cluster (make terminate.emr)',
    description:
      'Shows the cluster, asks for consent, and terminates it. Key, buckets and network are kept, so what the cluster wrote to S3 can still be read. This is what make terminate.emr did.',
    examples: [['howdah emr terminate --extra-vars @old.yml', 'show, ask, destroy']],
  })
    .addOption(extraVars())
    .addOption(yesOption())
    .action((options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/emr.ts')).emrTerminate(console, options),
      ),
    )
}

function translateVerb(emr: Command, runner: Runner): void {
  const translate = addVerb(emr, 'translate', {
    summary: 'rewrite an old cluster.yml in the new form, with a report',
    description:
      'Rewrites an old cluster.yml in the new form. A report on stderr lists the new key of each old one, and what you must decide.',
    examples: [
      [
        'howdah emr translate /tmp/cluster.yml -o cluster.yml --vpc vpc-0123456789abcdef0 --vpc-cidr 10.0.0.0/16',
        'an old file with a subnet: name the VPC that the subnet is in',
      ],
      ['howdah emr translate - < old.yml > cluster.yml', 'from stdin to stdout'],
    ],
  })
    .addArgument(
      offering(
        new Argument('[file]', 'the old cluster.yml; - for stdin').default('cluster.yml', './cluster.yml'),
        'yml',
      ),
    )
    .addOption(offering(new Option('-o, --out <file>', 'write to this file, not to stdout'), 'yml'))
    .option('--force', 'overwrite an existing file')
  addOptions(translate, vpcOptions()).action((file, options, command) =>
    runner(globalsOf(command), async (console) =>
      (await import('../verbs/aws/emr.ts')).emrTranslate(console, { file, ...options }),
    ),
  )
}

function provisionVerb(emr: Command, runner: Runner): void {
  const provision = addVerb(emr, 'provision', {
    summary: 'make the EMR cluster and its users (make provision.emr)',
    description:
      'Translates the old file, shows the plan, asks for consent, applies it, and makes the accounts on the master. This is what make provision.emr did.',
    examples: [
      ['howdah emr provision --extra-vars @old.yml', 'show, ask, make the cluster'],
      ['howdah emr provision --extra-vars @old.yml --no-users', 'leave the accounts alone'],
    ],
  }).addOption(extraVars())
  addOptions(provision, vpcOptions())
    .addOption(yesOption())
    .option('--no-users', 'do not change the accounts on the master')
    .action((options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/aws/emr.ts')).emrProvision(console, options),
      ),
    )
}
