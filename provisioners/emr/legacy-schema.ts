import { z } from 'zod'

/**
 * The schema of the legacy cluster.yml. Every plain scalar is text here (`readDocument` keeps what the file has), as
 * with ansible's extra variables, so the schema reads numbers and booleans from text.
 */

/** An object whose error names the expected value; for an unknown key, the known keys. */
const keys = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : 'a map of keys'),
  })

const unlessMissing =
  (expected: string) =>
  (issue: { readonly input?: unknown }): string | undefined =>
    issue.input === undefined ? undefined : expected

const word = z.string({ error: unlessMissing('some text') }).min(1, { error: 'some text' })
const matching = (pattern: RegExp, expected: string) =>
  z.string({ error: unlessMissing(expected) }).regex(pattern, { error: expected })
const count = matching(/^-?\d+$/, 'a whole number').transform(Number)
const price = matching(/^\d*\.?\d+$/, 'US dollars an hour, such as 0.03')
/** PyYAML's booleans, which are text in YAML 1.2. */
const flag = matching(/^(yes|no|true|false|on|off)$/i, 'yes or no').transform((text) =>
  /^(yes|true|on)$/i.test(text),
)
const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: unlessMissing(values.join(' or ')) })
const words = z.array(word, { error: unlessMissing('a list') })
const textMap = z.record(z.string(), z.string({ error: 'text (quote it)' }), {
  error: unlessMissing('a map of names and values'),
})

const volumes = {
  volume_size: count.nullish(),
  volume_type: choice(['gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'standard']).nullish(),
}

export const groupSchema = keys({
  num_instances: count,
  type: word,
  market: choice(['ON_DEMAND', 'SPOT']).nullish(),
  bidprice: price.nullish(),
  ...volumes,
})
export type LegacyGroup = z.output<typeof groupSchema>

const fleetType = keys({ type: word, bid_price_pct: count.nullish(), weight: count.nullish(), ...volumes })

export const fleetSchema = keys({
  spot_capacity: count.nullish(),
  on_demand_capacity: count.nullish(),
  use_spot: flag.nullish(),
  on_demand_fallback: flag.nullish(),
  bid_timeout_after: count.nullish(),
  bid_price_pct: count.nullish(),
  instance_types: z
    .array(fleetType, { error: unlessMissing('a list') })
    .min(1, { error: 'one type or more' }),
  ...volumes,
})
export type LegacyFleet = z.output<typeof fleetSchema>

export const actionSchema = keys({ path: word, args: words.nullish() })
export const namedActionSchema = keys({ name: word, path: word, args: words.nullish() })
export interface LegacyAction {
  readonly name: string
  readonly path: string
  readonly args: readonly string[]
}

const stepBase = {
  type: word.nullish(),
  name: word.nullish(),
  action_on_failure: choice([
    'TERMINATE_JOB_FLOW',
    'TERMINATE_CLUSTER',
    'CANCEL_AND_WAIT',
    'CONTINUE',
  ]).nullish(),
}
const jarStep = keys({
  ...stepBase,
  jar: word.nullish(),
  main_class: word.nullish(),
  properties: textMap.nullish(),
  step_args: words.nullish(),
})

/** The types of steps of the playbook's module, with the keys of each. */
export const STEP_SCHEMAS = {
  jar: jarStep,
  script: jarStep,
  streaming: jarStep,
  hive: jarStep,
  pig: jarStep,
  hive_install: keys({ ...stepBase, hive_version: word.nullish(), hive_site: word.nullish() }),
  pig_install: keys({ ...stepBase, pig_version: word.nullish() }),
} as const
export type StepType = keyof typeof STEP_SCHEMAS
export const STEP_TYPES = Object.keys(STEP_SCHEMAS) as readonly StepType[]

export interface LegacyStep {
  readonly type: StepType
  readonly name?: string | null | undefined
  readonly action_on_failure?: string | null | undefined
  readonly jar?: string | null | undefined
  readonly main_class?: string | null | undefined
  readonly properties?: Readonly<Record<string, string>> | null | undefined
  readonly step_args?: readonly string[] | null | undefined
  readonly hive_version?: string | null | undefined
  readonly hive_site?: string | null | undefined
  readonly pig_version?: string | null | undefined
}

export const applicationSchema = keys({ name: word, args: words.nullish() })
export type LegacyApplication = z.output<typeof applicationSchema>

export interface LegacyConfiguration {
  readonly classification: string
  readonly properties?: Readonly<Record<string, string>> | null | undefined
  readonly configurations?: readonly LegacyConfiguration[] | null | undefined
}
export const configurationSchema: z.ZodType<LegacyConfiguration> = z.lazy(() =>
  keys({
    classification: word,
    properties: textMap.nullish(),
    configurations: z.array(configurationSchema, { error: unlessMissing('a list') }).nullish(),
  }),
)

export const tagSchema = keys({ Key: word, Value: z.string({ error: unlessMissing('some text') }) })

export const userSchema = keys({
  name: word,
  type: choice(['admin', 'restricted']).nullish(),
  /** Only its presence counts: the playbook never used its value. */
  github: z.unknown().optional(),
  authorized_keys: words.nullish(),
  sudo_cmds: words.nullish(),
  sudoers_template: word.nullish(),
  present: flag.nullish(),
  state: choice(['present', 'absent']).nullish(),
})
export type LegacyUser = z.output<typeof userSchema>

/** Fields of RunJobFlow's instances, and of the command line's --ec2-attributes. */
export const ec2Schema = keys({
  KeyName: word.nullish(),
  Ec2KeyName: word.nullish(),
  SubnetId: word.nullish(),
  SubnetIds: words.nullish(),
  Ec2SubnetId: word.nullish(),
  Ec2SubnetIds: words.nullish(),
  AvailabilityZone: word.nullish(),
  InstanceProfile: word.nullish(),
  EmrManagedMasterSecurityGroup: word.nullish(),
  EmrManagedSlaveSecurityGroup: word.nullish(),
  ServiceAccessSecurityGroup: word.nullish(),
  AdditionalMasterSecurityGroups: words.nullish(),
  AdditionalSlaveSecurityGroups: words.nullish(),
})
export type LegacyEc2 = z.output<typeof ec2Schema>

const anything = z.unknown().optional()

/** The top level: the plain keys in full; lists and maps are checked afterwards, entry by entry. */
export const topSchema = keys({
  name: word.nullish(),
  keypair_name: word.nullish(),
  vpc_subnet_id: z.union([word, words], { error: 'the id of a subnet, or a list of them' }).nullish(),
  availability_zone: word.nullish(),
  region: word.nullish(),
  log_uri: matching(/^s3n?:\/\/[^/]+/, 'an address of S3, such as s3://logs/emr').nullish(),
  instance_groups: anything,
  master_instance_num: count.nullish(),
  master_instance_type: word.nullish(),
  core_instance_num: count.nullish(),
  core_instance_type: word.nullish(),
  task_instance_num: count.nullish(),
  task_instance_type: word.nullish(),
  task_instance_bid: price.nullish(),
  instance_fleets: anything,
  bootstrap_actions: anything,
  steps: anything,
  applications: anything,
  configurations: anything,
  tags: anything,
  ami_version: word.nullish(),
  release_label: z.string({ error: 'a release label, such as emr-7.13.0' }).nullish(),
  hadoop_version: word.nullish(),
  role: word.nullish(),
  service_role: word.nullish(),
  additional_master_security_groups: words.nullish(),
  additional_slave_security_groups: words.nullish(),
  emr_managed_master_security_group: word.nullish(),
  emr_managed_slave_security_group: word.nullish(),
  ebs_root_volume_size: z
    .union([z.literal('').transform(() => undefined), count], { error: 'a whole number of GB' })
    .nullish(),
  ec2_attributes: anything,
  user_info: anything,
  visible_to_all_users: flag.nullish(),
  state: choice(['present', 'absent']).nullish(),
})
export type LegacyTop = z.output<typeof topSchema>
