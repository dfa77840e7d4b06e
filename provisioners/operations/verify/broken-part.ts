/** Finds the broken part of the cluster from the output of a tool. Pure; the first rule that matches wins. */

import { type Daemon, unitOf } from '../../catalog/index.ts'

export interface BrokenPart {
  /** The name of its check. */
  readonly name: string
  readonly cause: string
  readonly next: string
}

interface Rule extends BrokenPart {
  readonly pattern: RegExp
}

const statusCommand = (daemon: Daemon): string =>
  `on its host: systemctl status ${unitOf(daemon)}; journalctl -u ${unitOf(daemon)} -n 50`

const REPORT = 'hdfs dfsadmin -report (Hadoop 1: hadoop dfsadmin -report)'

const RULES: readonly Rule[] = [
  {
    pattern:
      /SessionHiveMetaStoreClient|Could not connect to meta ?store|MetaException.*(refused|timed out)/i,
    name: 'hive-metastore',
    cause: 'the Hive metastore does not answer',
    next: statusCommand('hive-metastore'),
  },
  {
    pattern: /Could not open client transport|jdbc:hive2:\/\/\S+.*(refused|No current connection)/i,
    name: 'hiveserver2',
    cause: 'HiveServer2 does not answer',
    next: statusCommand('hiveserver2'),
  },
  {
    pattern: /Name node is in safe mode|SafeModeException/,
    name: 'namenode',
    cause: 'the NameNode is in safe mode and accepts no writes',
    next: `on the master: hdfs dfsadmin -safemode get; ${REPORT}`,
  },
  {
    pattern:
      /could only be (replicated|written) to \d+|There are \d+ datanode\(s\) running and|named no DataNode/,
    name: 'datanode',
    cause: 'too few DataNodes accept writes',
    next: `on the master: ${REPORT}`,
  },
  {
    pattern: /:8032\b.*(refused|failed on connection)|Retrying connect to server: \S+:8032/,
    name: 'resourcemanager',
    cause: 'the ResourceManager does not answer',
    next: `on its host: systemctl status ${unitOf('resourcemanager')}`,
  },
  {
    pattern: /:8021\b.*(refused|failed on connection)|Retrying connect to server: \S+:8021/,
    name: 'jobtracker',
    cause: 'the JobTracker does not answer',
    next: `on its host: systemctl status ${unitOf('jobtracker')}`,
  },
  {
    pattern: /:10020\b.*(refused|failed on connection)|Retrying connect to server: \S+:10020/,
    name: 'jobhistory',
    cause: 'the JobHistory server does not answer',
    next: `on its host: systemctl status ${unitOf('jobhistory')}`,
  },
  {
    pattern: /auxService:mapreduce_shuffle does not exist|InvalidAuxServiceException/,
    name: 'nodemanager',
    cause: 'a NodeManager runs without the shuffle service',
    next: 'check yarn.nodemanager.aux-services in yarn-site.xml',
  },
  {
    pattern: /running beyond (physical|virtual) memory limits|exit code (is )?:? ?143|exitCode=143/i,
    name: 'nodemanager',
    cause: 'a container was killed for its memory',
    next: 'howdah explain mapred-site.mapreduce.map.memory.mb; raise mapreduce.map.memory.mb or the host’s memory',
  },
  {
    pattern: /(Access denied for user|command denied to user) '([^'@]+)'/,
    name: 'grant',
    cause: 'the database server refuses an account',
    next: 'howdah plan, then howdah bootstrap: it sets the users and their grants again',
  },
  {
    pattern: /insecure transport are prohibited/,
    name: 'database',
    cause: 'a database server accepts no connection without TLS',
    next: 'write `tls: required` below external in cluster.yml',
  },
  {
    pattern: /Communications link failure|SQLNonTransientConnectionException|Socket fail to connect/,
    name: 'database',
    cause: 'a worker or the gateway cannot reach a database server',
    next: 'on a worker: curl -sv telnet://HOST:3306; check bind-address and firewalls of the server',
  },
  {
    pattern: /No space left on device|DiskOutOfSpace|local-dirs are bad/,
    name: 'disk',
    cause: 'a disk is full',
    next: 'on each host: df -h',
  },
]

/** The broken part that an output points to; undefined when no rule matches. */
export function brokenPart(output: string): BrokenPart | undefined {
  for (const { pattern, name, cause, next } of RULES) {
    const match = pattern.exec(output)
    if (match) return { name: name === 'grant' ? `grant ${match[2]}` : name, cause, next }
  }
  return undefined
}
