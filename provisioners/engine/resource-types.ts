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
  /**
   * It holds data, so it is never removed. `own`: all that is in it is the cluster's, and `destroy --data` empties it.
   * `shared`: others may keep files in it.
   */
  readonly data?: 'own' | 'shared'
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
  /** Why an earlier version stays when another one takes its place: what runs may still read it. */
  readonly keeps?: string
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
  /** Packages that could take its place, for the refusal where the host's lists lack it. */
  readonly alternatives?: readonly string[]
  /** What to do where the host's lists lack it. */
  readonly next?: string
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
  /** Why it must not be stopped when its host no longer has its role: what becomes of its data first. */
  readonly holds?: string
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
  /** What another fact must say as well; broken, the plan for this host is refused. */
  readonly agrees?: readonly Agreement[]
}

/** Two facts that must say the same, as far as both say anything. */
export interface Agreement {
  readonly key: string
  /** The other fact, mostly of another host. */
  readonly ref: Ref
  readonly refKey: string
  /** What it means when they differ; `{value}` is what was found here, `{other}` there. */
  readonly message: string
  readonly next?: string
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
