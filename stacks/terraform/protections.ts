import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SynthesisedResource, SynthesisedStack } from './synthesised.ts'

/** Why a resource cannot be destroyed, and how to turn that off. */
export interface Protection {
  readonly address: string
  /** Its path in the tree of constructs. */
  readonly path: string
  readonly why: string
  /** The line of cluster.yml that turns it off; absent: only `--unlock` does. */
  readonly line?: string
}

interface Rule {
  readonly type: string | undefined
  readonly why: string
  readonly line?: string
  readonly holds: (resource: SynthesisedResource) => boolean
  /** The attributes, by Terraform's names, that turn the protection off. */
  readonly unlocked: Readonly<Record<string, boolean>>
}

const isTrue = (value: unknown): boolean => value === true || value === 'true'

const flag = (type: string, attribute: string, why: string, line?: string): Rule => ({
  type,
  why,
  ...(line === undefined ? {} : { line }),
  holds: ({ body }) => isTrue(body[attribute]),
  unlocked: { [attribute]: false },
})

const preventsDestroy = ({ body }: SynthesisedResource): boolean => {
  const { lifecycle } = body
  return (
    lifecycle !== null && typeof lifecycle === 'object' && isTrue(Reflect.get(lifecycle, 'prevent_destroy'))
  )
}

const RULES: readonly Rule[] = [
  flag(
    'aws_db_instance',
    'deletion_protection',
    'RDS deletion protection is on',
    'aws: {resultStore: {deletionProtection: false}}',
  ),
  flag(
    'aws_emr_cluster',
    'termination_protection',
    'EMR termination protection is on',
    'aws: {emr: {terminationProtection: false}}',
  ),
  flag('aws_lb', 'enable_deletion_protection', 'deletion protection of the load balancer is on'),
  flag('aws_instance', 'disable_api_termination', 'termination protection of the host is on: it has data'),
  {
    type: 'aws_s3_bucket',
    why: 'S3 deletes no bucket that contains objects or old versions',
    holds: ({ body }) => !isTrue(body.force_destroy),
    unlocked: { force_destroy: true },
  },
  {
    type: undefined,
    why: 'prevent_destroy: it has data',
    holds: preventsDestroy,
    unlocked: {},
  },
]

const rulesFor = (resource: SynthesisedResource): readonly Rule[] =>
  RULES.filter((rule) => (rule.type === undefined || rule.type === resource.type) && rule.holds(resource))

/** The protections that would stop a destroy of the stack, in the order of the stack. */
export const protectionsOf = (stack: SynthesisedStack): readonly Protection[] =>
  stack.resources
    .filter((resource) => !resource.data)
    .flatMap((resource) =>
      rulesFor(resource).map(({ why, line }) => ({
        address: resource.address,
        path: resource.path,
        why,
        ...(line === undefined ? {} : { line }),
      })),
    )

/** Types that contain data; a key, because what it encrypts is lost with it. */
const HOLD_DATA: Readonly<Record<string, string>> = {
  aws_db_instance: 'a database: its tables are lost; a final snapshot is kept where cluster.yml asks for one',
  aws_ebs_volume: 'a data volume: its file system is lost',
  aws_emr_cluster: 'an EMR cluster: its HDFS and the disks of its nodes are lost',
  aws_instance:
    'a host: its root disk is lost, with the databases and logs on it; its data volumes are detached',
  aws_kms_key: 'a key: what it encrypts, snapshots included, can no longer be read',
  aws_s3_bucket: 'a bucket: its objects are lost',
}

const typeOf = (address: string): string => /(?:^|\.)(aws_[a-z0-9_]+)\./.exec(`${address}.`)?.[1] ?? ''

/** The data that is lost with a resource, by its Terraform address; undefined for a resource without data. */
export const dataLostWith = (address: string): string | undefined => HOLD_DATA[typeOf(address)]

/** The text of a `cdk.tf.json` with every protection off, and with buckets that are emptied when destroyed. */
export const unlockedText = (stack: SynthesisedStack, text: string): string => {
  const json = JSON.parse(text)
  for (const resource of stack.resources) {
    if (resource.data) continue
    const [type, id] = resource.address.split('.') as [string, string]
    const body = json.resource[type][id]
    for (const rule of rulesFor(resource)) Object.assign(body, rule.unlocked)
    if (preventsDestroy(resource)) body.lifecycle.prevent_destroy = false
  }
  return JSON.stringify(json, null, 2)
}

/** Turns every protection off in a synthesised stack; the next synthesis restores them. */
export const unlockSynthesised = (outdir: string, stack: SynthesisedStack): void => {
  const file = join(outdir, 'stacks', stack.id, 'cdk.tf.json')
  writeFileSync(file, unlockedText(stack, readFileSync(file, 'utf8')))
}
