import type { ErrorEntries } from './types.ts'

/** What can be wrong with the cluster.yml of edX's analytics configuration, and with its translation. */
export const LEGACY_ERRORS = {
  EMR_OUTPUT_EXISTS: {
    exit: 'configuration',
    meaning: 'The file that `howdah emr translate` would write exists already.',
    remedy: 'Name another file, or add `--force`.',
  },
  EMR_VPC_HALF: {
    exit: 'configuration',
    meaning: 'Only one of `--vpc` and `--vpc-cidr` was given.',
    remedy: 'Give both; `aws ec2 describe-vpcs` shows them.',
  },
  LEGACY_FILE: {
    exit: 'configuration',
    meaning: 'The legacy cluster.yml cannot be read.',
    remedy: 'Check the path that `EXTRA_VARS` or the command line names.',
  },
  LEGACY_EXTRA_VARS: {
    exit: 'configuration',
    meaning: '`EXTRA_VARS` is empty, or is not in one of the forms that Ansible takes.',
    remedy: 'Write `EXTRA_VARS="@/path/to/cluster.yml"`, a map in braces, or `key=value` pairs.',
  },
  LEGACY_IS_TODAYS: {
    exit: 'configuration',
    meaning: 'The file is a current cluster.yml, so there is nothing to translate.',
    remedy: 'Use it as it is: `howdah validate`.',
  },
  LEGACY_UNKNOWN_KEY: {
    exit: 'configuration',
    meaning: "The legacy file has a key that edX's format does not have.",
    remedy: 'Correct the spelling, or remove the key.',
  },
  LEGACY_MISSING_KEY: {
    exit: 'configuration',
    meaning: 'The legacy file lacks a key that is required.',
    remedy: 'Add the key that the error names.',
  },
  LEGACY_INVALID_VALUE: {
    exit: 'configuration',
    meaning: 'A key of the legacy file does not accept its value.',
    remedy: 'Write a value of the form that the error expects.',
  },
  LEGACY_ACTION_ARGUMENT: {
    exit: 'configuration',
    meaning: 'An argument of a bootstrap action or of install-sqoop is not understood.',
    remedy: 'Write an argument of the form that the error expects.',
  },
  LEGACY_ENVIRONMENT: {
    exit: 'configuration',
    meaning: 'The legacy file takes a value from an environment variable that is not set.',
    remedy: 'Export the variable, or write the value into the file.',
  },
  LEGACY_EXPRESSION: {
    exit: 'configuration',
    meaning: 'The legacy file has an expression of Ansible that Howdah does not evaluate.',
    remedy: "Write the value in its place. `lookup('env', 'NAME')` and simple filters are evaluated.",
  },
  LEGACY_UNKNOWN_STEP: {
    exit: 'configuration',
    meaning: "A step has a type that edX's format does not have.",
    remedy: 'Write one of the types that the error lists.',
  },
  LEGACY_ZONE_AND_SUBNET: {
    exit: 'configuration',
    meaning: '`availability_zone` and `vpc_subnet_id` are both written, and a subnet implies its zone.',
    remedy: 'Remove `availability_zone`.',
  },
  LEGACY_SAME_LOGIN: {
    exit: 'configuration',
    meaning: 'Two users of the legacy file would get the same login.',
    remedy: 'Give one of them a name that differs in small letters, digits, dashes or underscores.',
  },
  LEGACY_STATE_ABSENT: {
    exit: 'configuration',
    meaning: '`state: absent` means that the cluster should be terminated, which cannot be translated.',
    remedy: 'Run `howdah emr terminate --extra-vars name=NAME`.',
  },
  LEGACY_NO_BID: {
    exit: 'configuration',
    meaning: 'An instance group uses Spot instances without a bid.',
    remedy: 'Add `bidprice`, or use `instance_fleets`.',
  },
  LEGACY_NO_INSTANCES: {
    exit: 'configuration',
    meaning: 'A group or a fleet that every cluster has is missing or has no instances.',
    remedy: 'Write one instance or more.',
  },
  LEGACY_NO_KEY_PAIR: {
    exit: 'configuration',
    meaning: 'No key pair is named.',
    remedy: 'Write `keypair_name`, or export `AWS_KEYPAIR_NAME`.',
  },
  LEGACY_PLACEHOLDER: {
    exit: 'configuration',
    meaning: 'The file still holds a placeholder of the example.',
    remedy: 'Write the real value in its place.',
  },
  LEGACY_VPC_UNKNOWN: {
    exit: 'configuration',
    meaning: 'The file names a subnet, but not its VPC, which the security rules need.',
    remedy: 'Give `--vpc` and `--vpc-cidr`; `aws ec2 describe-subnets` shows the VPC.',
  },
} as const satisfies ErrorEntries
