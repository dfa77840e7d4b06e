import type { Duplex, Readable, Writable } from 'node:stream'

/** How a command on a host ended. Both null: no exit status arrived, and nobody knows. */
export interface ChannelEnd {
  readonly code: number | null
  readonly signal: string | null
  /** Why the link dropped before the command had ended or all its output had arrived. */
  readonly lost?: string
}

/** One running command. Its streams never throw: every trouble arrives through `done`, which never rejects. */
export interface CommandChannel {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly done: Promise<ChannelEnd>
  /** Asks the command to stop and lets go of the channel at once. */
  kill(): void
}

/** An open way to a host; sudo, scripts and uploads are built on it and are the same for every kind. */
export interface Link {
  readonly loginUser: string
  readonly alive: boolean
  /** Exit 255 of this kind may also mean that the program in between failed, so a script's own 255 is marked. */
  readonly ambiguous255: boolean
  /** Runs one command line through the login shell. Throws SSH_SESSION_REFUSED or LINK_LOST. */
  open(command: string): Promise<CommandChannel>
  connect(address: string, port: number): Promise<Duplex>
  close(): Promise<void>
}
