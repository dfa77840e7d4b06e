import { render } from '../../../hadoop-templates/index.ts'
import type { Daemon, Host } from '../../spec/types.ts'
import { addOpens, daemonFlags, hadoopPaths, has, heapOf, javaHome, javaUsersOn } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'

interface DaemonEnvironment {
  readonly daemon: Daemon
  /** As Apache's launchers read it: <COMMAND>_<SUBCOMMAND>_OPTS. */
  readonly variable: string
  readonly user: 'hdfs' | 'yarn' | 'mapred'
  readonly extra?: readonly string[]
}

const DAEMONS: readonly DaemonEnvironment[] = [
  {
    daemon: 'namenode',
    variable: 'HDFS_NAMENODE_OPTS',
    user: 'hdfs',
    extra: ['-Dhdfs.audit.logger=INFO,AUDIT'],
  },
  { daemon: 'secondarynamenode', variable: 'HDFS_SECONDARYNAMENODE_OPTS', user: 'hdfs' },
  { daemon: 'datanode', variable: 'HDFS_DATANODE_OPTS', user: 'hdfs' },
  { daemon: 'resourcemanager', variable: 'YARN_RESOURCEMANAGER_OPTS', user: 'yarn' },
  {
    daemon: 'nodemanager',
    variable: 'YARN_NODEMANAGER_OPTS',
    user: 'yarn',
    // The recovery store loads a native library from here; /tmp may be mounted noexec.
    extra: ['-Djava.io.tmpdir=/var/lib/hadoop/yarn/tmp'],
  },
  { daemon: 'jobhistory', variable: 'MAPRED_HISTORYSERVER_OPTS', user: 'mapred' },
]

/** Heap of commands where sizing names none: enough for a job's client and for listing large directories. */
const CLIENT_HEAP_MB = 256

/** hadoop-env.sh of one host: JAVA_HOME, and the JVM flags of just the daemons that it runs. */
export function hadoopEnv(host: Host, context: ComponentContext): string {
  const { cluster, sizing } = context
  const paths = hadoopPaths(cluster)
  const major = cluster.java.use.hadoop
  const newest = Math.max(...javaUsersOn(cluster, host).map((user) => cluster.java.use[user]), major)
  return render('hadoop3/hadoop-env.sh', {
    javaHome: javaHome(cluster, 'hadoop'),
    home: paths.current,
    confDir: paths.conf,
    logDir: paths.logs,
    clientHeapMb: sizing[host.name]?.heaps.client?.mb ?? CLIENT_HEAP_MB,
    opens: newest >= 9 ? addOpens(major >= 9 ? major : 17).join(' ') : '',
    daemons: DAEMONS.filter(({ daemon }) => has(host, daemon)).map(
      ({ daemon, variable, user, extra = [] }) => ({
        variable,
        options: [
          ...daemonFlags({ major, heapMb: heapOf(context, host, daemon), logDir: `${paths.logs}/${user}` }),
          ...extra,
        ].join(' '),
      }),
    ),
  })
}
