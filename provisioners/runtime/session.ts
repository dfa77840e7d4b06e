import { join } from 'node:path'
import { defaultCacheDir, readBundle, resolveArtifacts } from '../artifacts/index.ts'
import type { ProviderContext } from '../artifacts/types.ts'
import { loadCluster } from '../config/index.ts'
import type { Cluster, Host } from '../config/types.ts'
import { HowdahError } from '../errors.ts'
import type { Reporter } from '../events.ts'
import type { AppFiles } from '../services/types.ts'
import { createLimiter, openTransport, Redactor, redactReporter } from '../transport/index.ts'
import type { SshOptions, Transport } from '../transport/types.ts'
import { readAppFiles } from './app-files.ts'
import { databaseAuthorities } from './database.ts'
import { secretRefs } from './secret-refs.ts'
import { Secrets } from './secrets.ts'
import { makeCertificates } from './self-signed.ts'
import type { OperationOptions } from './types.ts'
import { type Failures, fatal, type Spares } from './unreachable.ts'

/** An open run: the cluster, its secrets, and a transport to every host that it reaches. Close it in a `finally`. */
export interface Session {
  readonly cluster: Cluster
  readonly secrets: Secrets
  readonly redactor: Redactor
  readonly report: Reporter
  readonly transports: Readonly<Record<string, Transport>>
  /** Hosts that could not be connected to, and that the run goes on without. */
  readonly failures: Failures
  readonly signal?: AbortSignal
  readonly lockWaitSeconds: number
  /** Hosts that this run takes over from another cluster. */
  readonly adopt: readonly string[]
  artifacts(): ReturnType<typeof resolveArtifacts>
  /** Certificates and hooks of the applications, read and checked once. Throws TLS_*, APPS_*. */
  apps(): AppFiles | undefined
  close(): Promise<void>
}

function sshOptions(cluster: Cluster, secrets: Secrets): SshOptions {
  const { ssh } = cluster
  return {
    kind: ssh.kind,
    identityFiles: ssh.identityFiles,
    agent: ssh.agent,
    hostKeys: ssh.hostKeys,
    knownHosts: ssh.knownHosts,
    useSshConfig: ssh.useSshConfig,
    connectTimeoutMs: ssh.connectTimeoutSeconds * 1000,
    ...(ssh.sshConfigFile && { sshConfigFile: ssh.sshConfigFile }),
    ...(ssh.password && { password: secrets.get(ssh.password) }),
    ...(ssh.sudoPassword && { sudoPassword: secrets.get(ssh.sudoPassword) }),
    ...(ssh.jump && { jump: { host: 'jump', ...ssh.jump } }),
  }
}

interface Connected {
  readonly transports: Readonly<Record<string, Transport>>
  readonly failures: Failures
}

/** Connects to all hosts at once. Throws every failure when the run cannot do without one of these hosts. */
async function connectAll(
  hosts: readonly Host[],
  spares: Spares,
  open: (host: Host) => Promise<Transport>,
): Promise<Connected> {
  const settled = await Promise.allSettled(hosts.map(open))
  const transports: Record<string, Transport> = {}
  const failures: Record<string, HowdahError> = {}
  for (const [i, result] of settled.entries()) {
    const host = hosts[i] as Host
    if (result.status === 'fulfilled') transports[host.name] = result.value
    else if (result.reason instanceof HowdahError) failures[host.name] = result.reason
    else failures[host.name] = unexpected(host, result.reason)
  }
  const error = fatal(hosts, failures, spares)
  if (error) {
    // Nothing has been changed yet.
    await Promise.allSettled(Object.values(transports).map((transport) => transport.close()))
    throw error
  }
  return { transports, failures }
}

const unexpected = (host: Host, reason: unknown): HowdahError =>
  new HowdahError({
    code: 'SSH_UNEXPECTED',
    exit: 'connection',
    message: `${host.name} (${host.address}) could not be reached: ${reason instanceof Error ? reason.message : reason}`,
    where: host.name,
    next: `ssh ${host.address} true`,
    cause: reason,
  })

/** Hosts to connect to (absent: all), and those of them that a run can do without (absent: `none`). */
export interface Reach {
  /** Throws what is wrong with the question, before a secret is asked for and before the first connection. */
  readonly before?: (cluster: Cluster) => void
  /** Throws before the first connection what is wrong with the choice. */
  readonly reach?: (cluster: Cluster) => readonly string[]
  readonly spares?: Spares
}

/** Loads cluster.yml and connects to its hosts: all that a verb needs before it runs anything on a host. */
export async function openSession(
  options: OperationOptions,
  { before, reach, spares }: Reach = {},
): Promise<Session> {
  const cluster = options.cluster ?? (await loadCluster(options.file))
  before?.(cluster)
  if (options.bundle !== undefined) await readBundle(options.bundle, options.signal)
  return connectCluster(cluster, options, reach?.(cluster), spares)
}

/**
 * Resolves the secrets of a cluster, and connects to the hosts in `reach`, or to all, in parallel. It goes on without those
 * in `spares`.
 * Throws SECRET_*, TLS_OPENSSL, DATABASE_CA_*, SSH_*, SUDO_*.
 */
export async function connectCluster(
  cluster: Cluster,
  options: OperationOptions,
  reach?: readonly string[],
  spares: Spares = 'none',
): Promise<Session> {
  const hosts = cluster.hosts.filter(({ name }) => reach?.includes(name) ?? true)
  const redactor = new Redactor()
  const report = redactReporter(options.report, redactor)
  const secrets = new Secrets(cluster.stateDir, redactor, options.prompts)
  await makeCertificates(cluster)
  await secrets.load(secretRefs(cluster))
  databaseAuthorities(cluster)
  report({ type: 'phase', title: `Connecting to ${hosts.length} host${hosts.length === 1 ? '' : 's'}` })
  const ssh = sshOptions(cluster, secrets)
  const connectLimiter = createLimiter()
  const { transports, failures } = await connectAll(hosts, spares, async (host) => {
    report({ type: 'host', host: host.name, state: 'connecting' })
    const address = { host: host.name, address: host.address, ...host.ssh }
    const transport = await openTransport(address, ssh, { redactor, report, connectLimiter })
    report({ type: 'host', host: host.name, state: 'connected' })
    return transport
  })
  const providerContext: ProviderContext = {
    cacheDir: options.cacheDir ?? defaultCacheDir(),
    report,
    ...(options.signal && { signal: options.signal }),
  }
  let artifacts: ReturnType<typeof resolveArtifacts> | undefined
  let apps: { readonly files: AppFiles | undefined } | undefined
  return {
    cluster,
    secrets,
    redactor,
    report,
    transports,
    failures,
    ...(options.signal && { signal: options.signal }),
    lockWaitSeconds: options.lockWaitSeconds ?? 0,
    adopt: options.adopt ?? [],
    artifacts: () => {
      artifacts ??= resolveArtifacts(cluster, providerContext, options)
      return artifacts
    },
    apps: () => {
      apps ??= { files: readAppFiles(cluster, secrets) }
      return apps.files
    },
    close: async () => {
      await Promise.allSettled(Object.values(transports).map((transport) => transport.close()))
    },
  }
}

/** The directory of a cluster's journals. */
export const journalDir = (cluster: Cluster): string => join(cluster.stateDir, 'journal')
