import type { Duplex, Readable, Writable } from 'node:stream'

/** How a command on a host ended. Both null: no exit status arrived, so the result is unknown. */
export interface ChannelEnd {
  readonly code: number | null
  readonly signal: string | null
  /** Why the link dropped before the command had ended or all its output had arrived. */
  readonly lost?: string
}

/** One running command. Its streams never throw: `done`, which never rejects, reports every failure. */
export interface CommandChannel {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly done: Promise<ChannelEnd>
  /** Sends the command a signal to stop and releases the channel at once. */
  kill(): void
}

/** An open connection to a host. Sudo, scripts and uploads use it, and are the same for every kind. */
export interface Link {
  readonly loginUser: string
  readonly alive: boolean
  /** Exit 255 may also be a failure of the local ssh program, so a script's own 255 is marked. */
  readonly ambiguous255: boolean
  /** Runs one command line through the login shell. Throws SSH_SESSION_REFUSED or LINK_LOST. */
  open(command: string): Promise<CommandChannel>
  connect(address: string, port: number): Promise<Duplex>
  close(): Promise<void>
}
