import { connect as dialSocket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { type Config, NodeSSH } from 'node-ssh'
import type { Client } from 'ssh2'
import { HowdahError } from '../errors.ts'
import { messageOf, unreachable } from './failures.ts'
import { acceptKey, decideKey, type HostKeyRules, type KeyDecision, knownHostsOf } from './host-keys.ts'
import { type KnownHost, orderAlgorithms } from './known-hosts.ts'
import { defaultConnectLimiter } from './limiter.ts'
import type { Link } from './link.ts'
import { Ssh2Link } from './link-ssh2.ts'
import { collectLogins, type Logins } from './logins.ts'
import { type RunState, runState, type TransportDeps } from './run-state.ts'
import { findRoute, type Route } from './ssh-config.ts'
import type { HostAddress, SshOptions } from './types.ts'

const KEEPALIVE_MS = 10_000
const KEEPALIVE_MISSED = 3
const RETRIES = 2

/** A failure below SSH, which a retry may solve. Never used for host keys and logins. */
class Transient extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
const WORTH_A_RETRY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
])

interface Attempt {
  readonly route: Route
  readonly options: SshOptions
  readonly deps: TransportDeps
  readonly state: RunState
  readonly jump?: Link
  readonly deadline: number
}

const timeLeft = ({ deadline }: Attempt): number => Math.max(1, Math.round(deadline - performance.now()))

function dial(at: HostAddress, ms: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = dialSocket({ host: at.address, port: at.port, noDelay: true })
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      socket.destroy()
      reject(new Transient(error.code ?? 'ECONNRESET', error.message || `connect ${error.code ?? 'failed'}`))
    }
    const late = () => fail(Object.assign(new Error(`no connection within ${ms} ms`), { code: 'ETIMEDOUT' }))
    const timer = setTimeout(late, ms)
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      // ssh2 takes over the socket; a late error still needs a listener.
      socket.on('error', () => {})
      socket.removeListener('error', fail)
      resolve(socket)
    })
  })
}

async function throughJump(jump: Link, at: HostAddress): Promise<Duplex> {
  try {
    return await jump.connect(at.address, at.port)
  } catch (error) {
    throw new Transient('ECONNREFUSED', messageOf(error))
  }
}

type Connected = { readonly link: Ssh2Link } | { readonly ask: Buffer }

/** The host key rules of a route. */
const rulesOf = (route: Route, options: SshOptions): HostKeyRules => ({
  policy: options.hostKeys,
  files: route.knownHosts,
  ...(route.alias !== undefined && { alias: route.alias }),
})

/** Verifies the key of one handshake, and keeps the decision. */
function keyVerifier({ route, options, deps, state }: Attempt, entries: readonly KnownHost[]) {
  const rules = rulesOf(route, options)
  const verifier = {
    decision: undefined as KeyDecision | undefined,
    accepts: async (key: Buffer): Promise<boolean> => {
      // Long sessions exchange keys again; a key that this connection recorded stays trusted.
      if (verifier.decision?.kind === 'record' && verifier.decision.key.equals(key)) return true
      verifier.decision = decideKey(route.at, rules, entries, key, deps.confirmHostKey !== undefined)
      if (verifier.decision.kind !== 'record') return verifier.decision.kind === 'trust'
      try {
        await acceptKey(route.at, rules, key, deps, state)
        return true
      } catch (error) {
        verifier.decision = { kind: 'refuse', error: error as HowdahError }
        return false
      }
    },
  }
  return verifier
}

/** One handshake. Returns the key, without a link, when you must confirm it first. */
async function handshake(attempt: Attempt): Promise<Connected> {
  const { route, options, deps, state, jump } = attempt
  const { at, alias } = route
  const entries = await knownHostsOf(rulesOf(route, options), deps, state)
  const logins = await collectLogins(route, options.password)
  const sock = await (jump === undefined ? dial(at, timeLeft(attempt)) : throughJump(jump, at))
  const verifier = keyVerifier(attempt, entries)
  const config = {
    sock: sock as NonNullable<Config['sock']>,
    username: at.user,
    authHandler: (methods: string[] | null, _partial: boolean | null, take: Parameters<Logins['next']>[1]) =>
      logins.next(methods, take),
    hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
      verifier.accepts(key).then(verify, () => verify(false))
    },
    algorithms: {
      serverHostKey: orderAlgorithms(entries, alias ?? at.address, alias === undefined ? at.port : 22),
    },
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVE_MISSED,
    readyTimeout: timeLeft(attempt),
  }
  const ssh = new NodeSSH()
  const ready = ssh.connect(config as Config)
  const client = ssh.connection as Client
  // At once, before the first byte, so that every 'error' of this client has a listener.
  const link = new Ssh2Link(client, at.host, at.user)
  try {
    await ready
    return { link }
  } catch (error) {
    client.destroy()
    sock.destroy()
    const { decision } = verifier
    if (decision?.kind === 'refuse') throw decision.error
    if (decision?.kind === 'ask') return { ask: decision.key }
    throw classify(error, logins)
  }
}

function classify(error: unknown, logins: Logins): Error {
  const { level, code } = error as { level?: string; code?: string }
  const message = messageOf(error)
  if (level === 'client-authentication' || level === 'agent') return logins.failure(message)
  if (level === 'client-timeout') return new Transient('ETIMEDOUT', message)
  if (/before handshake|no response/i.test(message)) return new Transient('ECONNRESET', message)
  return new Transient(code ?? 'HANDSHAKE', message)
}

async function connectWithRetries(attempt: Attempt): Promise<Ssh2Link> {
  const { route, deps, state, options } = attempt
  const limiter = deps.connectLimiter ?? defaultConnectLimiter
  let current = attempt
  for (let retry = 0; ; ) {
    try {
      const connected: Connected = await limiter(() => {
        // The time for the host starts only now, after waiting for the limiter.
        if (retry === 0) current = { ...attempt, deadline: performance.now() + options.connectTimeoutMs }
        return handshake(current)
      })
      if ('link' in connected) return connected.link
      await acceptKey(route.at, rulesOf(route, options), connected.ask, deps, state)
    } catch (error) {
      if (!(error instanceof Transient)) throw error
      const wait = 100 * (retry + 1) + Math.random() * 300
      if (retry === RETRIES || !WORTH_A_RETRY.has(error.code) || timeLeft(current) < wait) {
        throw unreachable(route.at, error.code, error.message, route.jump?.host)
      }
      retry += 1
      await pause(wait)
    }
  }
}

/** Uses the run's connection to a jump host: one for all hosts behind it, closed with the last of them. */
async function borrowJump(jump: HostAddress, options: SshOptions, deps: TransportDeps, state: RunState) {
  const key = `${jump.user}@${jump.address}:${jump.port}`
  const known = state.jumps.get(key)
  if (known !== undefined && (await known.link).alive) return lend(key, known, state)
  if (state.jumps.get(key) === known) {
    const { jump: _itself, ...direct } = options
    state.jumps.set(key, { users: 0, link: openJump(jump, direct, deps, state) })
  }
  const shared = state.jumps.get(key) as NonNullable<typeof known>
  try {
    await shared.link
  } catch (error) {
    if (state.jumps.get(key) === shared) state.jumps.delete(key)
    throw error
  }
  return lend(key, shared, state)
}

async function lend(key: string, shared: { users: number; link: Promise<Link> }, state: RunState) {
  shared.users += 1
  let returned = false
  const release = async (): Promise<void> => {
    if (returned) return
    returned = true
    shared.users -= 1
    if (shared.users > 0) return
    if (state.jumps.get(key) === shared) state.jumps.delete(key)
    await (await shared.link).close()
  }
  return { link: await shared.link, release }
}

async function openJump(jump: HostAddress, options: SshOptions, deps: TransportDeps, state: RunState) {
  const route = await findRoute(jump, options)
  if (route.jump !== undefined) {
    throw new HowdahError({
      code: 'SSH_CONFIG_UNSUPPORTED',
      exit: 'configuration',
      message: `the jump host ${jump.host} is itself behind ${route.jump.host}; ssh.transport ssh2 supports one jump host`,
      where: jump.host,
      next: 'set ssh.transport: openssh',
    })
  }
  const deadline = performance.now() + options.connectTimeoutMs
  return connectWithRetries({ route, options, deps, state, deadline })
}

/** Connects to a host by ssh2, through its jump host if it has one. Throws SSH_*. */
export async function connectSsh2(at: HostAddress, options: SshOptions, deps: TransportDeps): Promise<Link> {
  const state = runState(deps)
  const route = await findRoute(at, options)
  const deadline = performance.now() + options.connectTimeoutMs
  const base = { route, options, deps, state, deadline }
  if (route.jump === undefined) return connectWithRetries(base)
  const jump = await borrowJump(route.jump, options, deps, state)
  try {
    const link = await connectWithRetries({ ...base, jump: jump.link })
    link.closed.then(jump.release)
    return link
  } catch (error) {
    await jump.release()
    throw error
  }
}
