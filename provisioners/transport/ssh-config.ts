import { execFile } from 'node:child_process'
import { homedir, userInfo } from 'node:os'
import { HowdahError } from '../errors.ts'
import { describeHost, lastLines } from './failures.ts'
import type { HostAddress, SshOptions } from './types.ts'

/** The settings of one host by `ssh -G`; keys in lower case, each with all its values in order. */
export type SshConfig = ReadonlyMap<string, readonly string[]>

/** Parses the output of `ssh -G`. Pure. */
export function parseSshG(text: string): SshConfig {
  const config = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, key, value] = /^(\S+) (.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) continue
    const values = config.get(key.toLowerCase()) ?? []
    values.push(value)
    config.set(key.toLowerCase(), values)
  }
  return config
}

/** OpenSSH's configuration of a host, by `ssh -G`. Throws SSH_CONFIG_BAD. */
export async function askSshG(address: string, file: string | undefined): Promise<SshConfig> {
  const args = ['-G', ...(file === undefined ? [] : ['-F', file]), '--', address]
  return new Promise((resolve, reject) => {
    execFile('ssh', args, { timeout: 10_000 }, (error, stdout, stderr) => {
      if (error === null) return resolve(parseSshG(stdout))
      // Without OpenSSH there is no configuration either.
      if (error.code === 'ENOENT' && file === undefined) return resolve(new Map())
      const where = file ?? '~/.ssh/config'
      reject(
        new HowdahError({
          code: 'SSH_CONFIG_BAD',
          exit: 'configuration',
          message: `ssh cannot read its configuration for ${address} (${where})`,
          where,
          next: `ssh -G ${address}, or set ssh.config: false`,
          detail: lastLines(stderr) || error.message,
        }),
      )
    })
  })
}

/** Everything to connect to one host, from cluster.yml and then ssh_config. */
export interface Route {
  readonly at: HostAddress
  /** The address in cluster.yml, by which ssh finds its settings for the host. */
  readonly typed: string
  readonly identityFiles: readonly string[]
  /** cluster.yml names them, so a missing file is an error. */
  readonly identitiesGiven: boolean
  readonly knownHosts: readonly string[]
  readonly alias?: string
  readonly agentSocket?: string
  readonly jump?: HostAddress
}

const DEFAULT_IDENTITIES = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa']

/** Expands `~` and OpenSSH's tokens in file names. */
export function expandPath(path: string, at: HostAddress): string {
  const tokens: Readonly<Record<string, string>> = {
    d: homedir(),
    h: at.address,
    r: at.user,
    u: userInfo().username,
    '%': '%',
  }
  const home = path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path
  return home.replace(/%([dhru%])/g, (whole, token: string) => tokens[token] ?? whole)
}

const setting = (config: SshConfig, key: string): string | undefined => {
  const value = config.get(key)?.[0]
  return value === undefined || value.toLowerCase() === 'none' ? undefined : value
}

/** Parses ProxyJump's `user@host:port`. */
export function parseJump(text: string, user: string): HostAddress {
  const [, login, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? []
  const address = bracketed ?? plain ?? text
  return { host: address, address, port: Number(port ?? 22), user: login ?? user }
}

const unsupported = (at: HostAddress, what: string): HowdahError =>
  new HowdahError({
    code: 'SSH_CONFIG_UNSUPPORTED',
    exit: 'configuration',
    message: `ssh_config gives ${describeHost(at)} ${what}, which ssh.transport ssh2 does not support`,
    where: at.host,
    next: 'set ssh.transport: openssh, or ssh.config: false',
  })

function jumpOf(at: HostAddress, config: SshConfig): HostAddress | undefined {
  const jump = setting(config, 'proxyjump')
  if (jump === undefined) {
    if (setting(config, 'proxycommand') !== undefined) throw unsupported(at, 'a ProxyCommand')
    return undefined
  }
  if (jump.includes(',')) throw unsupported(at, `a chain of jump hosts (${jump})`)
  return parseJump(jump, userInfo().username)
}

/**
 * Combines cluster.yml and ssh_config. A value of cluster.yml wins. Port 22 and the login of this machine's user are
 * the defaults of cluster.yml, so there the value of ssh_config counts. Pure except for the home directory.
 */
export function route(at: HostAddress, options: SshOptions, config: SshConfig): Route {
  const port = at.port === 22 ? Number(setting(config, 'port') ?? 22) : at.port
  const user = at.user === userInfo().username ? (setting(config, 'user') ?? at.user) : at.user
  const resolved = { host: at.host, address: setting(config, 'hostname') ?? at.address, port, user }
  const given = options.identityFiles.length > 0
  const identities = given ? options.identityFiles : (config.get('identityfile') ?? DEFAULT_IDENTITIES)
  const files = (key: string) => config.get(key)?.[0]?.split(' ') ?? []
  const knownHosts =
    options.knownHosts.length > 0
      ? options.knownHosts
      : [...files('userknownhostsfile'), ...files('globalknownhostsfile')]
  const alias = setting(config, 'hostkeyalias')
  const jump = options.jump ?? jumpOf(resolved, config)
  const agentSocket = options.agent ? agentOf(config, at) : undefined
  return {
    at: resolved,
    typed: at.address,
    identityFiles: identities.filter((file) => file !== 'none').map((file) => expandPath(file, resolved)),
    identitiesGiven: given,
    knownHosts: (knownHosts.length > 0 ? knownHosts : ['~/.ssh/known_hosts']).map((f) =>
      expandPath(f, resolved),
    ),
    ...(alias !== undefined && { alias }),
    ...(jump !== undefined && { jump }),
    ...(agentSocket !== undefined && { agentSocket }),
  }
}

function agentOf(config: SshConfig, at: HostAddress): string | undefined {
  const named = config.get('identityagent')?.[0]
  if (named === 'none') return undefined
  if (named === undefined || named === 'SSH_AUTH_SOCK') return process.env.SSH_AUTH_SOCK || undefined
  return expandPath(named.startsWith('$') ? (process.env[named.slice(1)] ?? '') : named, at)
}

/** The route to a host, from cluster.yml and (with `useSshConfig`) ssh_config. Throws SSH_CONFIG_*. */
export async function findRoute(at: HostAddress, options: SshOptions): Promise<Route> {
  const config: SshConfig = options.useSshConfig
    ? await askSshG(at.address, options.sshConfigFile)
    : new Map()
  return route(at, options, config)
}
