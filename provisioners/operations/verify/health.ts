/** Is every daemon of the spec there? The components' own questions, and who is a member in its master's eyes. */

import pLimit from 'p-limit'
import { sh } from '../../shell.ts'
import type { Cluster, Host } from '../../spec/types.ts'
import type { Transport } from '../../transport/types.ts'
import { CheckFailure, type Checks, tail } from './checks.ts'
import { hostOfAddress, hostsWith, portOf, type Served, webAddress } from './place.ts'
import { type Answers, parseAnswers } from './proof.ts'
import type { VerifyInput } from './types.ts'

const AT_ONCE = 8
const TIMEOUT_MS = 30_000
/** A DataNode that was silent for longer is as good as gone, though the NameNode waits 10 minutes to say so. */
const SILENT_SECONDS = 30

export function transportOf(input: VerifyInput, host: string): Transport {
  const transport = input.transports[host]
  if (!transport) throw new CheckFailure(`no connection to ${host}`, `howdah preflight; ssh to ${host}`)
  return transport
}

const signalOf = ({ signal }: VerifyInput) => (signal ? { signal } : {})

/** The health checks of the components, on their hosts, at most 8 at once. */
export async function askDaemons(input: VerifyInput, checks: Checks): Promise<void> {
  const limit = pLimit(AT_ONCE)
  const ask = (check: VerifyInput['healthChecks'][number]) => async (): Promise<string> => {
    const { script, host, next } = check
    const result = await transportOf(input, host).run({
      script,
      as: 'root',
      timeoutMs: TIMEOUT_MS,
      ...signalOf(input),
    })
    const said = tail(`${result.stdout}${result.stderr}`)
    if (result.exit !== 0) throw new CheckFailure(said || `exit ${result.exit}`, next)
    return said
  }
  await Promise.all(
    input.healthChecks.map((check) =>
      limit(() => checks.run(check.name, check.title, ask(check), check.host)),
    ),
  )
}

/** Asks both masters for their members and each worker's web port, all in one script, in parallel. */
export function membershipScript(cluster: Cluster): string {
  const asks: string[] = []
  const ask = (label: string, url: string): void => {
    asks.push(
      sh`{ printf '@@ %s\n' ${label}; curl -sS -m 10 -H 'Accept: application/json' ${url} 2>&1 | tr -d '\n'; echo; } >"$dir/${asks.length}" &`,
    )
  }
  const master = (daemon: Served, path: string): void => {
    for (const host of hostsWith(cluster, daemon)) ask(daemon, `${webAddress(cluster, daemon, host)}${path}`)
  }
  master('namenode', '/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo')
  master('resourcemanager', '/ws/v1/cluster/nodes')
  for (const host of hostsWith(cluster, 'datanode')) {
    ask(
      `datanode ${host.name}`,
      `${webAddress(cluster, 'datanode', host)}/jmx?qry=Hadoop:service=DataNode,name=DataNodeInfo`,
    )
  }
  for (const host of hostsWith(cluster, 'nodemanager')) {
    ask(`nodemanager ${host.name}`, `${webAddress(cluster, 'nodemanager', host)}/ws/v1/node/info`)
  }
  return `dir=$(mktemp -d)\ntrap 'rm -rf "$dir"' EXIT\n${asks.join('\n')}\nwait\ncat "$dir"/*\n`
}

interface LiveNode {
  readonly lastContact?: number
  readonly adminState?: string
}

interface YarnNode {
  readonly state?: string
  readonly nodeHostName?: string
}

/** Live DataNodes by host name, as the NameNode tells. */
export function liveDataNodes(cluster: Cluster, answers: Answers): Map<string, LiveNode> {
  const beans = (answers.get('namenode') as { beans?: { LiveNodes?: string }[] } | undefined)?.beans
  const live = JSON.parse(beans?.[0]?.LiveNodes ?? '{}') as Record<string, LiveNode>
  return new Map(
    Object.entries(live).map(([name, node]) => [hostOfAddress(cluster, name)?.name ?? name, node]),
  )
}

export function yarnNodes(cluster: Cluster, answers: Answers): Map<string, YarnNode> {
  const nodes = (answers.get('resourcemanager') as { nodes?: { node?: YarnNode[] } | null } | undefined)
    ?.nodes
  return new Map(
    (nodes?.node ?? []).map((node) => {
      const name = node.nodeHostName ?? ''
      return [hostOfAddress(cluster, name)?.name ?? name, node]
    }),
  )
}

const unit = (daemon: string): string => (daemon === 'datanode' ? 'hdfs-datanode' : 'yarn-nodemanager')

const lookAt = (host: string, daemon: string): string =>
  `on ${host}: systemctl status ${unit(daemon)}; journalctl -u ${unit(daemon)} -n 50`

function dataNode(cluster: Cluster, answers: Answers, host: Host): string {
  const next = lookAt(host.name, 'datanode')
  const node = liveDataNodes(cluster, answers).get(host.name)
  if (!answers.get(`datanode ${host.name}`))
    throw new CheckFailure(`the DataNode on ${host.name} does not answer`, next)
  if (!node) throw new CheckFailure(`the NameNode does not count ${host.name} among its live DataNodes`, next)
  const { lastContact = 0, adminState = '' } = node
  if (lastContact > SILENT_SECONDS) {
    throw new CheckFailure(`the NameNode has not heard of ${host.name} for ${lastContact} s`, next)
  }
  return `live, last heard of ${lastContact} s ago${adminState ? `, ${adminState}` : ''}`
}

function nodeManager(cluster: Cluster, answers: Answers, host: Host): string {
  const next = lookAt(host.name, 'nodemanager')
  const node = yarnNodes(cluster, answers).get(host.name)
  if (!answers.get(`nodemanager ${host.name}`)) {
    throw new CheckFailure(`the NodeManager on ${host.name} does not answer`, next)
  }
  if (node?.state !== 'RUNNING') {
    throw new CheckFailure(`the ResourceManager holds ${host.name} for ${node?.state ?? 'unknown'}`, next)
  }
  return 'running'
}

/** A TCP connection as seen from the gateway. */
async function listens(input: VerifyInput, gateway: string, daemon: Served, host: Host): Promise<string> {
  const port = portOf(input.cluster, daemon)
  const unitName = daemon === 'hiveserver2' ? 'hive-server2' : daemon
  try {
    const stream = await transportOf(input, gateway).connect(host.address, port)
    stream.destroy()
  } catch (error) {
    throw new CheckFailure(
      `${host.name}:${port} takes no connection from ${gateway}: ${error instanceof Error ? error.message : error}`,
      `on ${host.name}: systemctl status ${unitName}; journalctl -u ${unitName} -n 50`,
    )
  }
  return `takes connections at ${host.name}:${port}`
}

/** Every DataNode and NodeManager of the spec is a live member; the metastore and HiveServer2 take connections. */
export async function askMasters(input: VerifyInput, checks: Checks, gateway: string): Promise<void> {
  const { cluster } = input
  let answers: Answers = new Map()
  await checks.run('members', 'The masters and workers answer', async () => {
    const script = membershipScript(cluster)
    const result = await transportOf(input, gateway).run({
      script,
      timeoutMs: TIMEOUT_MS,
      ...signalOf(input),
    })
    answers = parseAnswers(result.stdout)
    for (const daemon of ['namenode', 'resourcemanager'] as const) {
      const host = hostsWith(cluster, daemon)[0]
      if (host && !answers.get(daemon)) {
        throw new CheckFailure(
          `the ${daemon} does not answer:\n${tail(result.stdout)}`,
          `on ${host.name}: howdah status`,
        )
      }
    }
    return `${answers.size} daemons answered`
  })
  const each = (daemon: Served, title: string, work: (host: Host) => Promise<string>, many = true) =>
    hostsWith(cluster, daemon).map((host) =>
      checks.run(many ? `${daemon} ${host.name}` : daemon, title, () => work(host), host.name),
    )
  await Promise.all([
    ...each('datanode', 'A live DataNode of the NameNode', async (host) => dataNode(cluster, answers, host)),
    ...each('nodemanager', 'A running node of YARN', async (host) => nodeManager(cluster, answers, host)),
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
