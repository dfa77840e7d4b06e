import type { HowdahError } from '../errors.ts'
import type { Left, Recorded, Removal, RemovalContext } from './removal/types.ts'
import type { Ref, Resource, ResourceBase } from './resource-types.ts'

/** What a probe read of one resource. An empty state means: not there. */
export type State = Readonly<Record<string, string>>

export type StepAction = 'create' | 'update' | 'remove' | 'start' | 'restart' | 'run' | 'ensure'

export interface Change {
  readonly action: StepAction
  /** "mode 0644 → 0640", "not formatted". */
  readonly reason: string
  /** Set when old and new content can be shown: the renderer makes a unified diff. */
  readonly before?: string
  readonly content?: string
}

/** What `diff` can read about the rest of the host. */
export interface World {
  /** sha256 of what the plan wants at a path, else of what is there now, else undefined. */
  fileSha256(path: string): string | undefined
}

/** What the engine needs of a type. All three parts are pure. */
export interface ResourceType<R extends ResourceBase = ResourceBase> {
  readonly type: R['type']
  /** "/etc/hadoop/conf/core-site.xml", "user hdfs". */
  title(resource: R): string
  /**
   * POSIX sh, printing `key=value` lines (use the engine's `emit`); runs as root; changes nothing.
   * Empty when `paths` is enough. A fragment that fails gives the state `unknown=<why>`.
   */
  probe(resource: R): string
  /** Not called for a state with `unknown`: the plan then has an `ensure` step, for every type except Fact. */
  diff(resource: R, state: State, world: World): Change | undefined
  /** POSIX sh under `set -eu`, as root; a non-zero exit fails the step. Must be safe to run twice. */
  apply(resource: R, change: Change): string

  // The rest is optional, and pure as well.

  /** What `plan --show-script` shows for a target without a shell, without secrets; required where `apply` makes no shell. */
  show?(resource: R, state: State): string

  /** Paths to read in the host's one sweep (a single stat and a single sha256sum for all resources). */
  paths?(resource: R): readonly PathRead[]
  /** Why this state forbids any change: a tree of other software is in the way, or a data disk is not mounted. */
  refusals?(resource: R, state: State): readonly Omit<Refusal, 'ref'>[]
  /** A difference that cannot be changed here (a kernel setting in a container): a warning, never a step. */
  warning?(resource: R, state: State): string | undefined
  /** The file whose present content the diff shows. */
  contentPath?(resource: R): string | undefined
  /** A local file that must be on the host before `apply`. */
  upload?(resource: R): Upload | undefined
  /** Longest time that `apply` may take, in seconds; 600 when absent. */
  seconds?(resource: R): number
  /** The lines of a failed step's output that explain the failure; all of them when absent. */
  excerpt?(output: string): string
  /** What to type after a failure whose cause is unknown; absent: `howdah plan`. */
  next?(resource: R, host: string): string

  /** Details that the host's record keeps for a later removal, by name; absent for a type that leaves nothing to remove. */
  record?(resource: R): Readonly<Record<string, string>>
  /** True for what runs, such as a unit: it starts after unwanted units have stopped. */
  readonly runs?: boolean
  /** True when a resource is declared absent: it then needs no record, and its own step removes it. */
  isAbsent?(resource: R): boolean
  /** How it is removed when it is no longer declared, from its record alone; required where there is a `record`. */
  remove?(recorded: Recorded, context: RemovalContext): Removal
}

/**
 * One path of the sweep. Without `key` the state gets `kind` (file, directory, link, other), `owner`, `group`,
 * `mode` (four octal digits), `sha256` (of a regular file) and `target` (of a link), and nothing when nothing is
 * there. With `key` the state gets that one key: the sha256 of the file behind the path, or `absent`.
 */
export interface PathRead {
  readonly path: string
  readonly key?: string
}

/** A file of the controller that is at `path` on the host, owned by root, while the step runs. */
export interface Upload {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly path: string
}

/** The resources of each host, in the order declared. */
export type Desired = Readonly<Record<string, readonly Resource[]>>

/** Facts that every host has. Memory takes account of cgroup limits. */
export interface HostFacts {
  readonly hostname: string
  readonly os: { readonly id: string; readonly version: string; readonly codename: string }
  readonly arch: string
  readonly memoryMb: number
  readonly cores: number
  readonly addresses: readonly string[]
  /** What the host's own name resolves to there. */
  readonly ownAddress: string
  readonly epoch: number
  /** Public host keys of its sshd, `type key` each. */
  readonly hostKeys?: readonly string[]
  /** Listening TCP ports with the process that holds each ('' when unknown). */
  readonly listening: readonly { readonly port: number; readonly process: string }[]
  readonly mounts: readonly {
    readonly path: string
    readonly freeMb: number
    readonly sizeMb: number
    readonly options: string
  }[]
}

export interface HostObserved {
  /** Absent for a database server, which is not a host. */
  readonly facts?: HostFacts
  /** By resource id. */
  readonly states: Readonly<Record<string, State>>
  /** What Howdah has made there, in order; absent for a target that keeps no record. */
  readonly record?: readonly Recorded[]
}

/** What happened to one step, as its target reports it. */
export interface StepReport {
  readonly ref: Ref
  readonly status: 'start' | 'ok' | 'failed'
  readonly ms: number
  /** Output of the step, for a failure. */
  readonly output: string
}

/**
 * Something that holds resources: a host behind a Transport (the engine's own driver, which compiles shell),
 * or a database server (components/result-store, by mysql2), named `sql:<server>` in Desired.
 */
export interface TargetDriver {
  readonly target: string
  /** Reads everything in one round trip. A target that is not up yet answers states with `unknown=<why>`. */
  probe(resources: readonly Resource[], signal?: AbortSignal): Promise<HostObserved>
  /** Present contents of files for diffs, by resource id; one round trip. */
  contents(resources: readonly Resource[]): Promise<Readonly<Record<string, string>>>
  /**
   * After a lost link: waits until no earlier batch runs on the target, so that a state which is read then stays.
   * Absent where a lost link ends the work.
   */
  quiet?(): Promise<void>
  /** Applies a batch in order, and stops at the first failure. Throws LINK_LOST when the outcome is unknown. */
  apply(
    batch: readonly { readonly ref: Ref; readonly resource: Resource; readonly change: Change }[],
    onStep: (report: StepReport) => void,
    signal?: AbortSignal,
  ): Promise<void>
}

export type Observed = Readonly<Record<string, HostObserved>>

export interface Step {
  readonly ref: Ref
  readonly host: string
  readonly component: string
  readonly title: string
  readonly action: StepAction
  readonly reason: string
  /** Unified diff, or absent (nothing to show, or a secret). */
  readonly diff?: string
  /** Steps of this plan that come first. */
  readonly after: readonly Ref[]
}

/** Why the plan may not be applied: a guard that does not hold. */
export interface Refusal {
  readonly ref: Ref
  readonly message: string
  readonly found: string
  readonly next?: string
}

/** A host that could not be connected to, with the error. */
export interface Unreachable {
  readonly host: string
  readonly code: string
  readonly message: string
  readonly next?: string
}

/** Plain data; `plan --json` prints it unchanged. */
export interface Plan {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly steps: readonly Step[]
  readonly refusals: readonly Refusal[]
  readonly warnings: readonly string[]
  /** Resources that are no longer wanted and stay, with the reason. */
  readonly left?: readonly Left[]
  /** Hosts that could not be read, so that nothing of them is in the plan; absent when all were read. */
  readonly unreachable?: readonly Unreachable[]
  /** Number of resources that are as they should be. */
  readonly unchanged: number
}

export type StepOutcome = 'ok' | 'failed' | 'skipped' | 'unknown'

export interface Failure {
  readonly ref: Ref
  readonly host: string
  readonly title: string
  /** The step's output, redacted; of a unit, the lines of its logs that explain the failure. */
  readonly output: string
  /** From the list of symptoms: its name and the likely cause. */
  readonly symptom?: string
  readonly cause?: string
  /** The command to type next, or the line of cluster.yml to write. */
  readonly next: string
}

export interface ApplyResult {
  readonly outcomes: Readonly<Record<Ref, StepOutcome>>
  readonly failures: readonly Failure[]
  readonly ms: number
  /** Set when a host refused the run, since it has seen a newer one. */
  readonly lost?: HowdahError
}

/** A known symptom of a failure: a text in a log, its meaning, and what to do. */
export interface Symptom {
  /** Unique, such as `no-space-left`. */
  readonly name: string
  readonly pattern: RegExp
  readonly cause: string
  readonly next: string
}
