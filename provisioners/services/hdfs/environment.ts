import { render } from '../../../hadoop-templates/index.ts'
import { SOFTWARE } from '../../catalog/index.ts'
import type { Daemon, Generation, Host } from '../../config/types.ts'
import {
  addOpens,
  daemonFlags,
  hadoopPaths,
  has,
  heapOf,
  javaHome,
  javaUsersOn,
  logOf,
  majorOf,
} from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

interface DaemonEnvironment {
  readonly daemon: Daemon
  /** The variable that Apache's launchers read, per generation; absent: the generation has no such daemon. */
  readonly variables: Readonly<Partial<Record<Generation, string>>>
  readonly extra?: readonly string[]
}

const DAEMONS: readonly DaemonEnvironment[] = [
  {
    daemon: 'namenode',
    variables: {
      hadoop1: 'HADOOP_NAMENODE_OPTS',
      hadoop2: 'HADOOP_NAMENODE_OPTS',
      hadoop3: 'HDFS_NAMENODE_OPTS',
    },
    extra: ['-Dhdfs.audit.logger=INFO,AUDIT'],
  },
  {
    daemon: 'secondarynamenode',
    variables: {
      hadoop1: 'HADOOP_SECONDARYNAMENODE_OPTS',
      hadoop2: 'HADOOP_SECONDARYNAMENODE_OPTS',
      hadoop3: 'HDFS_SECONDARYNAMENODE_OPTS',
    },
  },
  {
    daemon: 'datanode',
    variables: {
      hadoop1: 'HADOOP_DATANODE_OPTS',
      hadoop2: 'HADOOP_DATANODE_OPTS',
      hadoop3: 'HDFS_DATANODE_OPTS',
    },
  },
  {
    daemon: 'resourcemanager',
    variables: { hadoop2: 'YARN_RESOURCEMANAGER_OPTS', hadoop3: 'YARN_RESOURCEMANAGER_OPTS' },
  },
  {
    daemon: 'nodemanager',
    variables: { hadoop2: 'YARN_NODEMANAGER_OPTS', hadoop3: 'YARN_NODEMANAGER_OPTS' },
    // The recovery store loads a native library from here; /tmp may be mounted noexec.
    extra: ['-Djava.io.tmpdir=/var/lib/hadoop/yarn/tmp'],
  },
  {
    daemon: 'jobhistory',
    variables: { hadoop2: 'HADOOP_JOB_HISTORYSERVER_OPTS', hadoop3: 'MAPRED_HISTORYSERVER_OPTS' },
  },
  { daemon: 'jobtracker', variables: { hadoop1: 'HADOOP_JOBTRACKER_OPTS' } },
  { daemon: 'tasktracker', variables: { hadoop1: 'HADOOP_TASKTRACKER_OPTS' } },
]

/** Heap of commands where sizing gives none: enough for the client of a job and for listing large directories. */
const CLIENT_HEAP_MB = 256

/** JVM flags of the daemons of a host, by the variable that the launchers read. */
function daemonOptions(host: Host, context: ComponentContext) {
  const { cluster } = context
  const major = cluster.java.use.hadoop
  return DAEMONS.filter(({ daemon }) => has(host, daemon)).flatMap(({ daemon, variables, extra = [] }) => {
    const variable = variables[cluster.generation]
    if (variable === undefined) return []
    const flags = daemonFlags({
      major,
      heapMb: heapOf(context, host, daemon),
      logDir: logOf(cluster, daemon).dir,
    })
    return [{ variable, options: [...flags, ...extra].join(' ') }]
  })
}

/** hadoop-env.sh of one host: JAVA_HOME, and the JVM flags of only the daemons that it runs. */
export function hadoopEnv(host: Host, context: ComponentContext): string {
  const { cluster, sizing } = context
  const paths = hadoopPaths(cluster)
  const major = cluster.java.use.hadoop
  // Hive and Sqoop call Hadoop's commands with their own JDK, and those commands read this file.
  const readers = javaUsersOn(cluster, host).filter(
    (name) => name === 'hadoop' || SOFTWARE[name].needs.length > 0,
  )
  const newest = Math.max(...readers.map((user) => majorOf(cluster, user)), major)
  return render(`${cluster.generation}/hadoop-env.sh`, {
    javaHome: javaHome(cluster, 'hadoop'),
    home: paths.current,
    confDir: paths.conf,
    logDir: paths.logs,
    clientHeapMb: sizing[host.name]?.heaps.client?.mb ?? CLIENT_HEAP_MB,
    opens: newest >= 9 ? addOpens(major >= 9 ? major : 17).join(' ') : '',
    daemons: daemonOptions(host, context),
  })
}
