import { spawn } from 'node:child_process'

interface PagerChoice {
  /** --no-pager. */
  readonly off: boolean
  readonly env: NodeJS.ProcessEnv
  readonly isTTY: boolean
  readonly rows: number | undefined
}

/**
 * The command that shows a text, chosen as git does: $PAGER, else less. Undefined where the text goes out directly: to a
 * file or a pipe, with --no-pager, with PAGER=cat or an empty one, or when it fits on the screen. Pure.
 */
export function pagerFor(text: string, { off, env, isTTY, rows }: PagerChoice): string | undefined {
  const command = env.PAGER ?? 'less'
  if (off || !isTTY || env.TERM === 'dumb' || command.trim() === '' || command.trim() === 'cat')
    return undefined
  return rows !== undefined && text.split('\n').length < rows ? undefined : command
}

/** Shows a text in a pager, and returns when the user has left it. Without the program the text is written directly. */
export async function showInPager(command: string, text: string): Promise<void> {
  // Ctrl-C belongs to the pager now: the run is over.
  const listeners = process.listeners('SIGINT')
  const ignore = (): void => {}
  process.removeAllListeners('SIGINT').on('SIGINT', ignore)
  try {
    // A shell reads PAGER, which may have options. The text goes to standard input.
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { ...process.env, LESS: process.env.LESS ?? 'FRX' },
    })
    // The user may leave before the end.
    child.stdin.on('error', () => {})
    child.stdin.end(`${text}\n`)
    const code = await new Promise<number | null>((resolve) => {
      child.on('close', resolve).on('error', () => resolve(127))
    })
    if (code === 126 || code === 127) process.stdout.write(`${text}\n`)
  } finally {
    process.off('SIGINT', ignore)
    for (const listener of listeners) process.on('SIGINT', listener as NodeJS.SignalsListener)
  }
}
