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

/** The JobTracker's directory in HDFS for files that its jobs share. */
export const SYSTEM_DIR = { root: '/mapred', path: '/mapred/system' } as const

/** How many finished jobs the JobTracker keeps in memory, and for how many milliseconds: a day. */
const JOBS_KEPT = 100
const JOBS_KEPT_MS = 24 * 3600 * 1000

/** mapred-site.xml of Hadoop 1. Only the host's name, disks and slots differ between hosts. */
export function mapredSiteOfHadoop1(host: Host, context: ComponentContext): Properties {
  const { cluster } = context
  const { conf } = hadoopPaths(cluster)
  return {
    'mapred.job.tracker': `${primaryHost(cluster, 'jobtracker').name}:${portFor(context, 'mapred.job.tracker')}`,
    'mapred.job.tracker.http.address': `0.0.0.0:${portFor(context, 'mapred.job.tracker.http.address')}`,
    'mapred.task.tracker.http.address': `0.0.0.0:${portFor(context, 'mapred.task.tracker.http.address')}`,
    // The name that the JobTracker compares with the locations of blocks to find a near node.
    'slave.host.name': host.name,
    ...(host.dataDirs.length > 0
      ? { 'mapred.local.dir': host.dataDirs.map((dir) => dataPaths(dir).mapredLocal).join(',') }
      : {}),
    'mapred.system.dir': SYSTEM_DIR.path,
    // The job files of users are in their homes, where nobody else can write.
    'mapreduce.jobtracker.staging.root.dir': '/user',
    'mapred.hosts': `${conf}/mapred.hosts`,
    'mapred.hosts.exclude': `${conf}/mapred.hosts.exclude`,
    // Jobs that run when the JobTracker restarts are started again, and not lost.
    'mapred.jobtracker.restart.recover': 'true',
    'mapred.jobtracker.completeuserjobs.maximum': String(JOBS_KEPT),
    'mapred.jobtracker.retirejob.interval': String(JOBS_KEPT_MS),
    // On a small cluster, reducers that wait for maps would hold slots that other jobs wait for.
    'mapred.reduce.slowstart.completed.maps': '0.80',
    ...jobJvmProperties(cluster, 'hadoop'),
  }
}
