import type { Host } from '../../config/types.ts'
import { sh } from '../../shell.ts'
import { ask, generationOf, hostsWith, isMapReduce1, jmxUrl, journalOf, portFor } from '../support/index.ts'
import type { ComponentContext, HealthCheck } from '../types.ts'
import { dataNodeRegistered, secondaryAnswer, secondaryUrl } from './units.ts'

/** Shell that stores the daemon's answer in $answer, or reports that there is none and fails. */
export const answerOf = (daemon: string, url: string): string =>
  sh`answer=$(${ask(url)} 2>&1) || { echo ${`the ${daemon} does not answer:`} "$answer"; exit 1; }`

/** Shell function: the value of a JSON field in $answer, without quotes. */
export const JSON_FIELD = `field() { printf '%s\\n' "$answer" | sed -n "s/.*\\"$1\\" *: *\\"\\{0,1\\}\\([^\\",}]*\\).*/\\1/p" | head -n 1; }`

/** Shell that sets $missing, the number of missing blocks, and $live, that of DataNodes; $answer holds NameNodeInfo. */
function countNodes({ cluster }: ComponentContext, port: number): string[] {
  const bean = (name: string) => answerOf('NameNode', jmxUrl(port, `Hadoop:service=NameNode,name=${name}`))
  if (isMapReduce1(cluster)) {
    // Hadoop 1 has no count of its DataNodes, but each of them has one lastContact in the list of live nodes.
    return [
      `live=$(printf '%s\\n' "$answer" | grep '"LiveNodes"' | grep -o lastContact | wc -l)`,
      bean('FSNamesystemMetrics'),
      'missing=$(field MissingBlocks)',
    ]
  }
  return [
    bean('FSNamesystem'),
    'missing=$(field MissingBlocks)',
    bean('FSNamesystemState'),
    'live=$(field NumLiveDataNodes)',
  ]
}

function nameNodeCheck(host: Host, context: ComponentContext): HealthCheck {
  const port = portFor(context, 'dfs.namenode.http-address')
  const expected = hostsWith(context.cluster, 'datanode').length
  return {
    name: 'namenode',
    host: host.name,
    title: `the NameNode is out of safe mode and sees ${expected} DataNodes`,
    script: [
      JSON_FIELD,
      answerOf('NameNode', jmxUrl(port, 'Hadoop:service=NameNode,name=NameNodeInfo')),
      `safe=$(printf '%s\\n' "$answer" | sed -n 's/.*"Safemode" *: *"\\(.*\\)".*/\\1/p' | head -n 1)`,
      'if [ -n "$safe" ]; then echo "in safe mode: $safe"; exit 1; fi',
      ...countNodes(context, port),
      `if [ "$live" != ${expected} ]; then echo "\${live:-no} of ${expected} DataNodes are live"; exit 1; fi`,
      'if [ "$missing" != 0 ]; then echo "$missing blocks are missing"; exit 1; fi',
      `echo "$live of ${expected} DataNodes live, no block missing"`,
    ].join('\n'),
    next: `on ${host.name}: ${journalOf('namenode')}; ${generationOf(context.cluster).hdfs} dfsadmin -report`,
  }
}

function dataNodeCheck(host: Host, context: ComponentContext): HealthCheck {
  const port = portFor(context, 'dfs.datanode.http.address')
  return {
    name: `datanode ${host.name}`,
    host: host.name,
    title: `the DataNode on ${host.name} is registered`,
    script: [
      answerOf('DataNode', jmxUrl(port, 'Hadoop:service=DataNode,name=DataNodeInfo')),
      `if ${dataNodeRegistered(host, context)}; then echo registered; else echo "not registered: $answer"; exit 1; fi`,
    ].join('\n'),
    next: `on ${host.name}: ${journalOf('datanode')}`,
  }
}

function secondaryCheck(host: Host, context: ComponentContext): HealthCheck {
  const url = secondaryUrl(host.name, portFor(context, 'dfs.namenode.secondary.http-address'))
  return {
    name: 'secondarynamenode',
    host: host.name,
    title: 'the SecondaryNameNode answers',
    script: [
      answerOf('SecondaryNameNode', url),
      `case $answer in *${secondaryAnswer(context)}*) echo up ;; *) echo "no SecondaryNameNode: $answer"; exit 1 ;; esac`,
    ].join('\n'),
    next: `on ${host.name}: ${journalOf('secondarynamenode')}`,
  }
}

/** The health checks of HDFS. */
export function hdfsHealthChecks(context: ComponentContext): HealthCheck[] {
  const { cluster } = context
  return [
    ...hostsWith(cluster, 'namenode').map((host) => nameNodeCheck(host, context)),
    ...hostsWith(cluster, 'secondarynamenode').map((host) => secondaryCheck(host, context)),
    ...hostsWith(cluster, 'datanode').map((host) => dataNodeCheck(host, context)),
  ]
}
