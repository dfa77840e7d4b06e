import type { ExitName } from '../errors.ts'

/** What docs/errors.md and users are told about a code. */
export interface ErrorEntry {
  /** How the process exits; several where the same trouble can come from several places. */
  readonly exit: ExitName | readonly ExitName[]
  /** What is wrong, in one or two sentences that need no knowledge of Howdah's code. */
  readonly meaning: string
  /** What you can do about it. */
  readonly remedy: string
}

export type ErrorEntries = Readonly<Record<string, ErrorEntry>>
