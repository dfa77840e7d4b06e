import { isIPv4 } from 'node:net'
import { z } from 'zod'
import { DEPLOYMENTS } from '../../provisioners/config/infrastructure/types.ts'
import { type ErrorCode, HowdahError } from '../../provisioners/errors.ts'
import { type InfrastructureOutputs, OUTPUTS_FORMAT } from '../outputs.ts'

/** Name of the one output that inventory reads. */
export const OUTPUT = 'howdah'

const ipv4 = z.string().refine(isIPv4, { error: 'an IPv4 address' })
/** Used in an SSH configuration and in YAML: one word without special characters. */
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: 'one word' })
const orEmpty = <T extends z.ZodType>(schema: T) => z.union([z.literal(''), schema])

const host = z.object({
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, { error: 'a host name' }),
  privateAddress: ipv4,
  publicAddress: orEmpty(ipv4),
  instanceId: z.string().regex(/^i-[0-9a-f]+$/, { error: 'an instance id, i-…' }),
  zone: word,
  roles: z.array(word).min(1),
  dataDirs: z.array(z.string().regex(/^\/[A-Za-z0-9._/-]+$/, { error: 'an absolute path' })),
})

const outputs = z.object({
  formatVersion: z.literal(OUTPUTS_FORMAT),
  name: word,
  deployment: z.enum(DEPLOYMENTS),
  region: word,
  hosts: z.array(host),
  ssh: z.object({ user: word, keyName: z.string() }),
  resultStore: z
    .object({
      address: word,
      port: z.int().min(1).max(65535),
      database: word,
      secretArn: orEmpty(z.string().regex(/^arn:[\w:/!-]+$/, { error: 'an ARN' })),
      charset: z.enum(['utf8mb3', 'utf8mb4']).optional(),
    })
    .nullable(),
  emr: z.object({ jobFlowId: z.string(), masterPublicDns: z.string(), release: z.string() }).nullable(),
  buckets: z.object({ logs: z.string(), configuration: z.string() }),
  endpoints: z.object({ api: z.string(), insights: z.string() }),
})

interface Problem {
  readonly code: ErrorCode
  readonly message: string
  readonly found?: string
  readonly expected?: string
  readonly next: string
}

const refusal = (source: string, problem: Problem, cause?: unknown): HowdahError =>
  new HowdahError({
    ...problem,
    exit: 'configuration',
    where: source,
    ...(cause === undefined ? {} : { cause }),
  })

/**
 * Reads the output of `terraform output -json`. `source` names it in errors.
 * @throws HowdahError INVENTORY_NOT_JSON, INVENTORY_NO_OUTPUT, INVENTORY_FORMAT, INVENTORY_BAD_OUTPUT.
 */
export function parseOutputs(text: string, source: string): InfrastructureOutputs {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw refusal(
      source,
      {
        code: 'INVENTORY_NOT_JSON',
        message: text.trim() === '' ? 'the outputs are empty' : 'the outputs are not JSON',
        expected: 'the output of terraform output -json',
        next: 'terraform output -json > outputs.json',
      },
      cause,
    )
  }
  const all = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  const output = all[OUTPUT] as { readonly value?: unknown } | undefined
  return infrastructureOutputs(output?.value, source, Object.keys(all))
}

/**
 * Checks the value of the output `howdah`; `others` are the names of all outputs, for the error.
 * @throws HowdahError as `parseOutputs` does.
 */
export function infrastructureOutputs(
  value: unknown,
  source: string,
  others: readonly string[] = [],
): InfrastructureOutputs {
  if (value === undefined) {
    throw refusal(source, {
      code: 'INVENTORY_NO_OUTPUT',
      message: `the output ${OUTPUT} is missing`,
      found: others.length === 0 ? 'no outputs' : others.join(', '),
      expected: `the output ${OUTPUT}, which every applied deployment has`,
      next: 'howdah apply',
    })
  }
  const format = (value as { readonly formatVersion?: unknown } | null)?.formatVersion
  if (format !== undefined && format !== OUTPUTS_FORMAT) {
    throw refusal(source, {
      code: 'INVENTORY_FORMAT',
      message: `the outputs have the format version ${String(format)}`,
      found: String(format),
      expected: String(OUTPUTS_FORMAT),
      next: 'howdah apply with this version of Howdah, or howdah inventory with the version that applied them',
    })
  }
  const parsed = outputs.safeParse(value)
  if (parsed.success) return parsed.data as InfrastructureOutputs
  const issues = parsed.error.issues.map((issue) => `${[OUTPUT, ...issue.path].join('.')}: ${issue.message}`)
  throw refusal(source, {
    code: 'INVENTORY_BAD_OUTPUT',
    message: `the output ${OUTPUT} is not valid: ${issues.slice(0, 5).join('; ')}${issues.length > 5 ? ' …' : ''}`,
    found: `${issues.length} invalid value${issues.length === 1 ? '' : 's'}`,
    next: 'howdah apply, which writes the outputs again',
  })
}
