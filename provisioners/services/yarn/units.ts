import type { Host } from '../../config/types.ts'
import type { Unit } from '../../engine/types.ts'
import { hdfsDirectoryRef } from '../hdfs/hdfs-directory.ts'
import { effectiveFiles, hadoopReady } from '../hdfs/software.ts'
import { daemonEnvironment } from '../hdfs/units.ts'
import {
  answers,
  daemonUnit,
  dataPaths,
  HADOOP_STATE,
  hadoopPaths,
  has,
  hostOf,
  javaEffective,
  portFor,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { HISTORY } from './mapred-site.ts'

const NAME = 'yarn'

interface YarnDaemon {
  readonly unit: string
  readonly description: string
  readonly program: 'yarn' | 'mapred'
  readonly subcommand: string
  readonly user: 'yarn' | 'mapred'
  readonly effective: readonly string[]
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

function yarnUnit(daemon: YarnDaemon, context: ComponentContext): Unit {
  const { cluster } = context
  const { current, logs } = hadoopPaths(cluster)
  const { unit, description, program, subcommand, user, url, pattern, title } = daemon
  return daemonUnit({
    ...daemon.more,
    name: unit,
    component: NAME,
    description,
    user,
    command: [`${current}/bin/${program}`, subcommand],
    environment: daemonEnvironment(context, unit, user),
    workingDirectory: `${HADOOP_STATE}/${user}`,
    effective: [
      ...effectiveFiles(cluster, ['core-site.xml', 'yarn-site.xml', ...daemon.effective]),
      ...javaEffective(cluster, 'hadoop'),
    ],
    ready: { title, script: answers(url, pattern), timeoutSeconds: 180 },
    logs: [`${logs}/${user}/${unit}.log`, `${logs}/${user}/hs_err_*.log`],
    after: [...hadoopReady(cluster), `directory:${HADOOP_STATE}/${user}`, ...daemon.after],
  })
}

function resourceManager(context: ComponentContext): Unit {
  const port = portFor(context, 'yarn.resourcemanager.webapp.address')
  return yarnUnit(
    {
      unit: 'yarn-resourcemanager',
      description: 'YARN ResourceManager',
      program: 'yarn',
      subcommand: 'resourcemanager',
      user: 'yarn',
      effective: ['capacity-scheduler.xml'],
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
      unit: 'yarn-nodemanager',
      description: 'YARN NodeManager',
      program: 'yarn',
      subcommand: 'nodemanager',
      user: 'yarn',
      effective: ['hdfs-site.xml', 'mapred-site.xml'],
      url: `http://127.0.0.1:${port}/ws/v1/node/info`,
      pattern: '"nodeHealthy" *: *true',
      title: `is healthy, and answers on ${port}`,
      after: [
        `${hostOf(context.cluster, 'resourcemanager').name}!unit:yarn-resourcemanager`,
        `directory:${HADOOP_STATE}/yarn/nm-recovery`,
        `directory:${HADOOP_STATE}/yarn/tmp`,
        ...dirs.flatMap((dir) => [`directory:${dir.local}`, `directory:${dir.containerLogs}`]),
      ],
      // Containers outlive a restart of their NodeManager, which then finds them again: so systemd must not end
      // them, nor take away the /tmp that they use. Containers read what others of the group wrote.
      more: { killMode: 'process', privateTmp: false, umask: '0022' },
    },
    context,
  )
}

function historyServer(context: ComponentContext): Unit {
  const port = portFor(context, 'mapreduce.jobhistory.webapp.address')
  return yarnUnit(
    {
      unit: 'mapred-historyserver',
      description: 'MapReduce JobHistory server',
      program: 'mapred',
      subcommand: 'historyserver',
      user: 'mapred',
      effective: ['hdfs-site.xml', 'mapred-site.xml'],
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
