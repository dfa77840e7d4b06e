import { execa } from 'execa'
import { HowdahError } from '../provisioners/errors.ts'

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Milliseconds; default two minutes. */
  readonly timeout?: number
  /** The next command of the error. */
  readonly next?: string
}

const LAST_LINES = 15

/** LAB_INTERRUPTED, after Ctrl-C. */
export function interrupted(): HowdahError {
  return new HowdahError({
    code: 'LAB_INTERRUPTED',
    exit: 'interrupted',
    message: 'The start of the lab was interrupted',
    next: 'Run the same command again to continue, or `howdah lab down` to remove the lab.',
  })
}

/**
 * Runs a program of this machine and returns its stdout.
 * Throws LAB_COMMAND_FAILED with the last lines of its output, LAB_INTERRUPTED after an abort.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const result = await execa(command, args, {
    reject: false,
    timeout: options.timeout ?? 120_000,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.env, LC_ALL: 'C' },
  })
  if (!result.failed) return result.stdout
  if (result.isCanceled) throw interrupted()
  const output = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-LAST_LINES).join('\n')
  throw new HowdahError({
    code: 'LAB_COMMAND_FAILED',
    exit: 'preflight',
    message: `${command} ${args[0] ?? ''} ${result.timedOut ? 'took too long' : `failed (${result.exitCode ?? result.signal ?? 'not started'})`}`,
    detail: output === '' ? String(result.shortMessage) : output,
    ...(options.next === undefined ? {} : { next: options.next }),
  })
}

/** As `run`, but returns whether it succeeded, and throws no error. */
export async function succeeds(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<boolean> {
  return run(command, args, options).then(
    () => true,
    () => false,
  )
}
