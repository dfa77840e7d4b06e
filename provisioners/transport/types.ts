import type { Duplex, Readable } from 'node:stream'
import type { Secret } from '../secret.ts'

/** A POSIX sh script to run on a host. It is sent on stdin, and read completely before its first line runs. */
export interface RunRequest {
  readonly script: string
  /** Run as this user by sudo, usually `root`; absent: as the login user. */
  readonly as?: string
  /** Called with each full line of stdout as it arrives, decoded as UTF-8 across chunk borders. */
  readonly onLine?: (line: string) => void
  readonly timeoutMs?: number
  /** Bytes of each stream that the result keeps, when they are fewer than the transport's own limit. */
  readonly keepBytes?: number
  /** A script that sends more bytes on a stream is given up. Absent: 64 MiB of stderr, and of stdout when it has no `onLine`, 1 GiB. */
  readonly mostBytes?: number
  readonly signal?: AbortSignal
}

export interface RunResult {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

/** A file to place on a host: written beside its target, synced, checked against sha256, then renamed. */
export interface UploadRequest {
  /** Opened again for a retry. */
  readonly open: () => Readable
  readonly bytes: number
  readonly sha256: string
  /** Absolute path on the host; a missing directory is created (root, 0755). */
  readonly path: string
  /** Octal, for example '0644'. */
  readonly mode: string
  readonly as?: string
  readonly onProgress?: (bytesDone: number) => void
  readonly signal?: AbortSignal
}

/** How one host is reached. */
export interface Transport {
  /** The host's name in cluster.yml. */
  readonly host: string
  /**
   * Runs a script and returns its exit code and output.
   * Throws HowdahError LINK_LOST (outcome unknown) when the link drops in the middle,
   * RUN_TIMEOUT when timeoutMs passed or the script did not begin in time (outcome unknown), RUN_FLOOD, RUN_ABORTED when the signal fired, SUDO_* for sudo's refusals.
   */
  run(request: RunRequest): Promise<RunResult>
  upload(request: UploadRequest): Promise<void>
  /** A TCP connection as seen from the host, for example to 127.0.0.1:3306 there. */
  connect(address: string, port: number): Promise<Duplex>
  close(): Promise<void>
}

export interface HostAddress {
  readonly host: string
  readonly address: string
  readonly port: number
  readonly user: string
}

export type HostKeyPolicy = 'strict' | 'accept-new'

export interface SshOptions {
  readonly kind: 'ssh2' | 'openssh' | 'local'
  readonly identityFiles: readonly string[]
  /** Use the agent of SSH_AUTH_SOCK. */
  readonly agent: boolean
  /** Password of the SSH login, when asked for. */
  readonly password?: Secret
  readonly sudoPassword?: Secret
  readonly hostKeys: HostKeyPolicy
  /** accept-new writes to the first. */
  readonly knownHosts: readonly string[]
  /** Read ~/.ssh/config (through `ssh -G`). */
  readonly useSshConfig: boolean
  readonly sshConfigFile?: string
  readonly jump?: HostAddress
  readonly connectTimeoutMs: number
}
