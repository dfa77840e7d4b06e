import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HowdahError } from '../errors.ts'
import { raw, sh } from '../shell.ts'
import { childChannel } from './child-channel.ts'
import { authFailed, lastLines, unreachable } from './failures.ts'
import { acceptKey, decideKey, type HostKeyRules, knownHostsOf } from './host-keys.ts'
import { readKnownHosts } from './known-hosts-file.ts'
import { defaultConnectLimiter } from './limiter.ts'
import type { ChannelEnd, Link } from './link.ts'
import { OpenSshLink } from './link-openssh.ts'
import { type RunState, runState, type TransportDeps } from './run-state.ts'
import { findRoute, type Route } from './ssh-config.ts'
import type { HostAddress, SshOptions } from './types.ts'

/** `name=value` options of ssh, as arguments. */
const optionArgs = (settings: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])

/** A list of files in one setting: quoted, since ssh splits it at blanks, and with escaped tokens. */
const fileList = (files: readonly string[]): string =>
  files.map((file) => `"${file.replaceAll('%', '%%')}"`).join(' ')

function configArgs(options: SshOptions): string[] {
  if (!options.useSshConfig) return ['-F', 'none']
  return options.sshConfigFile === undefined ? [] : ['-F', options.sshConfigFile]
}

/** Arguments of the system's ssh for a host and for its jump host. */
function commonArgs(route: Route, options: SshOptions, knownHosts: readonly string[]): string[] {
  const identities = route.identitiesGiven ? route.identityFiles.flatMap((file) => ['-i', file]) : []
  return [
    ...configArgs(options),
    ...optionArgs({
      BatchMode: 'yes',
      ConnectTimeout: Math.max(1, Math.ceil(options.connectTimeoutMs / 1000)),
      ServerAliveInterval: 10,
      ServerAliveCountMax: 3,
      StrictHostKeyChecking: 'yes',
      UpdateHostKeys: 'no',
      UserKnownHostsFile: fileList(knownHosts),
      ...(!options.agent && { IdentityAgent: 'none' }),
    }),
    ...identities,
  ]
}

/** `-J` would not pass these options to the jump host, so this is a ProxyCommand. */
function jumpArgs(route: Route, options: SshOptions, knownHosts: readonly string[]): string[] {
  const { jump } = options
  if (jump === undefined) return []
  const args = [...commonArgs(route, options, knownHosts), '-p', jump.port, '-l', jump.user]
  const command = sh`ssh ${args}`.replaceAll('%', '%%')
  return optionArgs({ ProxyCommand: sh`${raw(command)} -W ${raw("'[%h]:%p'")} -- ${jump.address}` })
}

function sshArgs(route: Route, options: SshOptions, knownHosts: readonly string[]): string[] {
  const { at } = route
  return [
    ...commonArgs(route, options, knownHosts),
    ...jumpArgs(route, options, knownHosts),
    ...['-p', String(at.port), '-l', at.user],
  ]
}

interface SshResult {
  readonly code: number | null
  readonly signal: string | null
  readonly stderr: string
  /** Why ssh could not be started. */
  readonly notStarted?: string
}

/** Exit code of a failure of ssh itself; every other code is that of the remote command. */
const FAILED = 255
/** How long children of a failed ssh, such as its ProxyCommand, may keep stderr open. */
const STDERR_PATIENCE_MS = 2000

/** Resolves when ssh has ended: at its exit where it succeeded, otherwise after the end of its stderr. */
async function endOfSsh(child: ChildProcess, done: Promise<ChannelEnd>): Promise<ChannelEnd> {
  let timer: NodeJS.Timeout | undefined
  const exited = new Promise<ChannelEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      const end = { code, signal: signal?.replace(/^SIG/, '') ?? null }
      // With some releases of ssh the background connection keeps stderr open.
      if (code !== null && code !== FAILED) resolve(end)
      else timer = setTimeout(resolve, STDERR_PATIENCE_MS, end)
    })
  })
  const end = await Promise.race([done, exited])
  clearTimeout(timer)
  return end
}

/** Runs ssh to its end. */
async function runSsh(args: readonly string[]): Promise<SshResult> {
  const child = spawn('ssh', args, { stdio: 'pipe' })
  const channel = childChannel(child)
  let stderr = ''
  child.stdin.end()
  child.stdout.resume()
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('latin1')
  })
  const { code, signal, lost } = await endOfSsh(child, channel.done)
  for (const stream of [child.stdout, child.stderr]) stream.destroy()
  return { code, signal, stderr, ...(lost !== undefined && { notStarted: lost }) }
}

const UNREACHABLE: readonly (readonly [RegExp, string])[] = [
  [/connection refused/i, 'ECONNREFUSED'],
  [/could not resolve|name or service not known/i, 'ENOTFOUND'],
  [/timed out|timeout/i, 'ETIMEDOUT'],
  [/no route to host/i, 'EHOSTUNREACH'],
]

function explain(route: Route, result: SshResult): HowdahError {
  const reason = lastLines(result.stderr.trim())
  if (result.notStarted !== undefined) {
    return new HowdahError({
      code: 'SSH_PROGRAM_MISSING',
      exit: 'configuration',
      message: `ssh.transport is openssh, but ssh cannot be started here: ${result.notStarted}`,
      next: 'install openssh-client, or set ssh.transport: ssh2',
    })
  }
  if (/permission denied|too many authentication failures/i.test(reason)) {
    const tried = route.identityFiles.map((file) => `identity ${file}`)
    return authFailed(route.at, route.agentSocket === undefined ? tried : [...tried, 'agent'], reason)
  }
  const known = UNREACHABLE.find(([pattern]) => pattern.test(reason))
  return unreachable(
    route.at,
    known?.[1] ?? 'SSH',
    reason || `ssh ended with ${result.code ?? `signal ${result.signal}`}`,
  )
}

const rulesOf = (route: Route, options: SshOptions): HostKeyRules => ({
  policy: options.hostKeys,
  files: route.knownHosts,
  ...(route.alias !== undefined && { alias: route.alias }),
})

/**
 * Gets the host's key by a handshake that stops before any login, into a temporary file, so that policy, question,
 * record and messages are the same as for ssh2. Undefined when the handshake failed.
 */
async function scanHostKey(route: Route, options: SshOptions, dir: string): Promise<Buffer | undefined> {
  const seen = join(dir, `seen-${route.at.port}`)
  const learn = optionArgs({
    StrictHostKeyChecking: 'accept-new',
    UserKnownHostsFile: fileList([seen]),
    GlobalKnownHostsFile: '/dev/null',
    HashKnownHosts: 'no',
    CheckHostIP: 'no',
    PreferredAuthentications: 'none',
    ControlPath: 'none',
  })
  // ssh uses the first value of a setting, so these options come first.
  await runSsh([...learn, ...sshArgs(route, options, route.knownHosts), '-n', '--', route.typed, 'exit'])
  const { entries } = await readKnownHosts([seen])
  const [entry] = entries
  return entry === undefined ? undefined : Buffer.from(entry.key, 'base64')
}

async function settleHostKey(
  route: Route,
  options: SshOptions,
  deps: TransportDeps,
  state: RunState,
  dir: string,
) {
  const rules = rulesOf(route, options)
  const key = await scanHostKey(route, options, dir)
  if (key === undefined) return false
  const entries = await knownHostsOf(rules, deps, state)
  const decision = decideKey(route.at, rules, entries, key, deps.confirmHostKey !== undefined)
  if (decision.kind === 'refuse') throw decision.error
  if (decision.kind === 'trust') return false
  await acceptKey(route.at, rules, key, deps, state)
  return true
}

/** Opens the master connection. Where an unknown or changed host key prevents it, applies the policy and tries again. */
async function openMaster(route: Route, options: SshOptions, deps: TransportDeps, dir: string) {
  const control = optionArgs({ ControlMaster: 'auto', ControlPath: join(dir, 'c'), ControlPersist: 600 })
  const args = [...control, ...sshArgs(route, options, route.knownHosts)]
  const first = () => runSsh([...args, '-n', '--', route.typed, 'exit 0'])
  let result = await first()
  if (result.code === FAILED && /host key verification failed/i.test(result.stderr)) {
    if (await settleHostKey(route, options, deps, runState(deps), dir)) result = await first()
  }
  if (result.code === 0) return args
  // The session detects a login shell that refuses commands; here only a failure of ssh counts.
  if (result.code !== FAILED && result.code !== null) return args
  throw explain(route, result)
}

/** Applies the policy to a jump host's key in a separate connection, which is closed at once. */
async function settleJump(options: SshOptions, deps: TransportDeps, dir: string): Promise<void> {
  const { jump, ...direct } = options
  if (jump === undefined) return
  const route = await findRoute(jump, direct)
  const entries = await readKnownHosts(route.knownHosts)
  const key = await scanHostKey(route, direct, dir)
  if (key === undefined) return
  const rules = rulesOf(route, options)
  const decision = decideKey(route.at, rules, entries.entries, key, deps.confirmHostKey !== undefined)
  if (decision.kind === 'refuse') throw decision.error
  if (decision.kind !== 'trust') await acceptKey(route.at, rules, key, deps, runState(deps))
}

/**
 * Connects by the system's ssh, with one multiplexed connection per host in a temporary directory. Limits: no password
 * login (BatchMode), and a chain of jump hosts or a ProxyCommand only by ssh_config, whose settings then decide how
 * the host keys of the jump hosts are checked.
 */
export async function connectOpenSsh(
  at: HostAddress,
  options: SshOptions,
  deps: TransportDeps,
): Promise<Link> {
  const route = await findRoute(at, options)
  if (options.password !== undefined) {
    const text = 'ssh.password is not used: ssh.transport openssh logs in with keys and the agent only'
    deps.report({ type: 'log', level: 'warn', text, host: at.host })
  }
  // The path of a control socket is limited to about 100 bytes, so the directory's name is short.
  const dir = await mkdtemp(join(tmpdir(), 'howdah-'))
  const limiter = deps.connectLimiter ?? defaultConnectLimiter
  try {
    const args = await limiter(async () => {
      await settleJump(options, deps, dir)
      return openMaster(route, options, deps, dir)
    })
    return new OpenSshLink({ host: at.host, address: route.typed, loginUser: route.at.user, args, dir })
  } catch (error) {
    await rm(dir, { recursive: true, force: true })
    throw error
  }
}
