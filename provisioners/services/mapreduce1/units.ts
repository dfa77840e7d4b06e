import { processOf, unitOf } from '../../catalog/index.ts'
import type { Host } from '../../config/types.ts'
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
  jmxUrl,
  logOf,
  portFor,
  primaryHost,
  unitRefs,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import { SYSTEM_DIR } from './mapred-site.ts'

const NAME = 'mapreduce1'

const TRACKER_BEAN = 'Hadoop:service=JobTracker,name=JobTrackerInfo'

/** URL of the bean with the JobTracker's state and its live TaskTrackers. */
export const jobTrackerUrl = (context: ComponentContext, host = '127.0.0.1'): string =>
  jmxUrl(portFor(context, 'mapred.job.tracker.http.address'), TRACKER_BEAN).replace('127.0.0.1', host)

interface Daemon1 {
  readonly daemon: 'jobtracker' | 'tasktracker'
  readonly description: string
  readonly ready: Omit<Unit['ready'], 'timeoutSeconds'>
  readonly after: readonly string[]
  readonly oomScoreAdjust?: number
  readonly privateTmp?: boolean
  readonly umask?: string
}

function unit({ daemon, ready, after, ...rest }: Daemon1, context: ComponentContext): Unit {
  const { cluster } = context
  const { current } = hadoopPaths(cluster)
  const log = logOf(cluster, daemon)
  return daemonUnit({
    ...rest,
    name: unitOf(daemon),
    component: NAME,
    user: accountOf(daemon),
    command: [`${current}/bin/hadoop`, daemon],
    environment: daemonEnvironment(context, daemon),
    workingDirectory: `${HADOOP_STATE}/mapred`,
    effective: [
      ...effectiveFiles(cluster, hadoopFilesOf(cluster, daemon)),
      ...javaEffective(cluster, 'hadoop'),
    ],
    ready: { ...ready, timeoutSeconds: processOf(daemon).readySeconds },
    logs: [log.file, `${log.dir}/hs_err_*.log`],
    after: [...hadoopReady(cluster), `directory:${HADOOP_STATE}/mapred`, ...after],
  })
}

function jobTracker(context: ComponentContext): Unit {
  const http = portFor(context, 'mapred.job.tracker.http.address')
  const rpc = portFor(context, 'mapred.job.tracker')
  return unit(
    {
      daemon: 'jobtracker',
      description: 'MapReduce JobTracker',
      // Its page answers before it accepts jobs. It listens for jobs only when it has its directory in HDFS.
      ready: {
        title: `takes jobs on ${rpc}, and answers on ${http}`,
        script: `ss -ltnH 'sport = :${rpc}' | grep -q . && ${answers(jobTrackerUrl(context), 'SummaryJson')}`,
      },
      oomScoreAdjust: -400,
      after: [hdfsDirectoryRef(context, SYSTEM_DIR.path), hdfsDirectoryRef(context, '/user')],
    },
    context,
  )
}

function taskTracker(host: Host, context: ComponentContext): Unit {
  const main = primaryHost(context.cluster, 'jobtracker').name
  const port = portFor(context, 'mapred.task.tracker.http.address')
  return unit(
    {
      daemon: 'tasktracker',
      description: 'MapReduce TaskTracker',
      ready: {
        title: `is known to the JobTracker on ${main}, and answers on ${port}`,
        script: `${answers(jmxUrl(port, 'Hadoop:service=TaskTracker,name=TaskTrackerInfo'), 'TaskTrackerInfo')} && ${answers(jobTrackerUrl(context, main), aliveNode(host.name))}`,
      },
      // Tasks write files to /tmp that other tasks of the same job read.
      privateTmp: false,
      umask: '0022',
      after: [
        ...unitRefs(context.cluster, 'jobtracker'),
        ...host.dataDirs.map((dir) => `directory:${dataPaths(dir).mapredLocal}`),
      ],
    },
    context,
  )
}

/** Extended regular expression of a TaskTracker in the JobTracker's list of live ones (JSON in JSON). */
export const aliveNode = (name: string): string =>
  `AliveNodesInfoJson.*\\\\"hostname\\\\":\\\\"${name.replaceAll('.', '[.]')}\\\\"`

/** The units of MapReduce 1 on a host. */
export const mapreduce1Units = (host: Host, context: ComponentContext): Unit[] => [
  ...(has(host, 'jobtracker') ? [jobTracker(context)] : []),
  ...(has(host, 'tasktracker') ? [taskTracker(host, context)] : []),
]
