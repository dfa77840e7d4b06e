import { join } from 'node:path'
import { z } from 'zod'
import { type ErrorCode, type ExitName, HowdahError, HowdahErrors } from '../../provisioners/errors.ts'
import type { StackOnDisk } from './manifest.ts'

const position = z.object({ line: z.number(), column: z.number() })

/** A diagnostic as Terraform writes it with -json. */
const diagnosticSchema = z.object({
  severity: z.string(),
  summary: z.string(),
  detail: z.string().default(''),
  address: z.string().optional(),
  range: z.object({ filename: z.string(), start: position }).optional(),
})

export type Diagnostic = z.infer<typeof diagnosticSchema>

/** A line of Terraform's -json output: one of its messages, or undefined for anything else. */
export function messageOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** The diagnostic in a message, if there is one. */
export function diagnosticOf(message: Readonly<Record<string, unknown>>): Diagnostic | undefined {
  const parsed = diagnosticSchema.safeParse(message.diagnostic)
  return parsed.success ? parsed.data : undefined
}

/** The context of a failure of Terraform. */
export interface Failure {
  readonly stack: StackOnDisk
  /** The command as you would type it. */
  readonly command: string
  readonly exit: ExitName
  /** The last lines of the output, for a failure without a diagnostic. */
  readonly lastOutput: string
}

/** One error with all of Terraform's diagnostics, each with its position and the next command. */
export function errorOf(diagnostics: readonly Diagnostic[], failure: Failure): HowdahError {
  const [first, ...rest] = diagnostics
    .filter((d) => d.severity === 'error')
    .map((d) => errorOfOne(d, failure))
  if (first) return rest.length === 0 ? first : new HowdahErrors([first, ...rest])
  return new HowdahError({
    code: 'TERRAFORM_FAILED',
    exit: failure.exit,
    message: `Stack ${failure.stack.name}: ${failure.command} failed without a diagnostic`,
    where: failure.stack.dir,
    detail: failure.lastOutput,
    next: failure.command,
  })
}

function errorOfOne(diagnostic: Diagnostic, failure: Failure): HowdahError {
  const { summary, detail, address, range } = diagnostic
  const where = range
    ? `${join(failure.stack.dir, range.filename)}:${range.start.line}:${range.start.column}`
    : failure.stack.dir
  const known = KNOWN_FAILURES.find(({ pattern }) => pattern.test(`${summary}\n${detail}`))
  return new HowdahError({
    code: known?.code ?? 'TERRAFORM_FAILED',
    exit: known?.exit ?? failure.exit,
    message: `Stack ${failure.stack.name}: ${address ? `${address}: ` : ''}${summary}`,
    where,
    ...(detail === '' ? {} : { detail }),
    next: known?.next(detail, failure) ?? failure.command,
  })
}

interface KnownFailure {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly exit: ExitName
  readonly next: (detail: string, failure: Failure) => string
}

/** Failures with a known fix. */
const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /Error acquiring the state lock/,
    code: 'TERRAFORM_STATE_LOCKED',
    exit: 'lockHeld',
    next: (detail, { stack }) =>
      `Wait for the run that holds the lock. When no run is active: terraform -chdir=${stack.dir} force-unlock ${/ID:\s+(\S+)/.exec(detail)?.[1] ?? 'ID'}`,
  },
  {
    pattern:
      /No valid credential sources|ExpiredToken|InvalidClientTokenId|security token included in the request is/i,
    code: 'TERRAFORM_CREDENTIALS',
    exit: 'authentication',
    next: () =>
      'Sign in (aws sso login, or AWS_PROFILE, or AWS_ACCESS_KEY_ID), then run the same command again.',
  },
]
