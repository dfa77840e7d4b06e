import { readFileSync, statSync } from 'node:fs'
import { execa } from 'execa'
import type { SecretRef } from '../config/types.ts'
import { HowdahError } from '../errors.ts'
import { quote } from '../shell.ts'

/** How long a program may take that gives a secret: it may ask for a touch of a key. */
const COMMAND_SECONDS = 60

/** An editor or a program adds one newline at the end. Every other newline belongs to the secret. */
const withoutNewline = (text: string): string => text.replace(/\r?\n$/, '')

/** Reads a secret from a file that nobody else can read. Throws SECRET_FILE_UNREADABLE, SECRET_FILE_OPEN. */
export function readSecretFile(path: string): string {
  let mode: number
  let text: string
  try {
    mode = statSync(path).mode & 0o777
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new HowdahError({
      code: 'SECRET_FILE_UNREADABLE',
      exit: 'configuration',
      message: `the secret file ${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? cause}`,
      where: path,
      expected: 'a file that you can read and nobody else can',
      next: `install -m 600 /dev/stdin ${quote(path)}`,
      cause,
    })
  }
  if ((mode & 0o077) !== 0) {
    throw new HowdahError({
      code: 'SECRET_FILE_OPEN',
      exit: 'configuration',
      message: `the secret file ${path} can be read by others`,
      found: `mode 0${mode.toString(8)}`,
      expected: 'mode 0600',
      where: path,
      next: `chmod 600 ${quote(path)}`,
    })
  }
  return withoutNewline(text)
}

/** Reads a secret from the environment. Throws SECRET_ENV_UNSET. */
export function readSecretVariable(variable: string): string {
  const value = process.env[variable]
  if (value !== undefined) return value
  throw new HowdahError({
    code: 'SECRET_ENV_UNSET',
    exit: 'configuration',
    message: `the environment variable ${variable} is not set`,
    next: `read -rs ${variable} && export ${variable}`,
  })
}

/**
 * Runs a program and returns what it prints. No shell reads its arguments, and its output is in no message.
 * Throws SECRET_COMMAND_FAILED with what it wrote to stderr.
 */
export async function readSecretCommand(
  { command, directory }: Extract<SecretRef, { kind: 'command' }>,
  seconds = COMMAND_SECONDS,
): Promise<string> {
  const [program = '', ...rest] = command
  const result = await execa(program, rest, {
    ...{ cwd: directory, stdin: 'ignore', timeout: seconds * 1000, killSignal: 'SIGKILL', reject: false },
    stripFinalNewline: false,
  })
  if (!result.failed) return withoutNewline(result.stdout)
  const why = result.timedOut
    ? `took longer than ${seconds} seconds`
    : result.exitCode === undefined
      ? `could not be started (${result.code ?? result.signal ?? 'unknown'})`
      : `ended with ${result.exitCode}`
  throw new HowdahError({
    code: 'SECRET_COMMAND_FAILED',
    exit: 'configuration',
    message: `the secret from ${program} could not be read: it ${why}`,
    where: directory,
    ...(result.stderr.trim() !== '' && { detail: result.stderr.trim() }),
    next: `cd ${quote(directory)} && ${command.map((word) => quote(word)).join(' ')} > /dev/null`,
  })
}
