import { readFile } from 'node:fs/promises'
import type { AnyAuthMethod, NextAuthHandler } from 'ssh2'
import ssh2 from 'ssh2'
import { HowdahError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { authFailed, messageOf } from './failures.ts'
import type { Route } from './ssh-config.ts'
import type { HostAddress } from './types.ts'

/** The login methods for a host, in order, and a record of those that were tried. */
export interface Logins {
  /** For ssh2: gives the next method, or false when none is left. */
  readonly next: (methodsLeft: readonly string[] | null, take: NextAuthHandler) => void
  /** The error when the host accepted none. */
  failure(reason: string): HowdahError
}

interface LoginMethod {
  readonly name: string
  /** The method's name in the protocol. */
  readonly method: string
  readonly auth: AnyAuthMethod
}

interface Collected {
  readonly methods: LoginMethod[]
  readonly notes: string[]
  readonly locked: string[]
}

const missing = (file: string, why: string): HowdahError =>
  new HowdahError({
    code: 'SSH_IDENTITY_MISSING',
    exit: 'authentication',
    message: `the identity file ${file} cannot be read: ${why}`,
    where: file,
    next: `ls -l ${file}, or correct ssh.identityFiles`,
  })

async function addIdentity(file: string, given: boolean, user: string, into: Collected): Promise<void> {
  let text: Buffer
  try {
    text = await readFile(file)
  } catch (error) {
    if (given) throw missing(file, messageOf(error))
    return
  }
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) {
    // An encrypted key is usable when the agent has it, so the error names it only when nothing else worked.
    if (/encrypted|passphrase/i.test(key.message)) into.locked.push(file)
    else into.notes.push(`identity ${file} (not usable: ${key.message})`)
  } else if (key.isPrivateKey()) {
    into.methods.push({
      name: `identity ${file}`,
      method: 'publickey',
      auth: { type: 'publickey', username: user, key },
    })
  } else {
    into.notes.push(`identity ${file} (a public key; the private one is needed)`)
  }
}

/** Tests the agent before, since ssh2 would end the whole connection for a dead agent. */
async function addAgent(socket: string, user: string, into: Collected): Promise<void> {
  const agent = ssh2.createAgent(socket)
  const keys = await new Promise<number | Error>((resolve) => {
    agent.getIdentities((error, found) => resolve(error ?? found?.length ?? 0))
  })
  if (keys instanceof Error) into.notes.push(`agent (not reachable: ${keys.message})`)
  else if (keys === 0) into.notes.push('agent (it has no keys)')
  else
    into.methods.push({
      name: `agent (${keys} keys)`,
      method: 'publickey',
      auth: { type: 'agent', username: user, agent },
    })
}

function addPassword(password: Secret, user: string, into: Collected): void {
  into.methods.push({
    name: 'password',
    method: 'password',
    auth: { type: 'password', username: user, password: password.reveal() },
  })
  into.methods.push({
    name: 'password (keyboard-interactive)',
    method: 'keyboard-interactive',
    auth: {
      type: 'keyboard-interactive',
      username: user,
      // Only a single hidden prompt can be for the password; other prompts get an empty answer.
      prompt: (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.map(({ echo }) => (echo === true || prompts.length > 1 ? '' : password.reveal()))),
    },
  })
}

const lockedIdentity = (at: HostAddress, file: string, tried: readonly string[]): HowdahError =>
  new HowdahError({
    code: 'SSH_IDENTITY_LOCKED',
    exit: 'authentication',
    message: `the identity file ${file} is protected by a passphrase, which Howdah does not ask for`,
    found: `tried: ${tried.join('; ') || 'no other login method'}`,
    expected: 'the key in the SSH agent',
    where: `${at.address}:${at.port}`,
    next: `eval "$(ssh-agent)" && ssh-add ${file}`,
  })

/**
 * Collects the login methods: identities of cluster.yml, the agent, other identities, the password.
 * Throws SSH_IDENTITY_MISSING for a missing identity of cluster.yml.
 */
export async function collectLogins(route: Route, password: Secret | undefined): Promise<Logins> {
  const { at, identityFiles, identitiesGiven, agentSocket } = route
  const into: Collected = { methods: [], notes: [], locked: [] }
  const identities = async () => {
    for (const file of identityFiles) await addIdentity(file, identitiesGiven, at.user, into)
  }
  if (identitiesGiven) await identities()
  if (agentSocket !== undefined) await addAgent(agentSocket, at.user, into)
  if (!identitiesGiven) await identities()
  if (password !== undefined) addPassword(password, at.user, into)
  return offer(at, into)
}

function offer(at: HostAddress, { methods, notes, locked }: Collected): Logins {
  const queue = [...methods]
  const tried: string[] = []
  let first = true
  return {
    next: (methodsLeft, take) => {
      // 'none' first: the host answers with the methods that it accepts.
      if (first) {
        first = false
        return take({ type: 'none', username: at.user })
      }
      let candidate = queue.shift()
      while (candidate !== undefined && methodsLeft !== null && !methodsLeft.includes(candidate.method)) {
        tried.push(`${candidate.name} (the host does not accept ${candidate.method})`)
        candidate = queue.shift()
      }
      if (candidate === undefined) return take(false as unknown as AnyAuthMethod)
      tried.push(candidate.name)
      take(candidate.auth)
    },
    failure: (reason) => {
      const all = [...tried, ...queue.map(({ name }) => `${name} (not reached)`), ...notes]
      const [file] = locked
      return file === undefined ? authFailed(at, all, reason) : lockedIdentity(at, file, all)
    },
  }
}
