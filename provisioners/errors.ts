/**
 * Every error that users see: a code, what was found, what was expected, where, and the next command.
 * The codes with their meanings are in `error-codes/`. Only their types are imported here, so an error costs no start-up.
 */
import type { ErrorCode } from './error-codes/index.ts'

export type { ErrorCode }

/** Process exit codes, by class of error. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  changes: 2,
  configuration: 10,
  connection: 11,
  authentication: 12,
  preflight: 13,
  stepFailed: 14,
  partial: 15,
  lockHeld: 16,
  verification: 17,
  declined: 18,
  interrupted: 130,
} as const

export type ExitName = keyof typeof EXIT

export interface ErrorDetails {
  /** Stable and greppable, for example `SPEC_UNKNOWN_KEY` or `SSH_HOST_KEY_CHANGED`; described in docs/errors.md. */
  readonly code: ErrorCode
  readonly exit: ExitName
  /** One sentence: what is wrong, with the wrong value in it. */
  readonly message: string
  readonly found?: string
  readonly expected?: string
  /** `file:line:column` or `host:path`. */
  readonly where?: string
  /** The command to type next, or the edit to make. */
  readonly next?: string
  /** Evidence, for example the last lines of a daemon's log. */
  readonly detail?: string
  readonly cause?: unknown
}

/** An error that a user reads. Anything else that is thrown is a bug in Howdah. */
export class HowdahError extends Error {
  readonly details: ErrorDetails
  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'HowdahError'
    this.details = details
  }
  get code(): ErrorCode {
    return this.details.code
  }
  get exitCode(): number {
    return EXIT[this.details.exit]
  }
}

/** Several errors of one pass, such as those of a cluster.yml, shown together. The exit code is that of the first. */
export class HowdahErrors extends HowdahError {
  readonly all: readonly HowdahError[]
  constructor(all: readonly [HowdahError, ...HowdahError[]]) {
    super(all.length === 1 ? all[0].details : { ...all[0].details, message: `${all.length} errors` })
    this.name = 'HowdahErrors'
    this.all = all
  }
}
