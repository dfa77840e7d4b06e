import { HowdahError } from '../errors.ts'
import { quote } from '../shell.ts'
import { describeHost } from './failures.ts'
import {
  checkHostKey,
  fingerprint,
  type KeyVerdict,
  type KnownHost,
  keyType,
  recordedName,
} from './known-hosts.ts'
import { readKnownHosts, recordHostKey } from './known-hosts-file.ts'
import type { RunState, TransportDeps } from './run-state.ts'
import type { HostAddress, HostKeyPolicy } from './types.ts'

/** What you see before a new host key is recorded. */
export interface HostKeyQuestion {
  readonly host: string
  readonly address: string
  readonly port: number
  /** For example `ssh-ed25519`. */
  readonly type: string
  /** `SHA256:…` as OpenSSH shows it. */
  readonly fingerprint: string
  /** The known_hosts file for the record. */
  readonly file: string
}

export interface HostKeyRules {
  readonly policy: HostKeyPolicy
  readonly files: readonly string[]
  /** The name to look up instead of the address (HostKeyAlias of ssh_config). */
  readonly alias?: string
}

const place = (entry: KnownHost): string => `${entry.file}:${entry.line}`
const shortType = (type: string | undefined): string => type ?? 'unknown type'
const keygenType = (type: string): string => type.replace(/^ssh-/, '').replace(/^ecdsa-.*/, 'ecdsa')

function changed(at: HostAddress, entry: KnownHost, shown: Buffer, name: string): HowdahError {
  return new HowdahError({
    code: 'SSH_HOST_KEY_CHANGED',
    exit: 'authentication',
    message: `${describeHost(at)} has another host key than the recorded one`,
    found: `${shortType(keyType(shown))} ${fingerprint(shown)}`,
    expected: `${entry.type} ${fingerprint(Buffer.from(entry.key, 'base64'))}`,
    where: place(entry),
    next: `if you know why it changed: ssh-keygen -f ${quote(entry.file)} -R ${quote(name)}`,
    detail:
      'Probably the host was installed again, or its address now belongs to another host. ' +
      'It can also be a man-in-the-middle attack: compare with the fingerprint on the console ' +
      `of the host (ssh-keygen -lf /etc/ssh/ssh_host_${keygenType(keyType(shown) ?? 'ed25519')}_key.pub).`,
  })
}

const revoked = (at: HostAddress, entry: KnownHost, shown: Buffer): HowdahError =>
  new HowdahError({
    code: 'SSH_HOST_KEY_REVOKED',
    exit: 'authentication',
    message: `${describeHost(at)} has a host key that is marked as revoked`,
    found: `${shortType(keyType(shown))} ${fingerprint(shown)}`,
    where: place(entry),
    next: 'give the host a new key (ssh-keygen -A after removing the old one), and find out why the old one was revoked',
  })

function unknown(at: HostAddress, verdict: KeyVerdict, shown: Buffer, files: readonly string[]): HowdahError {
  const authority = verdict.kind === 'unknown' ? verdict.authority : undefined
  const file = files[0] ?? '~/.ssh/known_hosts'
  const scan = `ssh-keyscan ${at.port === 22 ? '' : `-p ${at.port} `}${quote(at.address)} >> ${quote(file)}`
  return new HowdahError({
    code: 'SSH_HOST_KEY_UNKNOWN',
    exit: 'authentication',
    message: `the host key of ${describeHost(at)} is not recorded`,
    found: `${shortType(keyType(shown))} ${fingerprint(shown)}`,
    expected: `a line for ${recordedName(at.address, at.port)} in ${files.join(' or ')}`,
    where: authority === undefined ? file : place(authority),
    next: `${scan}, after comparing the fingerprint; or set ssh.hostKeys: accept-new`,
    ...(authority !== undefined && {
      detail:
        'A @cert-authority line matches this host, but ssh.transport ssh2 does not support host certificates: ' +
        'record the plain key, or use ssh.transport: openssh.',
    }),
  })
}

export const declined = (question: HostKeyQuestion): HowdahError =>
  new HowdahError({
    code: 'SSH_HOST_KEY_DECLINED',
    exit: 'authentication',
    message: `you did not accept the host key of ${question.host} (${question.address})`,
    found: `${question.type} ${question.fingerprint}`,
    where: `${question.address}:${question.port}`,
    next: 'compare the fingerprint with the one on the console of the host, then run again',
  })

/** What to do with a host's key: continue, record it and continue, ask first, or refuse. */
export type KeyDecision =
  | { readonly kind: 'trust' }
  | { readonly kind: 'record'; readonly key: Buffer }
  | { readonly kind: 'ask'; readonly key: Buffer }
  | { readonly kind: 'refuse'; readonly error: HowdahError }

/** Applies the policy to the lines of known_hosts. Pure. */
export function decideKey(
  at: HostAddress,
  rules: HostKeyRules,
  entries: readonly KnownHost[],
  shown: Buffer,
  canAsk: boolean,
): KeyDecision {
  const [name, port] = rules.alias === undefined ? [at.address, at.port] : [rules.alias, 22]
  const verdict = checkHostKey(entries, name, port, shown)
  if (verdict.kind === 'match') return { kind: 'trust' }
  if (verdict.kind === 'revoked') return { kind: 'refuse', error: revoked(at, verdict.entry, shown) }
  if (verdict.kind === 'changed') {
    return { kind: 'refuse', error: changed(at, verdict.entry, shown, recordedName(name, port)) }
  }
  if (rules.policy === 'strict') return { kind: 'refuse', error: unknown(at, verdict, shown, rules.files) }
  return { kind: canAsk ? 'ask' : 'record', key: shown }
}

/** Reads the known hosts. It reports invalid lines once a run, not once a host. */
export async function knownHostsOf(rules: HostKeyRules, deps: TransportDeps, state: RunState) {
  const known = await readKnownHosts(rules.files)
  for (const { file, line, why } of known.skipped) {
    const text = `${file}:${line}: this line of known_hosts is skipped: ${why}`
    if (state.reported.has(text)) continue
    state.reported.add(text)
    deps.report({ type: 'log', level: 'warn', text })
  }
  return known.entries
}

/** Asks you where that is possible (one question at a time), then records the key and reports its fingerprint. */
export async function acceptKey(
  at: HostAddress,
  rules: HostKeyRules,
  key: Buffer,
  deps: TransportDeps,
  state: RunState,
): Promise<void> {
  const [file] = rules.files
  if (file === undefined) throw unknown(at, { kind: 'unknown' }, key, rules.files)
  const { host, address, port } = at
  const question = { host, address, port, type: shortType(keyType(key)), fingerprint: fingerprint(key), file }
  const { confirmHostKey } = deps
  if (confirmHostKey !== undefined && !(await state.questions(() => confirmHostKey(question)))) {
    throw declined(question)
  }
  await recordHostKey(file, rules.alias ?? address, rules.alias === undefined ? port : 22, key)
  const text = `recorded the host key of ${host} (${address}): ${question.type} ${question.fingerprint} in ${file}`
  deps.report({ type: 'log', level: 'info', text, host })
}
