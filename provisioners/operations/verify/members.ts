/** Checks which workers their masters count as members, and which daemons accept connections from the gateway. */

import { type Daemon, unitOf } from '../../catalog/index.ts'
import { primaryOf } from '../../config/placed.ts'
import type { Cluster, Host } from '../../config/types.ts'
import { ask, connectionTo } from '../../runtime/ask.ts'
import { sh } from '../../shell.ts'
import { CheckFailure, type Checks, tail } from './checks.ts'
import { type HadoopDialect, hadoopDialect } from './dialect.ts'
import { hostOfAddress, hostsWith, portOf, webAddress } from './place.ts'
import { type Answers, parseAnswers } from './proof.ts'
import type { VerifyInput } from './types.ts'

const TIMEOUT_MS = 30_000
/** A DataNode that is silent for longer is taken to be dead, though the NameNode waits 10 minutes. */
const SILENT_SECONDS = 30

const signalOf = ({ signal }: VerifyInput) => (signal ? { signal } : {})

interface Membership {
  readonly master: Daemon
  readonly members: string
  readonly worker: Daemon
  readonly self: string
}

/** The daemon that assigns tasks, the one that runs them, and their pages with the members. */
const MEMBERSHIP: Readonly<Record<HadoopDialect['jobs'], Membership>> = {
  yarn: {
    master: 'resourcemanager',
    members: '/ws/v1/cluster/nodes',
    worker: 'nodemanager',
    self: '/ws/v1/node/info',
  },
  jobtracker: {
    master: 'jobtracker',
    members: '/jmx?qry=Hadoop:service=JobTracker,name=JobTrackerInfo',
    worker: 'tasktracker',
    self: '/jmx?qry=Hadoop:service=TaskTracker,name=TaskTrackerInfo',
  },
}

const membershipOf = (cluster: Cluster): Membership => MEMBERSHIP[hadoopDialect(cluster).jobs]

/** A script that asks both masters for their members, and each worker at its web port, in parallel. */
export function membershipScript(cluster: Cluster): string {
  const asks: string[] = []
  const ask = (label: string, url: string): void => {
    asks.push(
      sh`{ printf '@@ %s\n' ${label}; curl -sS -m 10 -H 'Accept: application/json' ${url} 2>&1 | tr -d '\n'; echo; } >"$dir/${asks.length}" &`,
    )
  }
  const master = (daemon: Daemon, path: string): void => {
    for (const host of hostsWith(cluster, daemon)) ask(daemon, `${webAddress(cluster, daemon, host)}${path}`)
  }
  master('namenode', '/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo')
  const jobs = membershipOf(cluster)
  master(jobs.master, jobs.members)
  for (const host of hostsWith(cluster, 'datanode')) {
    ask(
      `datanode ${host.name}`,
      `${webAddress(cluster, 'datanode', host)}/jmx?qry=Hadoop:service=DataNode,name=DataNodeInfo`,
    )
  }
  for (const host of hostsWith(cluster, jobs.worker)) {
    ask(`${jobs.worker} ${host.name}`, `${webAddress(cluster, jobs.worker, host)}${jobs.self}`)
  }
  return `dir=$(mktemp -d)\ntrap 'rm -rf "$dir"' EXIT\n${asks.join('\n')}\nwait\ncat "$dir"/*\n`
}

interface LiveNode {
  readonly lastContact?: number
  readonly adminState?: string
}

/** Live DataNodes by host name, as the NameNode reports them. */
export function liveDataNodes(cluster: Cluster, answers: Answers): Map<string, LiveNode> {
  const beans = (answers.get('namenode') as { beans?: { LiveNodes?: string }[] } | undefined)?.beans
  const live = JSON.parse(beans?.[0]?.LiveNodes ?? '{}') as Record<string, LiveNode>
  return new Map(
    Object.entries(live).map(([name, node]) => [hostOfAddress(cluster, name)?.name ?? name, node]),
  )
}

interface YarnNodes {
  readonly nodes?: { readonly node?: readonly { state?: string; nodeHostName?: string }[] } | null
}

interface JobTrackerBeans {
  readonly beans?: readonly { AliveNodesInfoJson?: string; BlacklistedNodesInfoJson?: string }[]
}

interface TaskTrackerNode {
  readonly hostname?: string
}

function trackers({ beans }: JobTrackerBeans): (readonly [string, string])[] {
  const list = (text = '[]', state: string) =>
    (JSON.parse(text) as TaskTrackerNode[]).map(({ hostname = '' }) => [hostname, state] as const)
  const [bean = {}] = beans ?? []
  return [...list(bean.AliveNodesInfoJson, 'RUNNING'), ...list(bean.BlacklistedNodesInfoJson, 'BLACKLISTED')]
}

const yarnNodes = ({ nodes }: YarnNodes): (readonly [string, string])[] =>
  (nodes?.node ?? []).map(({ nodeHostName = '', state = '' }) => [nodeHostName, state])

/** The state of each worker that runs tasks, by host name, as its master reports it. */
export function taskNodes(cluster: Cluster, answers: Answers): Map<string, string> {
  const { master } = membershipOf(cluster)
  const answer = answers.get(master) ?? {}
  const nodes = master === 'jobtracker' ? trackers(answer) : yarnNodes(answer)
  return new Map(nodes.map(([name, state]) => [hostOfAddress(cluster, name)?.name ?? name, state]))
}

const statusCommand = (host: string, daemon: Daemon): string =>
  `on ${host}: systemctl status ${unitOf(daemon)}; journalctl -u ${unitOf(daemon)} -n 50`

function dataNode(cluster: Cluster, answers: Answers, host: Host): string {
  const next = statusCommand(host.name, 'datanode')
  const node = liveDataNodes(cluster, answers).get(host.name)
  if (!answers.get(`datanode ${host.name}`))
    throw new CheckFailure(`the DataNode on ${host.name} does not answer`, next)
  if (!node) throw new CheckFailure(`the NameNode does not count ${host.name} among its live DataNodes`, next)
  const { lastContact = 0, adminState = '' } = node
  if (lastContact > SILENT_SECONDS) {
    throw new CheckFailure(`the NameNode had no contact with ${host.name} for ${lastContact} s`, next)
  }
  return `live, last contact ${lastContact} s ago${adminState ? `, ${adminState}` : ''}`
}

function taskNode(cluster: Cluster, answers: Answers, host: Host): string {
  const { master, worker } = membershipOf(cluster)
  const next = statusCommand(host.name, worker)
  const state = taskNodes(cluster, answers).get(host.name)
  if (!answers.get(`${worker} ${host.name}`)) {
    throw new CheckFailure(`the ${worker} on ${host.name} does not answer`, next)
  }
  if (state !== 'RUNNING') {
    throw new CheckFailure(`the ${master} reports ${host.name} as ${state ?? 'unknown'}`, next)
  }
  return 'running'
}

/** Opens a TCP connection through the gateway. */
async function listens(input: VerifyInput, gateway: string, daemon: Daemon, host: Host): Promise<string> {
  const port = portOf(input.cluster, daemon)
  try {
    const stream = await connectionTo(input.transports, gateway).connect(host.address, port)
    stream.destroy()
  } catch (error) {
    throw new CheckFailure(
      `${host.name}:${port} accepts no connection from ${gateway}: ${error instanceof Error ? error.message : error}`,
      statusCommand(host.name, daemon),
    )
  }
  return `accepts connections at ${host.name}:${port}`
}

/** Checks that every DataNode and every NodeManager or TaskTracker is a live member, and that the metastore and HiveServer2
 * accept connections. */
export async function askMasters(input: VerifyInput, checks: Checks, gateway: string): Promise<void> {
  const { cluster } = input
  const jobs = membershipOf(cluster)
  let answers: Answers = new Map()
  await checks.run('members', 'The masters and workers answer', async () => {
    const script = membershipScript(cluster)
    const result = await ask(input.transports, gateway, {
      title: 'the members of the cluster',
      script,
      timeoutMs: TIMEOUT_MS,
      ...signalOf(input),
    })
    answers = parseAnswers(result.stdout)
    for (const daemon of ['namenode', jobs.master] as const) {
      const host = primaryOf(cluster, daemon)
      if (host && !answers.get(daemon)) {
        throw new CheckFailure(
          `the ${daemon} does not answer:\n${tail(result.stdout)}`,
          `on ${host.name}: howdah status`,
        )
      }
    }
    return `${answers.size} daemons answered`
  })
  const each = (daemon: Daemon, title: string, work: (host: Host) => Promise<string>, many = true) =>
    hostsWith(cluster, daemon).map((host) =>
      checks.run(many ? `${daemon} ${host.name}` : daemon, title, () => work(host), host.name),
    )
  await Promise.all([
    ...each('datanode', 'A live DataNode of the NameNode', async (host) => dataNode(cluster, answers, host)),
    ...each(jobs.worker, 'A running node for tasks', async (host) => taskNode(cluster, answers, host)),
    ...each(
      'hive-metastore',
      'The metastore listens',
      (host) => listens(input, gateway, 'hive-metastore', host),
      false,
    ),
    ...each(
      'hiveserver2',
      'HiveServer2 listens',
      (host) => listens(input, gateway, 'hiveserver2', host),
      false,
    ),
  ])
}
