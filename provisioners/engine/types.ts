/**
 * The engine's vocabulary. It knows nothing of Hadoop: a resource is plain data, its type says how to read it,
 * how to compare it and how to make it so.
 */

/** `host!resource`, for example `m1!file:/etc/hadoop/conf/core-site.xml`. */
export type Ref = `${string}!${string}`

export interface ResourceBase {
  readonly type: string
  /** Unique on its host, stable between runs: `file:/etc/hosts`, `unit:hdfs-namenode`. */
  readonly id: string
  /** The component that declares it: `hdfs`, `hive`, … For grouping in the plan. */
  readonly component: string
  /** What must be in place first: ids on the same host, or refs (`w1!unit:hdfs-datanode`) on another. */
  readonly after?: readonly string[]
}

export interface Directory extends ResourceBase {
  readonly type: 'directory'
  readonly path: string
  readonly owner: string
  readonly group: string
  /** Octal of four digits: '0755'. */
  readonly mode: string
  /** Refuse when this is not a mount point (data disks that must not fall back to the root disk). */
  readonly mustBeMount?: boolean
}

export interface File extends ResourceBase {
  readonly type: 'file'
  readonly path: string
  readonly content: string
  readonly owner: string
  readonly group: string
  readonly mode: string
  /** Holds a secret: never shown, never fetched back for a diff, mode set before content. */
  readonly sensitive?: boolean
  /** A command that must accept the new content before it is renamed into place; `{}` is the temporary path. */
  readonly validate?: string
}

/** A tarball unpacked beside its target and switched in by rename; a marker file holds its sha256. */
export interface Archive extends ResourceBase {
  readonly type: 'archive'
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  readonly fileName: string
  /** On the controller; the engine pushes it unless `url` is there. */
  readonly file: string
  readonly url?: string
  readonly strip: number
  readonly owner: string
  readonly group: string
}

/** Name of the marker that an unpacked Archive carries: one line, its sha256. */
export const ARCHIVE_MARKER = '.howdah-archive'

export interface Symlink extends ResourceBase {
  readonly type: 'symlink'
  readonly path: string
  readonly target: string
}

export interface Group extends ResourceBase {
  readonly type: 'group'
  readonly name: string
  readonly gid?: number
}

export interface User extends ResourceBase {
  readonly type: 'user'
  readonly name: string
  readonly group: string
  /** Appended; others that the user has are kept. */
  readonly groups: readonly string[]
  readonly home: string
  readonly shell: string
  readonly system: boolean
}

export interface Package extends ResourceBase {
  readonly type: 'package'
  readonly names: readonly string[]
}

export interface Sysctl extends ResourceBase {
  readonly type: 'sysctl'
  readonly key: string
  readonly value: string
}

/** A marked block of /etc/hosts; lines outside it are not touched, but own-name lines on 127.0.1.1 are taken out. */
export interface HostsBlock extends ResourceBase {
  readonly type: 'hosts-block'
  readonly entries: readonly { readonly address: string; readonly names: readonly string[] }[]
  /** This host's own names, which must not point at a loopback address. */
  readonly ownNames: readonly string[]
}

/** How a daemon shows that it serves, asked on the host itself without a fixed sleep. */
export interface Readiness {
  /** POSIX sh that exits 0 when ready. */
  readonly script: string
  readonly timeoutSeconds: number
  /** For messages: "listens on 8020 and has left safe mode". */
  readonly title: string
}

/**
 * A systemd unit that is enabled and runs with its present files. The started hash is written by the unit itself
 * (ExecStartPre), so a restart that was missed is seen from state.
 */
export interface Unit extends ResourceBase {
  readonly type: 'unit'
  /** Without `.service`. */
  readonly name: string
  /** The whole unit file; absent: the unit belongs to an OS package. */
  readonly content?: string
  /** Absolute paths of what the process reads at start: configuration, environment, archive markers. */
  readonly effective: readonly string[]
  readonly ready: Readiness
  /** Where its last words are, for a failure's message (besides journald). Globs allowed. */
  readonly logs: readonly string[]
}

/** A condition that an Action or a Guard puts on what was read elsewhere. */
export interface Requirement {
  /** A Fact, here or on another host. */
  readonly ref: Ref
  readonly key: string
  /** Allowed values. */
  readonly oneOf: readonly string[]
  /** What it means when it does not hold; `{value}` is what was found. */
  readonly message: string
  readonly next?: string
}

/** Something read and never changed: a script that prints `key=value` lines. Values must not hold newlines. */
export interface Fact extends ResourceBase {
  readonly type: 'fact'
  readonly title: string
  readonly script: string
  /** When present and broken, the plan for this host is refused whatever else it holds. */
  readonly must?: readonly Omit<Requirement, 'ref'>[]
}

/**
 * A guarded deed that no declared state can express: format a NameNode, initialise a schema.
 * `probe` prints `done=yes`, `done=no` or `done=unknown` (when what it asks is not up yet).
 */
export interface Action extends ResourceBase {
  readonly type: 'action'
  readonly title: string
  readonly probe: string
  /** Runs as root; must check again by itself that it may. */
  readonly run: string
  /** Checked when planned, and read again on every host named right before it runs. */
  readonly requires?: readonly Requirement[]
  readonly timeoutSeconds: number
}

export type CoreResource =
  | Directory
  | File
  | Archive
  | Symlink
  | Group
  | User
  | Package
  | Sysctl
  | HostsBlock
  | Unit
  | Fact
  | Action

/** Types from outside the engine (HDFS directories, databases) extend ResourceBase and register a ResourceType. */
export type Resource = CoreResource | (ResourceBase & { readonly type: `x-${string}` })

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

/** What `diff` may ask about the rest of the host. */
export interface World {
  /** sha256 of what the plan wants at a path, else of what is there now, else undefined. */
  fileSha256(path: string): string | undefined
}

/** What the engine must know of a type. All three parts are pure. */
export interface ResourceType<R extends ResourceBase = ResourceBase> {
  readonly type: R['type']
  /** "/etc/hadoop/conf/core-site.xml", "user hdfs". */
  title(resource: R): string
  /**
   * POSIX sh, printing `key=value` lines (use the engine's `emit`); runs as root; changes nothing.
   * Empty when `paths` says it all. A fragment that fails gives the state `unknown=<why>`.
   */
  probe(resource: R): string
  /** Never asked about a state that holds `unknown`: the plan then has an `ensure` step for every type but Fact. */
  diff(resource: R, state: State, world: World): Change | undefined
  /** POSIX sh under `set -eu`, as root; a non-zero exit fails the step. Must be safe to run twice. */
  apply(resource: R, change: Change): string

  // The rest is optional, and pure as well.

  /** Paths to read in the host's one sweep (a single stat and a single sha256sum for all resources). */
  paths?(resource: R): readonly PathRead[]
  /** What in this state forbids any change: a foreign tree in the way, a data disk that is not mounted. */
  refusals?(resource: R, state: State): readonly Omit<Refusal, 'ref'>[]
  /** What differs and cannot be helped here (a kernel setting in a container): said, never a step. */
  warning?(resource: R, state: State): string | undefined
  /** The file whose present content makes a diff readable. */
  contentPath?(resource: R): string | undefined
  /** A local file that `apply` needs on the host first. */
  upload?(resource: R): Upload | undefined
  /** Longest time that `apply` may take, in seconds; 600 when absent. */
  seconds?(resource: R): number
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

/** A file of the controller that is to lie at `path` on the host, root-owned, while the step runs. */
export interface Upload {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly path: string
}

/** The resources of each host, in the order declared. */
export type Desired = Readonly<Record<string, readonly Resource[]>>

/** Host facts that any tool wants, in one place. Memory honours cgroup limits. */
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
  /** Absent for a target that is no host (a database server). */
  readonly facts?: HostFacts
  /** By resource id. */
  readonly states: Readonly<Record<string, State>>
}

/** What happened to one step, as its target tells it. */
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
   * After a lost link: waits until nothing of an earlier batch runs there any more, so that a state read then stays.
   * Absent where a lost link ends the work by itself.
   */
  quiet?(): Promise<void>
  /** Makes a batch so, in order; stops at the first failure. Throws LINK_LOST when the outcome is unknown. */
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

/** Why nothing may be done: a guard that does not hold. */
export interface Refusal {
  readonly ref: Ref
  readonly message: string
  readonly found: string
  readonly next?: string
}

/** Plain data; `plan --json` prints it as it is. */
export interface Plan {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly steps: readonly Step[]
  readonly refusals: readonly Refusal[]
  readonly warnings: readonly string[]
  /** Number of resources that are as they should be. */
  readonly unchanged: number
}

export type StepOutcome = 'ok' | 'failed' | 'skipped' | 'unknown'

export interface Failure {
  readonly ref: Ref
  readonly host: string
  readonly title: string
  /** The step's own words, redacted. */
  readonly output: string
  /** From the rule base: the likely cause and what to type. */
  readonly cause?: string
  readonly next?: string
}

export interface ApplyResult {
  readonly outcomes: Readonly<Record<Ref, StepOutcome>>
  readonly failures: readonly Failure[]
  readonly ms: number
}

/** A failure symptom of the field: a text of a log, what it means, what to do. */
export interface Symptom {
  readonly pattern: RegExp
  readonly cause: string
  readonly next: string
}
