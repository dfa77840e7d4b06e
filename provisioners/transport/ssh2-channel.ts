import type { ClientChannel } from 'ssh2'
import type { ChannelEnd, CommandChannel } from './link.ts'

/** The connection of a channel. */
export interface Connection {
  readonly alive: boolean
  /** Calls `heard` with the reason within the `close` event of the client. Returns a function that removes the listener. */
  onClose(listener: (why: string) => void): () => void
}

/**
 * Resolves when the command has ended and all its output was read, or when the connection closes. After an exit status,
 * which a host sends when the process ends, output may still follow. So when the connection closes before both streams
 * have ended, the end is lost even if the status is known.
 */
function endOf(channel: ClientChannel, connection: Connection): Promise<ChannelEnd> {
  return new Promise((resolve) => {
    let status: ChannelEnd = { code: null, signal: null }
    channel.on('exit', (code: number | null, signal?: string) => {
      status = { code: code ?? null, signal: signal?.replace(/^SIG/, '') ?? null }
    })
    // ssh2 emits the channel's `close` after the end of stdout, but does not wait for stderr.
    let open = 2
    const closed = (): void => {
      open -= 1
      if (open > 0) return
      forget()
      resolve(status)
    }
    channel.once('close', closed)
    channel.stderr.once('end', closed)
    // ssh2 ends the streams after this event, so the host has ended those that have ended by now.
    const forget = connection.onClose((why) => {
      const known = status.code !== null || status.signal !== null
      const complete = channel.readableEnded && channel.stderr.readableEnded
      resolve(known && complete ? status : { ...status, lost: why })
    })
  })
}

/**
 * A channel of ssh2 as a command channel. Call it within the callback of `exec`: the host's answer and the exit status
 * of a short command often arrive in one packet, and ssh2 emits `exit` before any promise continues.
 */
export function ssh2Channel(channel: ClientChannel, connection: Connection): CommandChannel {
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  const done = endOf(channel, connection)
  const kill = (): void => {
    if (!connection.alive) return
    // Best effort: sshd may delay the signal, but the close that follows stops a command that reads or writes.
    channel.signal('TERM')
    channel.destroy()
    channel.resume()
    channel.stderr.resume()
  }
  return { stdin: channel, stdout: channel, stderr: channel.stderr, done, kill }
}
