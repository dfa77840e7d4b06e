import type { ErrorEntries } from './types.ts'

/** What can go wrong with the infrastructure on AWS: stacks, Terraform, inventory, destroy. */
export const INFRASTRUCTURE_ERRORS = {
  STACK_NETWORK_CIDR: {
    exit: 'configuration',
    meaning: 'The network is too small to be divided into subnets.',
    remedy: 'Give a larger network, for example `10.20.0.0/16`.',
  },
  STACK_REFUSED: {
    exit: 'configuration',
    meaning: 'The stacks cannot be built from cluster.yml.',
    remedy: 'Read the detail, and run `howdah validate`.',
  },
  STACK_UNREADABLE: {
    exit: 'configuration',
    meaning: 'A synthesised stack cannot be read.',
    remedy: 'Run `howdah synth` again.',
  },
  STACKS_NOT_APPLIED: {
    exit: 'configuration',
    meaning: 'The stacks have no outputs, because they are not applied or were destroyed.',
    remedy: 'Run `howdah apply`.',
  },
  STACKS_NO_OUTPUT: {
    exit: 'configuration',
    meaning: 'No stack has an output of this name.',
    remedy: 'Name one of the outputs that the error lists.',
  },
  STACKS_UNKNOWN: {
    exit: 'configuration',
    meaning: 'There is no stack of this name.',
    remedy: 'Name one of the stacks that the error lists.',
  },
  APPLY_LOSES_DATA: {
    exit: 'preflight',
    meaning: 'The plan would destroy data.',
    remedy: 'Change cluster.yml so that the data is kept, or confirm with `--confirm=NAME`.',
  },
  DESTROY_DECLINED: {
    exit: 'declined',
    meaning: 'You did not confirm, so nothing was removed.',
    remedy: 'Run the command again and confirm, or add `--yes`.',
  },
  DESTROY_UNCONFIRMED: {
    exit: 'configuration',
    meaning: '`howdah destroy --data` removes all data of the cluster, and needs its name as a confirmation.',
    remedy: 'Add `--confirm=NAME`.',
  },
  DESTROY_FAILED: {
    exit: 'stepFailed',
    meaning: 'The software could not be removed from a host completely.',
    remedy: 'Repair the cause, and run the same command again: it skips what is removed already.',
  },
  DESTROY_PROTECTED: {
    exit: 'preflight',
    meaning: 'Resources are protected from being destroyed; nothing was changed.',
    remedy: 'Turn the protections off in cluster.yml and apply, or add `--unlock`.',
  },
  DESTROY_NEEDS_NAME: {
    exit: 'preflight',
    meaning: 'The command would destroy data, and needs the name of the deployment as a confirmation.',
    remedy: 'Add `--confirm=NAME`.',
  },
  DESTROY_DRIFTED: {
    exit: 'preflight',
    meaning: 'The protections cannot be removed alone, because cluster.yml differs from what is deployed.',
    remedy: 'Run `howdah stacks plan`, and make the two agree.',
  },
  INVENTORY_UNREADABLE: {
    exit: 'configuration',
    meaning: "The file of Terraform's outputs cannot be read.",
    remedy: 'Write it with `terraform output -json > FILE`.',
  },
  INVENTORY_NOT_JSON: {
    exit: 'configuration',
    meaning: 'The outputs are empty or not JSON.',
    remedy: 'Write them with `terraform output -json > outputs.json`.',
  },
  INVENTORY_NO_OUTPUT: {
    exit: 'configuration',
    meaning: 'The outputs lack the one that Howdah reads.',
    remedy: 'Run `howdah apply`.',
  },
  INVENTORY_FORMAT: {
    exit: 'configuration',
    meaning: 'The outputs were written by another version of Howdah, in another form.',
    remedy: 'Run `howdah apply` with this version, or `howdah inventory` with the one that applied.',
  },
  INVENTORY_BAD_OUTPUT: {
    exit: 'configuration',
    meaning: 'The output that Howdah reads is not complete.',
    remedy: 'Run `howdah apply`, which writes the outputs again.',
  },
  INVENTORY_NO_HOSTS: {
    exit: 'configuration',
    meaning: 'The deployment has no hosts to bootstrap, for example because Amazon installs it.',
    remedy: 'Use a deployment `large-hadoop` or `single-server`.',
  },
  INVENTORY_OTHER_CLUSTER: {
    exit: 'configuration',
    meaning: 'The outputs belong to another cluster than the file.',
    remedy: 'Give the outputs of the right deployment, or the right cluster.yml.',
  },
  INVENTORY_NO_CLUSTER: {
    exit: 'configuration',
    meaning: 'The cluster.yml into which the hosts should be written cannot be read.',
    remedy: 'Name the right file, or make one from the output of `howdah inventory`.',
  },
  INVENTORY_WOULD_NOT_LOAD: {
    exit: 'configuration',
    meaning: 'With the new hosts the cluster.yml would not be valid, so it was not written.',
    remedy: 'Correct what the detail names, then run the command again.',
  },
  TERRAFORM_MISSING: {
    exit: 'preflight',
    meaning: 'Neither Terraform nor OpenTofu can be started on this machine.',
    remedy: 'Install one of them, or correct `TERRAFORM_BINARY_NAME`.',
  },
  TERRAFORM_TOO_OLD: {
    exit: 'preflight',
    meaning: 'Terraform or OpenTofu is too old.',
    remedy: 'Install a newer version, or name another by `TERRAFORM_BINARY_NAME`.',
  },
  TERRAFORM_NO_MANIFEST: {
    exit: 'configuration',
    meaning: 'The directory has no manifest of synthesised stacks.',
    remedy: 'Run `howdah synth`.',
  },
  TERRAFORM_STACK_CYCLE: {
    exit: 'configuration',
    meaning: 'Stacks wait for each other.',
    remedy: 'Remove one of the references between them, then run `howdah synth`.',
  },
  TERRAFORM_STATE_LOCKED: {
    exit: 'lockHeld',
    meaning: "Another run holds the lock of Terraform's state.",
    remedy: 'Wait for it. When no run is active, use the `force-unlock` command of the error.',
  },
  TERRAFORM_CREDENTIALS: {
    exit: 'authentication',
    meaning: 'AWS does not accept your credentials, or there are none.',
    remedy:
      'Sign in (`aws sso login`, `AWS_PROFILE` or `AWS_ACCESS_KEY_ID`), then run the same command again.',
  },
  TERRAFORM_FAILED: {
    exit: ['configuration', 'stepFailed', 'unexpected'],
    meaning: 'Terraform reported an error.',
    remedy: 'Read its message, correct the cause, and run the same command again.',
  },
  TERRAFORM_INTERRUPTED: {
    exit: 'interrupted',
    meaning: 'Terraform was stopped at your request; what it created is in its state.',
    remedy: 'Run the same command again to continue.',
  },
  AWS_PART_MISSING: {
    exit: 'preflight',
    meaning: 'The AWS part of Howdah (CDKTF and the bindings of its provider) is not installed.',
    remedy: 'Run the `npm install` command that the error shows.',
  },
} as const satisfies ErrorEntries
