import { processOf, unitOf } from '../../catalog/index.ts'
import type { Daemon, Host } from '../../config/types.ts'
import type { Unit } from '../../engine/types.ts'
import {
  accountOf,
  answers,
  daemonUnit,
  dataPaths,
  generationOf,
  hadoopFilesOf,
  hadoopPaths,
  has,
  isMapReduce1,
  javaEffective,
  jmxUrl,
  logOf,
  portFor,
  primaryHost,
  unitRefs,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { effectiveFiles, hadoopReady } from './software.ts'

const NAME = 'hdfs'

/** The environment of Hadoop's daemons. Without it, the launchers would log to the console. */
export const daemonEnvironment = (
  { cluster }: ComponentContext,
  daemon: Daemon,
): Readonly<Record<string, string>> => {
  const { conf, current } = hadoopPaths(cluster)
  const [unit, user, logDir] = [unitOf(daemon), accountOf(daemon), logOf(cluster, daemon).dir]
  const common = {
    HADOOP_CONF_DIR: conf,
    HADOOP_LOG_DIR: logDir,
    HADOOP_LOGFILE: `${unit}.log`,
    HADOOP_PID_DIR: `/run/${unit}`,
    HADOOP_ROOT_LOGGER: 'INFO,RFA',
  }
  if (cluster.generation === 'hadoop1') return common
  if (cluster.generation === 'hadoop3') return { HADOOP_HOME: current, ...common }
  // In Hadoop 2 the launchers of YARN and of the JobHistory server read variables with other names.
  const own = { LOG_DIR: logDir, LOGFILE: `${unit}.log`, ROOT_LOGGER: 'INFO,RFA' }
  const named = (prefix: string) => Object.entries(own).map(([name, value]) => [`${prefix}_${name}`, value])
  const mine = user === 'yarn' ? named('YARN') : user === 'mapred' ? named('HADOOP_MAPRED') : []
  return { HADOOP_HOME: current, HADOOP_PREFIX: current, ...common, ...Object.fromEntries(mine) }
}

interface HdfsDaemon {
  readonly daemon: Daemon
  readonly description: string
  readonly subcommand: string
  /** Files that it reads besides its files of properties. */
  readonly effective?: readonly string[]
  readonly ready: Omit<Unit['ready'], 'timeoutSeconds'>
  readonly after: readonly string[]
  readonly oomScoreAdjust?: number
  readonly stopSeconds?: number
  readonly holds?: string
}

function hdfsUnit(unit: HdfsDaemon, context: ComponentContext): Unit {
  const { cluster } = context
  const { current } = hadoopPaths(cluster)
  const { daemon, subcommand, effective = [], ready, after, holds, ...rest } = unit
  const log = logOf(cluster, daemon)
  const base = daemonUnit({
    ...rest,
    name: unitOf(daemon),
    component: NAME,
    user: accountOf(daemon),
    command: [`${current}/bin/${generationOf(cluster).hdfs}`, subcommand],
    environment: daemonEnvironment(context, daemon),
    workingDirectory: '/var/lib/hadoop/hdfs',
    effective: [
      ...effectiveFiles(cluster, [...hadoopFilesOf(cluster, daemon), ...effective]),
      ...javaEffective(cluster, 'hadoop'),
    ],
    ready: { ...ready, timeoutSeconds: processOf(daemon).readySeconds },
    logs: [log.file, `${log.dir}/hs_err_*.log`],
    after: [...hadoopReady(cluster), 'directory:/var/lib/hadoop/hdfs', ...after],
  })
  return holds === undefined ? base : { ...base, holds }
}

function nameNode(context: ComponentContext): Unit {
  const { cluster } = context
  const rpc = portFor(context, 'dfs.namenode.rpc-address')
  const http = portFor(context, 'dfs.namenode.http-address')
  return hdfsUnit(
    {
      daemon: 'namenode',
      description: 'HDFS NameNode',
      subcommand: 'namenode',
      effective: cluster.hosts.some((host) => host.rack !== '/default-rack')
        ? [`topology.sh`, `topology.table`]
        : [],
      // The NameNode answers this through its own RPC, so it shows that both ports serve, also in safe mode.
      ready: {
        title: `answers on ${rpc} and ${http}`,
        script: answers(
          `http://127.0.0.1:${http}/webhdfs/v1/?op=GETFILESTATUS&user.name=hdfs`,
          '"FileStatus"',
        ),
      },
      oomScoreAdjust: -500,
      // An orderly stop writes the last edits; after a kill they must be replayed.
      stopSeconds: 180,
      after: ['action:hdfs-format', ...cluster.directories.nameDirs.map((dir) => `directory:${dir}`)],
      holds: 'it has the metadata of HDFS; give this host its role again, or move the metadata first',
    },
    context,
  )
}

/**
 * Shell that succeeds when the DataNode is registered with its NameNode. Before Hadoop 3 a DataNode does not report
 * this, so the NameNode is asked. A restarted DataNode counts only after a new heartbeat.
 */
export function dataNodeRegistered(host: Host, context: ComponentContext): string {
  const own = jmxUrl(
    portFor(context, 'dfs.datanode.http.address'),
    'Hadoop:service=DataNode,name=DataNodeInfo',
  )
  if (context.cluster.generation === 'hadoop3') return answers(own, 'ActorState[^,}]*RUNNING')
  const main = primaryHost(context.cluster, 'namenode').name
  const port = portFor(context, 'dfs.namenode.http-address')
  const nodes = jmxUrl(port, 'Hadoop:service=NameNode,name=NameNodeInfo').replace('127.0.0.1', main)
  const name = host.name.replaceAll('.', '[.]')
  const heard = `\\\\"${name}(:[0-9]+)?\\\\":\\{[^}]*\\\\"lastContact\\\\":[0-3][,}]`
  return `${answers(own, 'DataNodeInfo')} && ${answers(nodes, heard)}`
}

function dataNode(host: Host, context: ComponentContext): Unit {
  const main = primaryHost(context.cluster, 'namenode').name
  return hdfsUnit(
    {
      daemon: 'datanode',
      description: 'HDFS DataNode',
      subcommand: 'datanode',
      ready: {
        title: `is registered with the NameNode on ${main}`,
        script: dataNodeRegistered(host, context),
      },
      oomScoreAdjust: -300,
      after: [
        ...unitRefs(context.cluster, 'namenode'),
        'fact:dfs-data',
        ...host.dataDirs.map((dir) => `directory:${dataPaths(dir).hdfs}`),
      ],
      holds: 'it has blocks of HDFS; decommission it first, or give this host its role again',
    },
    context,
  )
}

function secondaryNameNode(host: Host, context: ComponentContext): Unit {
  const port = portFor(context, 'dfs.namenode.secondary.http-address')
  const { cluster } = context
  return hdfsUnit(
    {
      daemon: 'secondarynamenode',
      description: 'HDFS SecondaryNameNode',
      subcommand: 'secondarynamenode',
      ready: {
        title: `answers on ${port}`,
        script: answers(secondaryUrl(host.name, port), secondaryAnswer(context)),
      },
      after: [...unitRefs(cluster, 'namenode'), `directory:${cluster.directories.checkpointDir}`],
    },
    context,
  )
}

/** The bean that its page shows. In Hadoop 1 it has no bean of its own, so this is one of the JVM. */
export const secondaryAnswer = ({ cluster }: ComponentContext): string =>
  isMapReduce1(cluster) ? 'java.lang:type=Runtime' : 'SecondaryNameNodeInfo'

/** It binds only the address of its name, so it is asked by that name. */
export const secondaryUrl = (host: string, port: number): string => `http://${host}:${port}/jmx`

/** The units of HDFS on a host. */
export function hdfsUnits(host: Host, context: ComponentContext): Unit[] {
  return [
    ...(has(host, 'namenode') ? [nameNode(context)] : []),
    ...(has(host, 'secondarynamenode') ? [secondaryNameNode(host, context)] : []),
    ...(has(host, 'datanode') ? [dataNode(host, context)] : []),
  ]
}
