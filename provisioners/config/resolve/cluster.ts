import { dirname, join } from 'node:path'
import { showPath } from '../document/problems.ts'
import { hostsWith, usesDataDirs } from '../placed.ts'
import { checkSchedule } from '../schedule/check.ts'
import { jobUsers, resolveSchedule } from '../schedule/resolve.ts'
import type { ClusterInput } from '../schema/cluster.ts'
import type { Cluster, Daemon, Host } from '../types.ts'
import { certifiedAs, generationOf } from '../versions/profiles.ts'
import { resolveAccess } from './access.ts'
import { resolveApps } from './apps.ts'
import { defined, type ResolveContext } from './context.ts'
import { checkDirectories } from './directories.ts'
import { type DraftHost, expandHosts } from './hosts.ts'
import { resolveTrackingLogs } from './logs.ts'
import { checkPipeline, resolvePipeline } from './pipeline.ts'
import { type Placement, place } from './placement.ts'
import { resolveProperties } from './properties.ts'
import {
  addedSoftware,
  addedVersions,
  profileOf,
  resolveArtifacts,
  resolveDirectories,
  resolveJava,
  resolveSsh,
  resolveVersions,
} from './software.ts'
import { resolveStores, storeClaims } from './stores.ts'
import { resolveUsers } from './users.ts'

/** Fills in what the file leaves open, and checks how its parts fit together. Problems go to the context. */
export function resolveCluster(input: ClusterInput, file: string, context: ResolveContext): Cluster {
  const drafts = expandHosts(input.hosts, context.problems)
  const complete = input.hosts.every((host) => drafts.some((draft) => draft.input === host))
  const core = resolveVersions(input.versions)
  const generation = generationOf(core.hadoop)
  const placement = place({
    hosts: drafts,
    claims: storeClaims(input, drafts, context),
    generation,
    complete,
    problems: context.problems,
  })
  const at = (daemon: Daemon): string | undefined =>
    [...placement].find(([, daemons]) => daemons.includes(daemon))?.[0]
  const hosts = drafts.map((draft) => resolveHost(draft, placement, input, context))
  const directories = resolveDirectories(input.directories)
  checkDirectories(hosts, drafts, directories, context)
  const added = addedSoftware(hosts)
  const versions = { ...core, ...addedVersions(input.versions, added, context) }
  const java = resolveJava(input.java, profileOf(input.versions).java, added, directories, context)
  const scheduled = resolveSchedule(input, hosts, context)
  const cluster: Cluster = defined({
    name: input.name,
    clusterId: input.hdfs?.clusterId,
    file,
    stateDir: join(dirname(file), '.howdah', input.name),
    hosts,
    ssh: resolveSsh(input.ssh, context),
    versions,
    generation,
    profile: certifiedAs(versions, java.use),
    java,
    artifacts: resolveArtifacts(input.artifacts, added, context),
    directories,
    replication: replication(input, hosts, context),
    properties: resolveProperties(input.properties, generation, context),
    hdfsUsers: [...new Set([...(input.hdfs?.users ?? []), ...jobUsers(scheduled.schedule)])],
    manageHostsFile: input.manageHostsFile ?? true,
    ...resolveAccess(input, context),
    ...resolveStores(input, at, drafts, context),
    ...resolveTrackingLogs(input, hosts, context),
    ...resolveUsers(input, hosts, context),
    ...scheduled,
    ...resolvePipeline(input, hosts, directories, context),
    warnings: [],
  })
  checkLocal(cluster, context)
  const apps = resolveApps(input, cluster, context)
  checkPipeline(cluster, context)
  checkSchedule(cluster, input, context)
  checkStdin(context)
  return { ...cluster, ...apps }
}

function resolveHost(
  draft: DraftHost,
  placement: Placement,
  input: ClusterInput,
  context: ResolveContext,
): Host {
  const { name, address, input: host } = draft
  const daemons = placement.get(name) ?? []
  const stores = usesDataDirs(daemons)
  return defined({
    name,
    address,
    daemons,
    roles: host.roles,
    ssh: {
      user: host.ssh?.user ?? input.ssh?.user ?? context.around.user,
      port: host.ssh?.port ?? input.ssh?.port ?? 22,
    },
    memoryMb: host.memory === undefined ? undefined : mebibytes(host.memory),
    cores: host.cores,
    dataDirs: host.dataDirs ?? (stores ? ['/data/1'] : []),
    dataDirsMustBeMounts: host.dataDirsMustBeMounts,
    rack: host.rack ?? '/default-rack',
  })
}

const UNITS: Readonly<Record<string, number>> = { MiB: 1, GiB: 1024, TiB: 1024 * 1024 }

/** '1.5GiB' → 1536. */
function mebibytes(text: string): number {
  const [, number = '', unit = ''] = /^([\d.]+)([MGT]iB)$/.exec(text) ?? []
  return Math.floor(Number(number) * (UNITS[unit] ?? Number.NaN))
}

function replication(input: ClusterInput, hosts: readonly Host[], context: ResolveContext): number {
  const dataNodes = hostsWith({ hosts }, 'datanode').length
  const wanted = input.hdfs?.replication
  if (wanted !== undefined && dataNodes > 0 && wanted > dataNodes) {
    context.problems.add({
      code: 'SPEC_REPLICATION',
      path: ['hdfs', 'replication'],
      message: `hdfs.replication is ${wanted}, but there ${dataNodes === 1 ? 'is 1 DataNode' : `are ${dataNodes} DataNodes`}: every file would lack copies, and no DataNode could ever be taken out`,
      found: String(wanted),
      expected: `at most ${dataNodes}`,
      next: `write ${dataNodes}, or leave it out`,
    })
  }
  return wanted ?? Math.max(1, Math.min(3, dataNodes))
}

function checkLocal(cluster: Cluster, { problems }: ResolveContext): void {
  if (cluster.ssh.kind !== 'local' || cluster.hosts.length === 1) return
  problems.add({
    code: 'SPEC_LOCAL_MANY',
    path: ['ssh', 'transport'],
    message: `\`transport: local\` is this machine alone, and there are ${cluster.hosts.length} hosts`,
    found: 'local',
    expected: 'ssh2 or openssh, or one host',
    next: 'write `transport: ssh2`',
  })
}

/** Standard input can be read once: a second secret from it would be empty, or the same. */
function checkStdin({ stdin, problems }: ResolveContext): void {
  const [first, second] = stdin
  if (first === undefined || second === undefined) return
  problems.add({
    code: 'SPEC_STDIN_TWICE',
    path: second,
    message: `${showPath(first)} (${problems.place(first)}) and ${showPath(second)} both want standard input, which can be read once`,
    expected: 'one secret from stdin at most',
    next: 'give the other one as {file: …} or {env: …}',
  })
}
