import { processOf, unitOf } from '../../catalog/index.ts'
import type { Daemon, Host } from '../../config/types.ts'
import type { Unit } from '../../engine/types.ts'
import { hdfsDirectoryRef } from '../hdfs/hdfs-directory.ts'
import { effectiveFiles, hadoopReady } from '../hdfs/software.ts'
import { daemonEnvironment } from '../hdfs/units.ts'
import {
  accountOf,
  answers,
  daemonUnit,
  dataPaths,
  HADOOP_STATE,
  hadoopFilesOf,
  hadoopPaths,
  has,
  javaEffective,
  logOf,
  portFor,
  unitRefs,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { HISTORY } from './mapred-site.ts'

const NAME = 'yarn'

interface YarnDaemon {
  readonly daemon: Daemon
  readonly description: string
  readonly program: 'yarn' | 'mapred'
  readonly subcommand: string
  readonly url: string
  readonly pattern: string
  readonly title: string
  readonly after: readonly string[]
  readonly more?: {
    readonly killMode?: 'process'
    readonly privateTmp?: boolean
    readonly umask?: string
    readonly oomScoreAdjust?: number
  }
}

function yarnUnit(unit: YarnDaemon, context: ComponentContext): Unit {
  const { cluster } = context
  const { current } = hadoopPaths(cluster)
  const { daemon, description, program, subcommand, url, pattern, title } = unit
  const [user, log] = [accountOf(daemon), logOf(cluster, daemon)]
  return daemonUnit({
    ...unit.more,
    name: unitOf(daemon),
    component: NAME,
    description,
    user,
    command: [`${current}/bin/${program}`, subcommand],
    environment: daemonEnvironment(context, daemon),
    workingDirectory: `${HADOOP_STATE}/${user}`,
    effective: [
      ...effectiveFiles(cluster, hadoopFilesOf(cluster, daemon)),
      ...javaEffective(cluster, 'hadoop'),
    ],
    ready: { title, script: answers(url, pattern), timeoutSeconds: processOf(daemon).readySeconds },
    logs: [log.file, `${log.dir}/hs_err_*.log`],
    after: [...hadoopReady(cluster), `directory:${HADOOP_STATE}/${user}`, ...unit.after],
  })
}

function resourceManager(context: ComponentContext): Unit {
  const port = portFor(context, 'yarn.resourcemanager.webapp.address')
  return yarnUnit(
    {
      daemon: 'resourcemanager',
      description: 'YARN ResourceManager',
      program: 'yarn',
      subcommand: 'resourcemanager',
      url: `http://127.0.0.1:${port}/ws/v1/cluster/info`,
      pattern: '"state" *: *"STARTED"',
      title: `is started, and answers on ${port}`,
      after: [`directory:${HADOOP_STATE}/yarn/rm-state`],
      more: { oomScoreAdjust: -400 },
    },
    context,
  )
}

function nodeManager(host: Host, context: ComponentContext): Unit {
  const port = portFor(context, 'yarn.nodemanager.webapp.address')
  const dirs = host.dataDirs.map(dataPaths)
  return yarnUnit(
    {
      daemon: 'nodemanager',
      description: 'YARN NodeManager',
      program: 'yarn',
      subcommand: 'nodemanager',
      url: `http://127.0.0.1:${port}/ws/v1/node/info`,
      pattern: '"nodeHealthy" *: *true',
      title: `is healthy, and answers on ${port}`,
      after: [
        ...unitRefs(context.cluster, 'resourcemanager'),
        `directory:${HADOOP_STATE}/yarn/nm-recovery`,
        `directory:${HADOOP_STATE}/yarn/tmp`,
        ...dirs.flatMap((dir) => [`directory:${dir.local}`, `directory:${dir.containerLogs}`]),
      ],
      // Containers survive a restart of their NodeManager, which then finds them again. So systemd must not end them,
      // and must not remove the /tmp that they use. Containers read files that others of the group wrote.
      more: { killMode: 'process', privateTmp: false, umask: '0022' },
    },
    context,
  )
}

function historyServer(context: ComponentContext): Unit {
  const port = portFor(context, 'mapreduce.jobhistory.webapp.address')
  return yarnUnit(
    {
      daemon: 'jobhistory',
      description: 'MapReduce JobHistory server',
      program: 'mapred',
      subcommand: 'historyserver',
      url: `http://127.0.0.1:${port}/ws/v1/history/info`,
      pattern: '"hadoopVersion"',
      title: `answers on ${port}`,
      after: [hdfsDirectoryRef(context, HISTORY.done), hdfsDirectoryRef(context, HISTORY.intermediate)],
    },
    context,
  )
}

/** The units of YARN and of the JobHistory server on a host. */
export function yarnUnits(host: Host, context: ComponentContext): Unit[] {
  return [
    ...(has(host, 'resourcemanager') ? [resourceManager(context)] : []),
    ...(has(host, 'nodemanager') ? [nodeManager(host, context)] : []),
    ...(has(host, 'jobhistory') ? [historyServer(context)] : []),
  ]
}
