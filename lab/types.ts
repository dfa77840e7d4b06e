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
  /** `base` is the tree that the host's overlay lies on. */
  readonly hosts: readonly (LabHostSpec & { readonly base: string })[]
}

export const OPS_USER = 'ops'
export const OPS_PASSWORD_USER = 'opspw'
export const PROXY_PORT = 3128
export const MIRROR_PORT = 8642
