import type { Resource } from '../resource-types.ts'

/**
 * One line of a host's record: a resource that Howdah made there, or was about to make when the run ended. It has
 * what a removal needs and nothing else: no contents, and no secret.
 */
export interface Recorded {
  readonly type: string
  readonly id: string
  readonly component: string
  /** By name: `path`, `name`, `home` … */
  readonly about: Readonly<Record<string, string>>
  /** It is no longer wanted and stays on the host on purpose, and an earlier plan has already reported that. */
  readonly left?: true
}

/** What a removal takes into account besides the record. */
export interface RemovalContext {
  /** True for `destroy --data`: directories that hold data are emptied. */
  readonly data: boolean
  /** True for `destroy`: a unit that holds data is stopped like any other. */
  readonly whole: boolean
  /** The resources that the host should have. */
  readonly wanted: readonly Resource[]
  /** Their observed states, by resource id. */
  readonly states: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/**
 * When a removal runs. `stop`: before any unit of the host starts. `files`: after the stops, and after the units that
 * remain have been restarted. `last`: after the files.
 */
export type RemovalStage = 'stop' | 'files' | 'last'

/** How a resource is removed, or why it stays. */
export type Removal =
  | {
      readonly kind: 'remove'
      readonly title: string
      readonly reason: string
      readonly stage: RemovalStage
      /** POSIX sh under `set -eu`, as root. Must succeed where there is nothing to remove. */
      readonly script: string
      /** Time limit of the script, in seconds; 600 when absent. */
      readonly seconds?: number
      /** It holds users' data. */
      readonly data?: true
    }
  /** It stays for good. One plan says so, and the record remembers it. */
  | { readonly kind: 'left'; readonly title: string; readonly reason: string; readonly data?: true }
  /** It stays for now, with all that it needs. Every plan says so. */
  | { readonly kind: 'held'; readonly title: string; readonly reason: string }

/** Something that is no longer wanted and stays on its host. */
export interface Left {
  readonly host: string
  readonly id: string
  readonly component: string
  readonly title: string
  readonly reason: string
  /** An earlier plan has already reported it. */
  readonly known: boolean
}
