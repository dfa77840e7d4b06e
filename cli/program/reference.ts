import type { Command } from 'commander'
import { EXIT, type ExitName } from '../../provisioners/errors.ts'
import { helperOf } from './parts.ts'

/** The parts of help and the man page that are not verbs. */

const EXIT_TEXTS: Readonly<Record<ExitName, string>> = {
  done: 'done',
  unexpected: 'a wrong command line, or an unexpected error',
  changes: 'the plan has changes (with --detailed-exitcode)',
  configuration: 'cluster.yml or another setting is wrong',
  connection: 'a host or a server could not be reached',
  authentication: 'a host key or a login was refused',
  preflight: 'a check before the first change failed; nothing was changed',
  stepFailed: 'a step failed',
  partial: 'finished, but not on all hosts',
  lockHeld: 'another operator holds the lock',
  verification: 'the verification failed',
  declined: 'the answer to a question was no, or there was no terminal to ask at',
  interrupted: 'interrupted by Ctrl-C (129: the terminal was closed; 143: SIGTERM)',
}

/** Every exit code with its meaning, in the order of the numbers. */
export const exitCodes: readonly (readonly [code: number, text: string])[] = (
  Object.entries(EXIT) as [ExitName, number][]
).map(([name, code]) => [code, EXIT_TEXTS[name]])

/** The exit codes at the end of the help of `howdah`. */
export function exitText(command: Command): string {
  const helper = helperOf(command)
  const lines = exitCodes.map(([code, text]) => helper.formatItem(`${code}`, 3, text, helper))
  return `\n${helper.styleTitle('Exit codes:')}\n${lines.join('\n')}`
}

/** Files and directories on this machine, beside the cluster.yml. */
export const files: readonly (readonly [path: string, text: string])[] = [
  ['./cluster.yml', 'the file that describes the cluster, unless you name another'],
  [
    '.howdah/<cluster>/',
    'beside cluster.yml: generated secrets, the journal of each run, backups, and the state of Terraform where it is kept locally',
  ],
  ['~/.cache/howdah/', 'downloaded and verified software'],
  ['~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts', 'known host keys, where ssh.knownHosts names no others'],
]

/** Environment variables that Howdah reads. */
export const environment: readonly (readonly [name: string, text: string])[] = [
  ['HOWDAH_CACHE', 'the directory of downloaded software'],
  ['XDG_CACHE_HOME', 'where HOWDAH_CACHE is not set, the software is in its subdirectory howdah'],
  ['SSH_AUTH_SOCK', 'the SSH agent that holds your keys'],
  ['VPC_ID, VPC_CIDR', 'the values of --vpc and --vpc-cidr of howdah emr'],
  ['EXTRA_VARS', 'the value of --extra-vars of howdah emr'],
  ['AWS_KEYPAIR_NAME', 'the key pair of an old cluster.yml that names none'],
  ['TERRAFORM_BINARY_NAME', 'the command to run in place of terraform'],
  ['PAGER', 'the program that shows a long result at a terminal (default: less)'],
  ['NO_COLOR, FORCE_COLOR', 'print without colors, or with colors also where no terminal is'],
]
