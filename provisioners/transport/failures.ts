import { HowdahError } from '../errors.ts'
import type { HostAddress } from './types.ts'

/** The host in messages: `w1 (hadoop@10.0.0.5:22)`. */
export const describeHost = ({ host, address, port, user }: HostAddress): string =>
  `${host} (${user}@${address}${port === 22 ? '' : `:${port}`})`

/** The last lines of a program's output, for an error's detail. */
export const lastLines = (text: string, lines = 20): string =>
  text.trimEnd().split('\n').slice(-lines).join('\n')

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const RUN_AGAIN = 'run the same command again: it reads the state of the hosts before it changes anything'

/** The link dropped. `began`: whether the script may have run; if not, the outcome is known: nothing ran. */
export const linkLost = (host: string, began: boolean, why: string, cause?: unknown): HowdahError =>
  new HowdahError({
    code: 'LINK_LOST',
    exit: 'connection',
    message: began
      ? `the link to ${host} dropped in the middle of a script; its outcome is unknown (${why})`
      : `the link to ${host} dropped before the script began; nothing was run (${why})`,
    where: host,
    next: RUN_AGAIN,
    cause,
  })

export const runTimeout = (host: string, timeoutMs: number, detail: string): HowdahError =>
  new HowdahError({
    code: 'RUN_TIMEOUT',
    exit: 'connection',
    message: `a script on ${host} was not done after ${timeoutMs / 1000} s; its outcome is unknown`,
    where: host,
    next: RUN_AGAIN,
    ...(detail !== '' && { detail }),
  })

export const neverBegins = (host: string, beginMs: number, detail: string): HowdahError =>
  new HowdahError({
    code: 'RUN_TIMEOUT',
    exit: 'connection',
    message: `${host} did not begin a script within ${beginMs / 1000} s; whether it began is unknown`,
    where: host,
    next: RUN_AGAIN,
    ...(detail !== '' && { detail }),
  })

export const runFlood = (host: string, stream: string, most: number): HowdahError =>
  new HowdahError({
    code: 'RUN_FLOOD',
    exit: 'connection',
    message: `${host} sent more than ${Math.round(most / 1024)} KiB on ${stream}, so its script was given up; its outcome is unknown`,
    where: host,
    next: `ssh ${host} true shows whether its login shell prints anything; then ${RUN_AGAIN}`,
  })

export const runAborted = (host: string): HowdahError =>
  new HowdahError({
    code: 'RUN_ABORTED',
    exit: 'interrupted',
    message: `a script on ${host} was interrupted; its outcome is unknown`,
    where: host,
    next: RUN_AGAIN,
  })

export const sessionRefused = (host: string, why: string): HowdahError =>
  new HowdahError({
    code: 'SSH_SESSION_REFUSED',
    exit: 'connection',
    message: `${host} refused to open a session: ${why}; nothing was run`,
    where: host,
    next: "check MaxSessions, ForceCommand and the account's limits in the host's sshd_config",
  })

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens on the port',
  ETIMEDOUT: 'no answer in time: a firewall, a wrong address, or a host that is down',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name could not be resolved just now',
  ECONNRESET: 'the connection was reset before it was up',
}

export const unreachable = (at: HostAddress, code: string, reason: string, via?: string): HowdahError =>
  new HowdahError({
    code: 'SSH_UNREACHABLE',
    exit: 'connection',
    message: `${describeHost(at)} cannot be reached${via === undefined ? '' : ` through ${via}`}: ${WHY[code] ?? reason}`,
    found: reason,
    where: `${at.address}:${at.port}`,
    next: `ssh -v -p ${at.port} ${at.user}@${at.address} true`,
  })

export const authFailed = (at: HostAddress, tried: readonly string[], reason: string): HowdahError =>
  new HowdahError({
    code: 'SSH_AUTH_FAILED',
    exit: 'authentication',
    message: `${describeHost(at)} accepted no login method`,
    found: tried.length === 0 ? 'no key and no password' : `tried: ${tried.join('; ')}`,
    expected: 'an identity file, an agent key or a password that the host accepts',
    where: `${at.address}:${at.port}`,
    next: `ssh -v -p ${at.port} ${at.user}@${at.address} true, or set ssh.identityFiles or ssh.password`,
    detail: reason,
  })

export const connectRefused = (host: string, target: string, why: string): HowdahError =>
  new HowdahError({
    code: 'CONNECT_FAILED',
    exit: 'connection',
    message: `${host} could not connect to ${target}: ${why}`,
    where: host,
    next: `on ${host}: check that something listens on ${target}, and AllowTcpForwarding in its sshd_config`,
  })
