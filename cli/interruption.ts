import { constants } from 'node:os'
import { EXIT } from '../provisioners/errors.ts'

/** The signals that end a run early: Ctrl-C, `kill`, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]

/** Signals, and lost output: both end a run early, with an exit code of their own. */
export interface Interruption {
  readonly abort: AbortController
  /** The exit code of the process, where the verb returned `code`. */
  exitCode(code: number): number
}

/** An interrupted run exits with 128 and the number of the signal, as the programs of a shell do. Pure. */
export const interruptedExit = (code: number, signal: Signal | undefined): number =>
  code === EXIT.interrupted && signal !== undefined ? 128 + constants.signals[signal] : code

type Io = Pick<NodeJS.Process, 'on' | 'exit' | 'stdout' | 'stderr'>

/**
 * The first signal lets running steps finish and releases the lock; the second one ends at once. Output that can no
 * longer be written ends a run in the same way as a signal, so that the lock is released too.
 */
export function watchInterruptions(io: Io): Interruption {
  const abort = new AbortController()
  let first: Signal | undefined
  let failedOutput: string | undefined
  const onSignal = (signal: Signal): void => {
    if (abort.signal.aborted) io.exit(128 + constants.signals[signal])
    first = signal
    io.stderr.write('\ninterrupted: finishing what runs, then stopping (again to stop at once)\n')
    abort.abort()
  }
  for (const signal of SIGNALS) io.on(signal, () => onSignal(signal))
  io.stdout.on('error', (error: NodeJS.ErrnoException) => {
    abort.abort()
    // A reader that has seen enough (`howdah plan | head`) is not an error.
    if (error.code === 'EPIPE' || failedOutput !== undefined) return
    failedOutput = error.code ?? error.message
    io.stderr.write(`error the output could not be written: ${failedOutput}\n`)
  })
  // Nobody reads the messages of a closed terminal. The run still ends in order.
  io.stderr.on('error', () => {})
  const exitCode = (code: number): number =>
    failedOutput !== undefined && code === EXIT.done ? EXIT.unexpected : interruptedExit(code, first)
  io.on('exit', (code) => {
    process.exitCode = exitCode(code)
  })
  return { abort, exitCode }
}
