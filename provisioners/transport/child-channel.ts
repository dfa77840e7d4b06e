import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { ChannelEnd, CommandChannel } from './link.ts'

/** Time for a script to remove its own files before it is killed: seconds, since the machine may be busy. */
const KILL_AFTER_MS = 10_000

function signalChild(child: ChildProcessWithoutNullStreams, group: boolean, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    if (group) process.kill(-child.pid, signal)
    else child.kill(signal)
  } catch {
    // It ended in the meantime.
  }
}

/** A child process as a command channel. `group`: the child leads a process group, which is stopped as a whole. */
export function childChannel(child: ChildProcessWithoutNullStreams, { group = false } = {}): CommandChannel {
  // EPIPE and similar errors add nothing to the exit code.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})
  const done = new Promise<ChannelEnd>((resolve) => {
    // Only where the child could not be started: a failure to send a signal is an 'error' too, but 'close' still follows.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, lost: error.message })
    })
    // Not 'exit', which may precede the last output.
    child.once('close', (code, signal) => resolve({ code, signal: signal?.replace(/^SIG/, '') ?? null }))
  })
  const kill = (): void => {
    signalChild(child, group, 'SIGTERM')
    const hard = setTimeout(() => signalChild(child, group, 'SIGKILL'), KILL_AFTER_MS)
    hard.unref()
    child.once('exit', () => clearTimeout(hard))
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
  }
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, done, kill }
}
