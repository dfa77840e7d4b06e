/** The words of the lab: throw-away real hosts on this machine. */

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
  /** Hosts start with the files of this snapshot. Its hosts and its subnet are then the lab's. */
  readonly from?: StoredSnapshot
}

export interface LabHost {
  readonly name: string
  readonly address: string
  readonly release: Release
  /** The process that keeps the host's systemd-nspawn running on this machine; undefined: the host is down. */
  readonly pid: number | undefined
}

export interface Lab {
  readonly name: string
  readonly bridge: string
  readonly subnet: string
  /** This machine's own address on the bridge. */
  readonly gateway: string
  /** Login with sudo and no password. A second one, `opspw`, needs a password (file `opspw.password`). */
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
  /** Everything that belongs to it runs. */
  readonly whole: boolean
}

/** What a lab remembers about itself, in `<stateDir>/state.json`. */
export interface LabState {
  readonly formatVersion: 1
  readonly name: string
  readonly subnet: string
  readonly hosts: readonly LabStateHost[]
}

export interface LabStateHost extends LabHostSpec {
  /** The tree that the host's overlay lies on. */
  readonly base: string
  /** Directories of snapshots between the base and what the host writes; the newest first. */
  readonly layers: readonly string[]
}

/** What a snapshot remembers about itself, in `<dir>/snapshot.json`. */
export interface Snapshot {
  readonly formatVersion: 1
  readonly name: string
  /** Hash of the sources that made the cluster on the hosts: other sources would make another cluster. */
  readonly key: string
  /** The lab that it was taken of, and that lab's state directory. */
  readonly lab: string
  readonly stateDir: string
  readonly subnet: string
  /** `layers` have the snapshot's own directory of the host at the front. */
  readonly hosts: readonly LabStateHost[]
  /** ISO 8601. */
  readonly taken: string
}

/** A snapshot and the directory that it lies in. */
export interface StoredSnapshot extends Snapshot {
  readonly dir: string
}

export const OPS_USER = 'ops'
export const OPS_PASSWORD_USER = 'opspw'
export const PROXY_PORT = 3128
export const MIRROR_PORT = 8642
