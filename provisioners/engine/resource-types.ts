/**
 * The resources of the engine, which does not know Hadoop. A resource is plain data. Its type has the code that
 * reads, compares and applies it.
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
  /**
   * For data disks, which must not fall back to the root disk. `required`: refuse when this is not a mount point.
   * `recorded`: record the mount point that holds it, and refuse when that is missing later.
   */
  readonly mount?: 'required' | 'recorded'
  /**
   * It holds data, so it is never removed. `own`: everything in it belongs to the cluster, and `destroy --data` empties it.
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
  /** Holds a secret: never shown, never read back for a diff; its mode is set before its content. */
  readonly sensitive?: boolean
  /** A command that checks the new content before the rename; `{}` is the path of the temporary file. */
  readonly validate?: string
}

/** A tarball that is unpacked beside its target and renamed into place; a marker file has its sha256. */
export interface Archive extends ResourceBase {
  readonly type: 'archive'
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  readonly fileName: string
  /** On the controller; the engine uploads it unless there is a `url`. */
  readonly file: string
  readonly url?: string
  readonly strip: number
  readonly owner: string
  readonly group: string
  /** Why files of the tree change after it was unpacked; absent: each must stay as it was, and the plan compares. */
  readonly changes?: string
  /** Why an earlier version stays after an upgrade: daemons that run may still read it. */
  readonly keeps?: string
}

/** Name of the marker in an unpacked Archive: one line, its sha256. */
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
  /** Groups to add; other groups of the user are kept. */
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

/** A marked block of /etc/hosts; lines outside it stay, except that the host's own names are removed from 127.0.1.1. */
export interface HostsBlock extends ResourceBase {
  readonly type: 'hosts-block'
  readonly entries: readonly { readonly address: string; readonly names: readonly string[] }[]
  /** This host's own names, which must not point at a loopback address. */
  readonly ownNames: readonly string[]
}

/** How a daemon shows that it is ready: a script that runs on the host until it succeeds. */
export interface Readiness {
  /** POSIX sh that exits 0 when ready. */
  readonly script: string
  readonly timeoutSeconds: number
  /** For messages: "listens on 8020 and has left safe mode". */
  readonly title: string
}

/**
 * A systemd unit that is enabled and runs with its present files. The unit itself records the hash of its files when
 * it starts (ExecStartPre), so a missed restart shows in its state.
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
  /** Log files whose last lines a failure shows, besides the journal. Globs are allowed. */
  readonly logs: readonly string[]
  /** Why it must not be stopped when its host no longer has the role: what must happen to its data first. */
  readonly holds?: string
}

/** A condition of an Action or a Guard on a fact, on this host or another. */
export interface Requirement {
  /** A Fact, here or on another host. */
  readonly ref: Ref
  readonly key: string
  /** Allowed values. */
  readonly oneOf: readonly string[]
  /** The message when the condition does not hold; `{value}` is what was found. */
  readonly message: string
  readonly next?: string
}

/** Something read and never changed: a script that prints `key=value` lines. Values must not hold newlines. */
export interface Fact extends ResourceBase {
  readonly type: 'fact'
  readonly title: string
  readonly script: string
  /** Conditions without which every plan for this host is refused. */
  readonly must?: readonly Omit<Requirement, 'ref'>[]
  /** Other facts that must have the same value; otherwise the plan for this host is refused. */
  readonly agrees?: readonly Agreement[]
}

/** Two facts that must have the same value when both have one. */
export interface Agreement {
  readonly key: string
  /** The other fact, mostly of another host. */
  readonly ref: Ref
  readonly refKey: string
  /** The message when they differ; `{value}` is the value of this fact, `{other}` that of the other. */
  readonly message: string
  readonly next?: string
}

/**
 * A guarded action that no declared state can express: format a NameNode, initialise a schema.
 * `probe` prints `done=yes`, `done=no` or `done=unknown` (when the daemon that it asks does not run yet).
 */
export interface Action extends ResourceBase {
  readonly type: 'action'
  readonly title: string
  readonly probe: string
  /** Runs as root; the script must check again that it may. */
  readonly run: string
  /** Checked in the plan, and again on every host that they name right before the action runs. */
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
