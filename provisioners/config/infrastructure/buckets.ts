import type { Path } from '../document/document.ts'
import { type InfrastructureContext, refuse, shown, warn } from './context.ts'
import type {
  Infrastructure,
  InfrastructureBucket,
  InfrastructureDataBucket,
  InfrastructureState,
} from './types.ts'

/** Names in S3. */

const trimmed = (path: string | undefined): string => (path ?? '').replaceAll(/^\/+|\/+$/g, '')

type Buckets = Pick<Infrastructure, 'logs' | 'configuration' | 'dataBuckets'>

export function resolveBuckets(context: InfrastructureContext): Buckets {
  const logs = bucket(context, 'logs', 'logs')
  const configuration = bucket(context, 'configuration', 'config')
  if (logs.name === configuration.name && !(logs.existing && configuration.existing)) {
    refuse(context, 'SPEC_BUCKET_TWICE', ['buckets', 'configuration', 'name'], {
      message: `logs and configuration are the same bucket ${logs.name}, and it would be made twice`,
      found: configuration.name,
      expected: 'two buckets, or one that exists for both',
      next: 'give one of them another name',
    })
  }
  return { logs, configuration, dataBuckets: resolveData(context, [logs, configuration]) }
}

function resolveData(
  context: InfrastructureContext,
  own: readonly InfrastructureBucket[],
): readonly InfrastructureDataBucket[] {
  const input = context.aws.buckets?.data ?? []
  const data = input.map(({ name, prefix, write }) => ({
    name,
    prefix: trimmed(prefix),
    write: write ?? false,
  }))
  for (const [i, { name, prefix }] of data.entries()) {
    const path = ['buckets', 'data', i, 'name']
    checkBucketName(context, path, name)
    const wrong = [
      data.findIndex((other) => other.name === name && other.prefix === prefix) < i && 'is named twice',
      own.some((bucket) => bucket.name === name && !bucket.existing) && 'is made for the deployment',
      name === context.aws.state?.bucket && "holds Terraform's state, which no host may see",
    ].find((one) => one !== false)
    if (wrong === undefined) continue
    refuse(context, 'SPEC_BUCKET_TWICE', path, {
      message: `${name} ${wrong}`,
      found: name,
      expected: 'a bucket of data that is there already, each folder once',
      next: 'remove it from buckets.data, or name another',
    })
  }
  const profile = context.aws.emr?.instanceProfile
  if (profile !== undefined && data.length > 0) {
    const what = `nodes of EMR have the instance profile ${profile} of the account: its role must let them into these buckets`
    warn(context, ['buckets', 'data'], what)
  }
  return data
}

function bucket(
  context: InfrastructureContext,
  which: 'logs' | 'configuration',
  suffix: string,
): InfrastructureBucket {
  const input = context.aws.buckets?.[which]
  const path = ['buckets', which]
  const existing = input?.existing ?? false
  if (existing && input?.name === undefined) {
    refuse(context, 'SPEC_MISSING_KEY', path, {
      message: `${shown([...path, 'name'])} is missing: a bucket that is there already has a name`,
      expected: 'the name of the bucket',
      next: 'add name',
    })
  }
  const prefix = trimmed(input?.prefix)
  if (input?.name !== undefined) {
    checkBucketName(context, [...path, 'name'], input.name)
    return { name: input.name, existing, prefix }
  }
  const name = `${context.name}-${context.aws.region}-${suffix}`
  checkBucketName(context, ['buckets'], `${name}-${'0'.repeat(ACCOUNT_DIGITS)}`)
  return { name, account: true, existing, prefix }
}

const ACCOUNT_DIGITS = 12

/** The rules of S3 for names of buckets. */
const RULES: readonly (readonly [wrong: RegExp, why: string])[] = [
  [/^.{0,2}$|^.{64,}$/s, 'is not 3 to 63 characters long'],
  [/^s3:/, 'is an address; the name alone is wanted'],
  [/[^a-z0-9.-]/, 'has other characters than small letters, digits, dots and dashes'],
  [/^[^a-z0-9]|[^a-z0-9]$/, 'does not begin and end with a letter or a digit'],
  [/\.\./, 'has two dots side by side'],
  [/^\d+\.\d+\.\d+\.\d+$/, 'looks like an address of IPv4'],
  [/^(xn--|sthree-|amzn-s3-demo-)/, 'begins with what S3 keeps to itself'],
  [/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/, 'ends with what S3 keeps to itself'],
]

export function checkBucketName(context: InfrastructureContext, path: Path, name: string): void {
  const wrong = RULES.find(([pattern]) => pattern.test(name))
  if (wrong === undefined) return
  refuse(context, 'SPEC_BUCKET_NAME', path, {
    message: `the bucket name ${JSON.stringify(name.slice(0, 80))} ${wrong[1]}`,
    found: name,
    expected: '3 to 63 small letters, digits and dashes',
  })
}

export function resolveState(context: InfrastructureContext, others: readonly string[]): InfrastructureState {
  const { state } = context.aws
  if (state === undefined) return { kind: 'local' }
  checkBucketName(context, ['state', 'bucket'], state.bucket)
  if (others.includes(state.bucket)) {
    refuse(context, 'SPEC_BUCKET_TWICE', ['state', 'bucket'], {
      message: `${state.bucket} is a bucket of the deployment, which is made and destroyed by what the state knows`,
      found: state.bucket,
      expected: 'a bucket of its own',
    })
  }
  return {
    kind: 's3',
    bucket: state.bucket,
    region: state.region ?? context.aws.region,
    key: trimmed(state.key) || `${context.name}/terraform.tfstate`,
    create: state.create ?? true,
  }
}
