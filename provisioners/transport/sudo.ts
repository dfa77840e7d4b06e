import { type ErrorCode, HowdahError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { quote, raw, sh } from '../shell.ts'
import { newNonce } from './bootstrap.ts'
import { lastLines } from './failures.ts'

/** How a script runs as another user. */
export interface Elevation {
  readonly command: string
  readonly by: 'none' | 'runuser' | 'sudo'
  /** Set when sudo may ask for a password: its prompt, and the password. */
  readonly password?: { readonly prompt: string; readonly answer: Secret }
}

/**
 * Wraps `sh -c <bootstrap>` (given quoted) so that it runs as another user. root needs no sudo, and the same user needs
 * nothing.
 */
export function elevate(
  quotedBootstrap: string,
  loginUser: string,
  as: string | undefined,
  password: Secret | undefined,
): Elevation {
  const run = raw(`sh -c ${quotedBootstrap}`)
  if (as === undefined || as === loginUser) return { command: run.text, by: 'none' }
  if (loginUser === 'root') {
    return { command: `runuser -s /bin/sh -c ${quotedBootstrap} ${quote(as)}`, by: 'runuser' }
  }
  // sudo's messages are matched below, so they must be in English; the bootstrap unsets the variable.
  if (password === undefined) return { command: sh`env LC_ALL=C sudo -n -H -u ${as} ${run}`, by: 'sudo' }
  const prompt = `howdah-sudo-${newNonce()}:`
  return {
    command: sh`env LC_ALL=C sudo -S -p ${prompt} -H -u ${as} ${run}`,
    by: 'sudo',
    password: { prompt, answer: password },
  }
}

interface Refusal {
  readonly code: ErrorCode
  readonly when: RegExp
  readonly message: (host: string, user: string, as: string) => string
  readonly next: string
}

/** In this order: a later line of sudo ("a password is required") often follows from an earlier one. */
const REFUSALS: readonly Refusal[] = [
  {
    code: 'SUDO_TTY_REQUIRED',
    when: /must have a tty/i,
    message: (host) => `sudo on ${host} requires a terminal (requiretty)`,
    next: "add to the host's sudoers (visudo): Defaults:USER !requiretty",
  },
  {
    code: 'SUDO_USER_UNKNOWN',
    when: /unknown user|user .* does not exist|user not found/i,
    message: (host, _user, as) => `there is no user ${as} on ${host}`,
    next: 'check the name of the user',
  },
  {
    code: 'SUDO_NOT_ALLOWED',
    when: /not in the sudoers file|is not allowed to (execute|run)|may not run sudo|I'm afraid I can't do that/i,
    message: (host, user, as) => `sudo on ${host} does not allow ${user} to run commands as ${as}`,
    next: 'on the host, as root: write "USER ALL=(ALL) ALL" to a file in /etc/sudoers.d (visudo -f)',
  },
  {
    code: 'SUDO_PASSWORD_WRONG',
    when: /incorrect password attempt|incorrect authentication attempt|try again|Authentication failed/i,
    message: (host, user) => `the sudo password of ${user} on ${host} is wrong`,
    next: 'correct the secret that ssh.sudoPassword names',
  },
  {
    code: 'SUDO_PASSWORD_REQUIRED',
    when: /password is required|no password was provided|terminal is required|authentication is required|no askpass/i,
    message: (host, user) => `sudo on ${host} asks for the password of ${user}, and cluster.yml has none`,
    next: 'set ssh.sudoPassword, or allow sudo without a password (NOPASSWD) for this user',
  },
  {
    code: 'SUDO_MISSING',
    // env's message may be in any language, but it reports only a program that it could not start.
    when: /^env: .*sudo|sudo: .{0,20}not found/im,
    message: (host) => `sudo is not installed on ${host}`,
    next: 'on the host, as root: apt-get install sudo (or dnf install sudo), or log in as root',
  },
]

/** The error for a refusal of sudo (or runuser) before the script began. Pure; `output` is its stderr. */
export function sudoRefusal(host: string, user: string, as: string, output: string): HowdahError {
  const refusal = REFUSALS.find(({ when }) => when.test(output))
  const fix = refusal?.next ?? `on the host, as ${user}: sudo -u ${as} true`
  return new HowdahError({
    code: refusal?.code ?? 'SUDO_FAILED',
    exit: 'authentication',
    message: refusal?.message(host, user, as) ?? `${user} could not become ${as} on ${host}`,
    where: host,
    next: fix.replaceAll('USER', user),
    ...(output.trim() !== '' && { detail: lastLines(output) }),
  })
}

/** sudo reads a password up to the first newline, so a password with a newline cannot work. */
export function checkSudoPassword(host: string, user: string, password: Secret): void {
  if (!/[\n\r\0]/.test(password.reveal())) return
  throw new HowdahError({
    code: 'SUDO_PASSWORD_WRONG',
    exit: 'authentication',
    message: `the sudo password of ${user} on ${host} has a line break, which sudo cannot read`,
    where: host,
    next: 'remove the line break from the secret that ssh.sudoPassword names',
  })
}
