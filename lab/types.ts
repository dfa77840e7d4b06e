/** The types of the lab. */

export const RELEASES = ['trixie', 'sid'] as const
export type Release = (typeof RELEASES)[number]

export interface LabHostSpec {
  /** Short name, as in the hosts' /etc/hosts. */
  readonly name: string
  readonly release: Release
}

export interface LabOptions {
  readonly name: string
  readonly hosts: readonly LabHostSpec[]
  /** Base trees go to `<cacheDir>/lab`. Default: HOWDAH_CACHE, or /var/cache/howdah. */
  readonly cacheDir?: string
  /** `10.77.<n>.0/24`; absent: a free one is chosen. */
  readonly subnet?: string
  /** Hosts start with the files of this snapshot. The lab then has its hosts and its subnet. */
  readonly from?: StoredSnapshot
}

export interface LabHost {
  readonly name: string
  readonly address: string
  readonly release: Release
  /** Pid of the process that runs the host's systemd-nspawn on this machine; undefined: the host is down. */
  readonly pid: number | undefined
}

export interface Lab {
  readonly name: string
  readonly bridge: string
  readonly subnet: string
  /** This machine's own address on the bridge. */
  readonly gateway: string
  /** A login that uses sudo without a password. A second one, `opspw`, needs a password (file `opspw.password`). */
  readonly user: string
  readonly identityFile: string
  readonly knownHosts: string
  readonly hosts: readonly LabHost[]
  /** Serves `<stateDir>/mirror`. */
  readonly mirrorUrl: string
  readonly proxyUrl: string
  readonly stateDir: string
}

export interface LabStatus {
  readonly lab: Lab
  readonly proxyRunning: boolean
  readonly mirrorRunning: boolean
  /** All its hosts and services run. */
  readonly whole: boolean
}

/** The state of a lab, in `<stateDir>/state.json`. */
export interface LabState {
  readonly formatVersion: 1
  readonly name: string
  readonly subnet: string
  readonly hosts: readonly LabStateHost[]
}

export interface LabStateHost extends LabHostSpec {
  /** The base tree of the host's overlay. */
  readonly base: string
  /** Directories of snapshots between the base and the host's own files; the newest first. */
  readonly layers: readonly string[]
}

/** The data of a snapshot, in `<dir>/snapshot.json`. */
export interface Snapshot {
  readonly formatVersion: 1
  readonly name: string
  /** Hash of the sources that made the cluster on the hosts: other sources may make another cluster. */
  readonly key: string
  /** The lab of the snapshot, and that lab's state directory. */
  readonly lab: string
  readonly stateDir: string
  readonly subnet: string
  /** `layers` begin with the snapshot's own directory of the host. */
  readonly hosts: readonly LabStateHost[]
  /** ISO 8601. */
  readonly taken: string
}

/** A snapshot and its directory. */
export interface StoredSnapshot extends Snapshot {
  readonly dir: string
}

export const OPS_USER = 'ops'
export const OPS_PASSWORD_USER = 'opspw'
export const PROXY_PORT = 3128
export const MIRROR_PORT = 8642
