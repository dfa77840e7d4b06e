import type { Host } from '../../config/types.ts'
import {
  dataPaths,
  hadoopPaths,
  jobJvmProperties,
  type Properties,
  portFor,
  primaryHost,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

/** Where the JobTracker keeps what its jobs share, in HDFS. */
export const SYSTEM_DIR = { root: '/mapred', path: '/mapred/system' } as const

/** Finished jobs that the JobTracker holds in memory, and for how long in milliseconds: a day. */
const JOBS_KEPT = 100
const JOBS_KEPT_MS = 24 * 3600 * 1000

/** mapred-site.xml of Hadoop 1: the same everywhere but for the host's own name, disks and slots. */
export function mapredSiteOfHadoop1(host: Host, context: ComponentContext): Properties {
  const { cluster } = context
  const { conf } = hadoopPaths(cluster)
  return {
    'mapred.job.tracker': `${primaryHost(cluster, 'jobtracker').name}:${portFor(context, 'mapred.job.tracker')}`,
    'mapred.job.tracker.http.address': `0.0.0.0:${portFor(context, 'mapred.job.tracker.http.address')}`,
    'mapred.task.tracker.http.address': `0.0.0.0:${portFor(context, 'mapred.task.tracker.http.address')}`,
    // The name that the JobTracker compares with a block's when it looks for a near node.
    'slave.host.name': host.name,
    ...(host.dataDirs.length > 0
      ? { 'mapred.local.dir': host.dataDirs.map((dir) => dataPaths(dir).mapredLocal).join(',') }
      : {}),
    'mapred.system.dir': SYSTEM_DIR.path,
    // Each person's job files lie in their own home, which no one else can write.
    'mapreduce.jobtracker.staging.root.dir': '/user',
    'mapred.hosts': `${conf}/mapred.hosts`,
    'mapred.hosts.exclude': `${conf}/mapred.hosts.exclude`,
    // Jobs that ran when the JobTracker was restarted are begun anew, and not lost.
    'mapred.jobtracker.restart.recover': 'true',
    'mapred.jobtracker.completeuserjobs.maximum': String(JOBS_KEPT),
    'mapred.jobtracker.retirejob.interval': String(JOBS_KEPT_MS),
    // On a small cluster reducers that wait for maps hold the very slots that other jobs wait for.
    'mapred.reduce.slowstart.completed.maps': '0.80',
    ...jobJvmProperties(cluster, 'hadoop'),
  }
}
