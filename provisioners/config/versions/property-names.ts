import type { Generation } from '../types.ts'

/** Property names, as data: the renamed ones, and those that Howdah derives from other fields. */

/** Hadoop 1.x name → the name since 2.x. Source: Hadoop's DeprecatedProperties. */
export const RENAMED: Readonly<Partial<Record<string, string>>> = {
  'fs.default.name': 'fs.defaultFS',
  'dfs.name.dir': 'dfs.namenode.name.dir',
  'dfs.name.edits.dir': 'dfs.namenode.edits.dir',
  'dfs.data.dir': 'dfs.datanode.data.dir',
  'fs.checkpoint.dir': 'dfs.namenode.checkpoint.dir',
  'fs.checkpoint.period': 'dfs.namenode.checkpoint.period',
  'dfs.block.size': 'dfs.blocksize',
  'dfs.http.address': 'dfs.namenode.http-address',
  'dfs.https.address': 'dfs.namenode.https-address',
  'dfs.secondary.http.address': 'dfs.namenode.secondary.http-address',
  'dfs.permissions': 'dfs.permissions.enabled',
  'dfs.permissions.supergroup': 'dfs.permissions.superusergroup',
  'dfs.umaskmode': 'fs.permissions.umask-mode',
  'dfs.datanode.max.xcievers': 'dfs.datanode.max.transfer.threads',
  'dfs.balance.bandwidthPerSec': 'dfs.datanode.balance.bandwidthPerSec',
  'dfs.safemode.threshold.pct': 'dfs.namenode.safemode.threshold-pct',
  'dfs.max-repl-streams': 'dfs.namenode.replication.max-streams',
  'heartbeat.recheck.interval': 'dfs.namenode.heartbeat.recheck-interval',
  'dfs.federation.nameservices': 'dfs.nameservices',
  'dfs.web.ugi': 'hadoop.http.staticuser.user',
  'mapred.job.tracker': 'mapreduce.jobtracker.address',
  'mapred.local.dir': 'mapreduce.cluster.local.dir',
  'mapred.system.dir': 'mapreduce.jobtracker.system.dir',
  'mapred.hosts': 'mapreduce.jobtracker.hosts.filename',
  'mapred.hosts.exclude': 'mapreduce.jobtracker.hosts.exclude.filename',
  'mapred.tasktracker.map.tasks.maximum': 'mapreduce.tasktracker.map.tasks.maximum',
  'mapred.tasktracker.reduce.tasks.maximum': 'mapreduce.tasktracker.reduce.tasks.maximum',
  'mapred.map.child.java.opts': 'mapreduce.map.java.opts',
  'mapred.reduce.child.java.opts': 'mapreduce.reduce.java.opts',
  'mapred.job.map.memory.mb': 'mapreduce.map.memory.mb',
  'mapred.job.reduce.memory.mb': 'mapreduce.reduce.memory.mb',
  'io.sort.mb': 'mapreduce.task.io.sort.mb',
  'io.sort.factor': 'mapreduce.task.io.sort.factor',
  'mapred.reduce.parallel.copies': 'mapreduce.reduce.shuffle.parallelcopies',
  'mapred.reduce.slowstart.completed.maps': 'mapreduce.job.reduce.slowstart.completedmaps',
  'mapred.compress.map.output': 'mapreduce.map.output.compress',
  'mapred.map.tasks.speculative.execution': 'mapreduce.map.speculative',
  'mapred.reduce.tasks.speculative.execution': 'mapreduce.reduce.speculative',
  'mapred.job.queue.name': 'mapreduce.job.queuename',
  'mapred.jobtracker.taskScheduler': 'mapreduce.jobtracker.taskscheduler',
  'mapred.acls.enabled': 'mapreduce.cluster.acls.enabled',
  'mapred.submit.replication': 'mapreduce.client.submit.file.replication',
  'dfs.socket.timeout': 'dfs.client.socket-timeout',
  'dfs.write.packet.size': 'dfs.client-write-packet-size',
  'dfs.replication.min': 'dfs.namenode.replication.min',
  'dfs.access.time.precision': 'dfs.namenode.accesstime.precision',
  'io.bytes.per.checksum': 'dfs.bytes-per-checksum',
  'io.sort.spill.percent': 'mapreduce.map.sort.spill.percent',
  'mapred.map.tasks': 'mapreduce.job.maps',
  'mapred.reduce.tasks': 'mapreduce.job.reduces',
  'mapred.map.max.attempts': 'mapreduce.map.maxattempts',
  'mapred.reduce.max.attempts': 'mapreduce.reduce.maxattempts',
  'mapred.max.map.failures.percent': 'mapreduce.map.failures.maxpercent',
  'mapred.max.reduce.failures.percent': 'mapreduce.reduce.failures.maxpercent',
  'mapred.max.tracker.failures': 'mapreduce.job.maxtaskfailures.per.tracker',
  'mapred.max.split.size': 'mapreduce.input.fileinputformat.split.maxsize',
  'mapred.min.split.size': 'mapreduce.input.fileinputformat.split.minsize',
  'mapred.task.timeout': 'mapreduce.task.timeout',
  'mapred.userlog.limit.kb': 'mapreduce.task.userlog.limit.kb',
  'mapred.map.child.env': 'mapreduce.map.env',
  'mapred.reduce.child.env': 'mapreduce.reduce.env',
  'mapred.map.output.compression.codec': 'mapreduce.map.output.compress.codec',
  'mapred.output.compress': 'mapreduce.output.fileoutputformat.compress',
  'mapred.output.compression.codec': 'mapreduce.output.fileoutputformat.compress.codec',
  'mapred.output.compression.type': 'mapreduce.output.fileoutputformat.compress.type',
  'mapred.inmem.merge.threshold': 'mapreduce.reduce.merge.inmem.threshold',
  'mapred.job.reduce.input.buffer.percent': 'mapreduce.reduce.input.buffer.percent',
  'mapred.job.shuffle.input.buffer.percent': 'mapreduce.reduce.shuffle.input.buffer.percent',
  'mapred.job.shuffle.merge.percent': 'mapreduce.reduce.shuffle.merge.percent',
  'mapred.job.reuse.jvm.num.tasks': 'mapreduce.job.jvm.numtasks',
  'mapred.job.priority': 'mapreduce.job.priority',
  'mapred.job.tracker.handler.count': 'mapreduce.jobtracker.handler.count',
  'mapred.job.tracker.http.address': 'mapreduce.jobtracker.http.address',
  'mapred.job.tracker.jobhistory.lru.cache.size': 'mapreduce.jobtracker.jobhistory.lru.cache.size',
  'mapred.job.tracker.retiredjobs.cache.size': 'mapreduce.jobtracker.retiredjobs.cache.size',
  'mapred.jobtracker.restart.recover': 'mapreduce.jobtracker.restart.recover',
  'mapred.jobtracker.maxtasks.per.job': 'mapreduce.jobtracker.maxtasks.perjob',
  'mapred.cluster.max.map.memory.mb': 'mapreduce.jobtracker.maxmapmemory.mb',
  'mapred.cluster.max.reduce.memory.mb': 'mapreduce.jobtracker.maxreducememory.mb',
  'mapred.cluster.map.memory.mb': 'mapreduce.cluster.mapmemory.mb',
  'mapred.cluster.reduce.memory.mb': 'mapreduce.cluster.reducememory.mb',
  'mapred.tasktracker.expiry.interval': 'mapreduce.jobtracker.expire.trackers.interval',
  'mapred.task.tracker.http.address': 'mapreduce.tasktracker.http.address',
  'mapred.shuffle.connect.timeout': 'mapreduce.reduce.shuffle.connect.timeout',
  'mapred.shuffle.read.timeout': 'mapreduce.reduce.shuffle.read.timeout',
  'tasktracker.http.threads': 'mapreduce.tasktracker.http.threads',
  'job.end.notification.url': 'mapreduce.job.end-notification.url',
  'jobclient.completion.poll.interval': 'mapreduce.client.completion.pollinterval',
  'min.num.spills.for.combine': 'mapreduce.map.combine.minspills',
}

/** A value of a table by a name that a user wrote, which may be that of a member of every object (`constructor`). */
const own = <T>(table: Readonly<Partial<Record<string, T>>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

export interface Reserved {
  /** The field of cluster.yml that decides it. */
  readonly field: string
  /** `refuse`: two different values would break the cluster. `warn`: allowed, at your own risk. */
  readonly verdict: 'refuse' | 'warn'
}

const refuse = (field: string): Reserved => ({ field, verdict: 'refuse' })
const warn = (field: string): Reserved => ({ field, verdict: 'warn' })

/** Properties that Howdah derives from other fields of cluster.yml, by file, in the names of Hadoop 2 and 3. */
const RESERVED: Readonly<Partial<Record<string, Readonly<Partial<Record<string, Reserved>>>>>> = {
  'core-site': {
    'fs.defaultFS': refuse('hosts.roles (namenode)'),
    'hadoop.tmp.dir': warn('hosts.dataDirs'),
    'net.topology.script.file.name': refuse('hosts.rack'),
    'net.topology.table.file.name': refuse('hosts.rack'),
    'net.topology.node.switch.mapping.impl': refuse('hosts.rack'),
  },
  'hdfs-site': {
    'dfs.replication': refuse('hdfs.replication'),
    'dfs.namenode.name.dir': refuse('directories.name'),
    'dfs.namenode.checkpoint.dir': refuse('directories.checkpoint'),
    'dfs.datanode.data.dir': refuse('hosts.dataDirs'),
    'dfs.namenode.rpc-address': refuse('hosts.roles (namenode)'),
    'dfs.namenode.servicerpc-address': refuse('hosts.roles (namenode)'),
    'dfs.namenode.lifeline.rpc-address': refuse('hosts.roles (namenode)'),
    'dfs.internal.nameservices': refuse('hosts.roles (namenode)'),
    'dfs.namenode.https-address': warn('hosts.roles (namenode)'),
    'dfs.namenode.secondary.https-address': warn('hosts.roles (secondarynamenode)'),
    'dfs.namenode.http-address': warn('hosts.roles (namenode)'),
    'dfs.namenode.secondary.http-address': warn('hosts.roles (secondarynamenode)'),
    'dfs.nameservices': refuse('hosts.roles (namenode)'),
    'dfs.hosts': refuse('hosts.roles (datanode)'),
    'dfs.hosts.exclude': warn('hosts.roles (datanode)'),
  },
  'yarn-site': {
    'yarn.resourcemanager.hostname': refuse('hosts.roles (resourcemanager)'),
    'yarn.resourcemanager.address': refuse('hosts.roles (resourcemanager)'),
    'yarn.resourcemanager.scheduler.address': refuse('hosts.roles (resourcemanager)'),
    'yarn.resourcemanager.resource-tracker.address': refuse('hosts.roles (resourcemanager)'),
    'yarn.resourcemanager.admin.address': refuse('hosts.roles (resourcemanager)'),
    'yarn.resourcemanager.webapp.address': warn('hosts.roles (resourcemanager)'),
    'yarn.resourcemanager.webapp.https.address': warn('hosts.roles (resourcemanager)'),
    'yarn.nodemanager.local-dirs': refuse('hosts.dataDirs'),
    'yarn.nodemanager.log-dirs': warn('directories.logs'),
    'yarn.nodemanager.aux-services': warn('hosts.roles (nodemanager)'),
  },
  'mapred-site': {
    'mapreduce.framework.name': refuse('versions.hadoop'),
    'mapreduce.jobhistory.address': refuse('hosts.roles (jobhistory)'),
    'mapreduce.jobhistory.admin.address': refuse('hosts.roles (jobhistory)'),
    'mapreduce.jobhistory.webapp.https.address': warn('hosts.roles (jobhistory)'),
    'mapreduce.jobhistory.webapp.address': warn('hosts.roles (jobhistory)'),
  },
  'hive-site': {
    'hive.metastore.uris': refuse('hosts.roles (hive-metastore)'),
    'javax.jdo.option.ConnectionURL': refuse('metastore'),
    'javax.jdo.option.ConnectionDriverName': refuse('metastore'),
    'javax.jdo.option.ConnectionUserName': refuse('metastore.user'),
    'javax.jdo.option.ConnectionPassword': refuse('metastore.password'),
  },
}

const FORMER: Readonly<Partial<Record<string, string>>> = Object.fromEntries(
  Object.entries(RENAMED).map(([former, current]) => [current, former]),
)

/** The name that a property of Hadoop 3 has in a generation: `fs.defaultFS` is `fs.default.name` in Hadoop 1. */
export const nameIn = (generation: Generation, name: string): string =>
  generation === 'hadoop1' ? (own(FORMER, name) ?? name) : name

/** The name that a generation has for a property, when the given name is of another generation; undefined: it is right. */
export const rightName = (generation: Generation, name: string): string | undefined =>
  own(generation === 'hadoop1' ? FORMER : RENAMED, name)

/** Files of properties that Hadoop 1 does not read. */
export const WITHOUT_IN_HADOOP1: readonly string[] = ['yarn-site', 'capacity-scheduler']

const MAPREDUCE1: Readonly<Record<string, Reserved>> = {
  'mapred.job.tracker': refuse('hosts.roles (jobtracker)'),
  'mapred.local.dir': refuse('hosts.dataDirs'),
  'mapred.job.tracker.http.address': warn('hosts.roles (jobtracker)'),
  'mapred.hosts': refuse('hosts.roles (tasktracker)'),
  'mapred.hosts.exclude': warn('hosts.roles (tasktracker)'),
}

/** The derived property of a file in this generation, by the name that it has there. */
export function reservedFor(generation: Generation, file: string, name: string): Reserved | undefined {
  const reserved = RESERVED[file] ?? {}
  if (generation !== 'hadoop1') return own(reserved, name) ?? ofNameservice(file, name)
  const ofJobTracker = file === 'mapred-site' ? own(MAPREDUCE1, name) : undefined
  return ofJobTracker ?? own(reserved, own(RENAMED, name) ?? name)
}

/** The same address for one of several masters: `yarn.resourcemanager.address.rm1`, `dfs.namenode.rpc-address.a.nn1`. */
function ofNameservice(file: string, name: string): Reserved | undefined {
  const reserved = Object.entries(RESERVED[file] ?? {})
  return reserved.find(
    ([base, one]) =>
      one?.verdict === 'refuse' && /address$|hostname$/.test(base) && name.startsWith(`${base}.`),
  )?.[1]
}

/** Every reserved property of a file, by its name in Hadoop 2 and 3. */
export const reservedNames = (file: string): readonly string[] => Object.keys(RESERVED[file] ?? {})

/** Names whose value is a secret, and not the place of one. */
export const isSecretName = (name: string): boolean =>
  /(passw(or)?d|secret|access[.-]?key|session\.token|account\.key)/i.test(name) &&
  !/(\.file|-file|\.path|provider|\.alias|\.manager|\.enabled?|\.class|\.location)/i.test(name)

/** The file that a name's first parts belong to; undefined when it could be any file. */
export function homeOf(name: string): string | undefined {
  const homes: readonly (readonly [RegExp, string])[] = [
    [/^yarn\.scheduler\.capacity\./, 'capacity-scheduler'],
    [/^(yarn\.app\.mapreduce\.|mapreduce\.|mapred\.)/, 'mapred-site'],
    [/^yarn\./, 'yarn-site'],
    [/^dfs\./, 'hdfs-site'],
    [/^fs\.(defaultFS|default\.name|trash\.)/, 'core-site'],
    [/^(hive\.metastore\.|hive\.server2\.)/, 'hive-site'],
    [/^sqoop\./, 'sqoop-site'],
  ]
  return homes.find(([pattern]) => pattern.test(name))?.[1]
}

/** Properties of daemons that YARN replaced. */
export const OF_MAPREDUCE1_DAEMONS = /^mapreduce\.(jobtracker|tasktracker)\./
