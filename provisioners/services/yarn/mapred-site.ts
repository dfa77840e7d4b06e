import { APPLICATION_MASTERS } from '../../catalog/index.ts'
import { taskClassPath } from '../repairs/index.ts'
import { hadoopPaths, jobJvmProperties, type Properties, portFor, primaryHost } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

/** The directories in HDFS where the JobHistory server finds finished jobs, and where it keeps them. */
export const HISTORY = {
  root: '/mr-history',
  intermediate: '/mr-history/tmp',
  done: '/mr-history/done',
} as const

const AM_PORTS = `${APPLICATION_MASTERS.from}-${APPLICATION_MASTERS.to}`

/** mapred-site.xml, the same on every host. */
export function mapredSite(context: ComponentContext): Properties {
  const { cluster } = context
  const history = primaryHost(cluster, 'jobhistory').name
  const share = `${hadoopPaths(cluster).current}/share/hadoop/mapreduce`
  return {
    'mapreduce.framework.name': 'yarn',
    'mapreduce.jobhistory.address': `${history}:${portFor(context, 'mapreduce.jobhistory.address')}`,
    'mapreduce.jobhistory.webapp.address': `${history}:${portFor(context, 'mapreduce.jobhistory.webapp.address')}`,
    'mapreduce.jobhistory.admin.address': `${history}:${portFor(context, 'mapreduce.jobhistory.admin.address')}`,
    'mapreduce.jobhistory.bind-host': '0.0.0.0',
    'mapreduce.jobhistory.intermediate-done-dir': HISTORY.intermediate,
    'mapreduce.jobhistory.done-dir': HISTORY.done,
    // The job files of users are in their homes, where nobody else can write.
    'yarn.app.mapreduce.am.staging-dir': '/user',
    'yarn.app.mapreduce.am.job.client.port-range': AM_PORTS,
    'yarn.app.mapreduce.am.webapp.port-range': AM_PORTS,
    'mapreduce.application.classpath': [`${share}/*`, `${share}/lib/*`, ...taskClassPath(cluster)].join(','),
    'mapreduce.shuffle.port': String(portFor(context, 'mapreduce.shuffle.port')),
    // On a small cluster, reducers that wait for maps would hold the memory that the maps wait for.
    'mapreduce.job.reduce.slowstart.completedmaps': '0.80',
    ...jobJvmProperties(cluster, 'hadoop'),
  }
}
