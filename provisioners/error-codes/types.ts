import type { ExitName } from '../errors.ts'

/** What docs/errors.md says about a code. */
export interface ErrorEntry {
  /** How the process exits; several where the same error can have different causes. */
  readonly exit: ExitName | readonly ExitName[]
  /** What is wrong, in one or two sentences that need no knowledge of Howdah's code. */
  readonly meaning: string
  /** What you can do about it. */
  readonly remedy: string
}

export type ErrorEntries = Readonly<Record<string, ErrorEntry>>
