import { referencesIn, type SynthesisedResource, type SynthesisedStack } from '../terraform/synthesised.ts'
import type { NodeKind } from './types.ts'

type Json = Readonly<Record<string, unknown>>

/** The text of a box for one resource. Resources with the same caption in the same group share a box. */
export interface Caption {
  readonly kind: NodeKind
  readonly title: string
  readonly lines: readonly string[]
  /** Key that joins resources with different captions in one box, which has the lines of all. */
  readonly joined?: string
}

type Captioner = (resource: SynthesisedResource, stack: SynthesisedStack) => Caption

/** A block: the only item of Terraform's list, or the value itself. */
export const block = (value: unknown): Json => {
  const one = Array.isArray(value) ? value[0] : value
  return one !== null && typeof one === 'object' ? (one as Json) : {}
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? `${value}` : ''

const lines = (...parts: readonly string[]): readonly string[] => parts.filter((part) => part !== '')

const ACRONYMS: Readonly<Record<string, string>> = { api: 'Data API', emr: 'EMR', lms: 'LMS', kms: 'KMS' }

/** `result-store` becomes "Result store". */
export const humanised = (slug: string): string => {
  const known = ACRONYMS[slug]
  if (known !== undefined) return known
  const words = slug.replaceAll(/[-_/]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The name of a resource without the deployment's prefix and a number: `worker` for `insights-worker-2`. */
export const nameOf = (resource: SynthesisedResource, stack: SynthesisedStack): string => {
  const name = resource.tags.Name ?? text(resource.body.name)
  const plain = name.includes('${') || name === '' ? (resource.path.split('/').at(-2) ?? resource.path) : name
  return plain.replace(new RegExp(`^${stack.id.replaceAll(/[^\w-]/g, '.')}-`), '').replace(/-\d+$/, '')
}

const firstPart = (resource: SynthesisedResource): string => resource.path.split('/')[0] ?? resource.path

const dataVolumes = (stack: SynthesisedStack, host: SynthesisedResource): string => {
  const count = stack
    .of('aws_volume_attachment')
    .filter((attachment) => attachment.references.includes(host.address)).length
  return count === 0 ? '' : `${count} data volume${count === 1 ? '' : 's'}`
}

const instance: Captioner = (resource, stack) => ({
  kind: 'compute',
  title: humanised(nameOf(resource, stack)),
  lines: lines(text(resource.body.instance_type), dataVolumes(stack, resource)),
})

const autoscaling: Captioner = (resource, stack) => {
  const template = resource.references.map(stack.at).find((one) => one?.type === 'aws_launch_template')
  const { min_size: min, max_size: max } = resource.body
  const size = text(min) === text(max) ? text(min) : `${text(min)} to ${text(max)}`
  return {
    kind: 'compute',
    title: humanised(firstPart(resource)),
    lines: lines(text(template?.body.instance_type), size === '' ? '' : `${size} hosts, auto-scaled`),
  }
}

const balancer: Captioner = (resource, stack) => {
  const names = (type: string): boolean =>
    stack.of(type).some((one) => one.references.includes(resource.address))
  const listeners = stack.of('aws_lb_listener').filter((one) => one.references.includes(resource.address))
  return {
    kind: 'balancer',
    title: `${humanised(firstPart(resource))} balancer`,
    lines: lines(
      resource.body.internal === true ? 'inside the VPC' : 'faces the internet',
      listeners.some((one) => one.body.protocol === 'HTTPS') ? 'ends TLS' : '',
      names('aws_wafv2_web_acl_association') ? 'behind a web ACL' : '',
    ),
  }
}

const database: Captioner = ({ body }) => {
  const engine = text(body.engine) === 'mysql' ? 'MySQL' : text(body.engine)
  return {
    kind: 'database',
    title: 'Result store',
    lines: lines(
      `RDS ${engine} ${text(body.engine_version)}`.trim(),
      text(body.instance_class),
      body.multi_az === true ? 'standby in a second zone' : '',
    ),
  }
}

const bucket: Captioner = ({ address, path }, stack) => {
  const takesLogs = stack
    .of('aws_s3_bucket_logging')
    .some((one) => referencesIn(one.body.target_bucket).includes(address))
  const name = humanised(path.split('/').slice(0, -1).at(-1) ?? path)
  return { kind: 'storage', title: 'S3 bucket', lines: [takesLogs ? 'Access logs of the buckets' : name] }
}

const endpoint: Captioner = ({ body }) => {
  const service = text(body.service_name).split('.').at(-1) ?? ''
  const gateway = body.vpc_endpoint_type !== 'Interface'
  return gateway
    ? { kind: 'network', title: `${service.toUpperCase()} gateway endpoint`, lines: [] }
    : { kind: 'network', title: 'Interface endpoints', lines: lines(service), joined: 'interface-endpoints' }
}

/** The drawn types. Other types are folded into the resource that uses them, or left out. */
export const CAPTIONS: Readonly<Record<string, Captioner>> = {
  aws_autoscaling_group: autoscaling,
  aws_cloudwatch_log_group: () => ({ kind: 'storage', title: 'CloudWatch logs', lines: [], joined: 'logs' }),
  aws_db_instance: database,
  aws_iam_role: (role, stack) => ({
    kind: 'security',
    title: 'IAM roles',
    lines: [nameOf(role, stack)],
    joined: 'iam',
  }),
  aws_instance: instance,
  aws_kms_key: () => ({ kind: 'security', title: 'KMS key', lines: ['encrypts disks, buckets, logs'] }),
  aws_lb: balancer,
  aws_nat_gateway: () => ({
    kind: 'network',
    title: 'NAT gateway',
    lines: ['internet access of private subnets'],
  }),
  aws_s3_bucket: bucket,
  aws_secretsmanager_secret: (secret, stack) => ({
    kind: 'security',
    title: 'Secrets',
    lines: [nameOf(secret, stack)],
    joined: 'secrets',
  }),
  aws_vpc_endpoint: endpoint,
}
