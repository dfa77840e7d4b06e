import { SOFTWARE, SOFTWARE_NAMES, type SoftwareName, softwareOf } from '../../catalog/index.ts'
import { has, runsTasks, softwareOn } from '../../config/placed.ts'
import type { Cluster, Daemon, Host, JavaUser, JdkMajor, JdkSource } from '../../config/types.ts'
import { HowdahError } from '../../errors.ts'
import type { ComponentContext } from '../types.ts'
import { taskPath } from './task-path.ts'

/** Packages of java.base that Hadoop uses reflection on, and that JDK 9 and later do not open. */
const OPENED = [
  'java.lang',
  'java.lang.reflect',
  'java.io',
  'java.math',
  'java.net',
  'java.text',
  'java.util',
  'java.util.concurrent',
  'java.util.zip',
  'sun.nio.ch',
  'sun.security.util',
  'sun.security.x509',
]

/** `--add-opens` flags for a JDK; none for JDK 8, which refuses to start with them. */
export const addOpens = (major: JdkMajor): readonly string[] =>
  major >= 9 ? OPENED.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`) : []

/** Below this heap, a collector with threads costs more than it saves. */
const SERIAL_BELOW_MB = 512
/** From this heap on, JDK 8's default collector stops a daemon for seconds. Later JDKs choose G1 automatically. */
const G1_FROM_MB = 4096

/**
 * Flags of a daemon's JVM. The serial collector has no threads and no side tables. It starts fastest and needs the
 * least memory, which matters most for heaps of a few hundred MiB.
 */
export function daemonFlags(options: {
  readonly major: JdkMajor
  readonly heapMb: number
  readonly logDir: string
}): readonly string[] {
  const { major, heapMb, logDir } = options
  const collector =
    heapMb < SERIAL_BELOW_MB
      ? ['-XX:+UseSerialGC']
      : major === 8 && heapMb >= G1_FROM_MB
        ? ['-XX:+UseG1GC']
        : []
  return [
    `-Xmx${heapMb}m`,
    ...collector,
    // A daemon without memory does not answer. When it exits, systemd starts it again.
    '-XX:+ExitOnOutOfMemoryError',
    `-XX:ErrorFile=${logDir}/hs_err_%p.log`,
  ]
}

/** The source of a JDK. Throws COMPONENT_NO_JDK; the checks of cluster.yml refuse that case earlier. */
export function jdkOf(cluster: Cluster, major: JdkMajor): JdkSource {
  const source = cluster.java.jdks[major]
  if (source) return source
  throw new HowdahError({
    code: 'COMPONENT_NO_JDK',
    exit: 'configuration',
    message: `JDK ${major} has no source in cluster.yml`,
    expected: `java.jdks.${major}`,
    where: cluster.file,
    next: `add java.jdks.${major} with a package, a tarball or a path`,
  })
}

/** The JDK that a software runs on. Throws for software that no host has: a bug of the caller. */
export function majorOf({ java }: Cluster, user: SoftwareName): JdkMajor {
  const major = java.use[user]
  if (major !== undefined) return major
  throw new Error(`no host has ${user}, so it has no JDK`)
}

/** JAVA_HOME of a software. */
export const javaHome = (cluster: Cluster, user: SoftwareName): string =>
  jdkOf(cluster, majorOf(cluster, user)).home

/** Software whose JDK a host needs: that of its daemons, and on a host that runs tasks, that of possible jobs. */
function softwareWithJobs(cluster: Cluster, host: Host): ReadonlySet<SoftwareName> {
  const own = softwareOn(host)
  // Users start Hive on hosts with the clients.
  const called = has(host, 'client') ? (['hive'] as const) : []
  const jobs = SOFTWARE_NAMES.filter(
    (name) =>
      SOFTWARE[name].jobs === true && runsTasks(host) && cluster.hosts.some((other) => runs(other, name)),
  )
  const all = [...own, ...called, ...jobs]
  return new Set([...all.flatMap((name) => SOFTWARE[name].needs as readonly SoftwareName[]), ...all])
}

/** True when a host has a daemon or the commands of a software. */
const runs = (host: Host, name: SoftwareName): boolean =>
  host.daemons.some((daemon) => softwareOf(daemon) === name)

/**
 * Software that needs a JDK on a host. Containers of Hive and Sqoop jobs run on NodeManagers with the JDK of Hive or
 * Sqoop, so those hosts need it too. Both also call Hadoop's commands.
 */
export function javaUsersOn(cluster: Cluster, host: Host): readonly SoftwareName[] {
  const users = softwareWithJobs(cluster, host)
  return SOFTWARE_NAMES.filter((name) => users.has(name))
}

/** The JDKs of a host, each once, in ascending order. */
export const jdksOn = (cluster: Cluster, host: Host): readonly JdkMajor[] =>
  [...new Set(javaUsersOn(cluster, host).map((user) => majorOf(cluster, user)))].sort((a, b) => a - b)

/** The resource that must be in place before anything runs on this JDK. */
export function jdkId(cluster: Cluster, major: JdkMajor): string {
  const source = jdkOf(cluster, major)
  if (source.kind === 'package') return `package:${source.name}`
  return source.kind === 'tarball' ? `archive:jdk-${major}` : `fact:java-${major}`
}

/** For `after` of a unit or an action: the ids of the resources that install its JDK. */
export const javaAfter = (cluster: Cluster, user: SoftwareName): readonly string[] => [
  jdkId(cluster, majorOf(cluster, user)),
]

/** The file that changes when another JDK is installed at the same path: one of a unit's effective files. */
export const javaEffective = (cluster: Cluster, user: SoftwareName): readonly string[] => [
  `${javaHome(cluster, user)}/release`,
]

/**
 * Properties for the JVMs of a job that Hadoop, Hive or Sqoop submits: JAVA_HOME and PATH in each container, and the
 * flags that this JDK needs. Hadoop's own option adds flags for the NodeManager's JDK, which is wrong where a job uses
 * another JDK, so it is off.
 */
export function jobJvmProperties(cluster: Cluster, user: JavaUser): Readonly<Record<string, string>> {
  const major = cluster.java.use[user]
  const hadoop = `${cluster.directories.install}/hadoop/current`
  const environment = `HADOOP_MAPRED_HOME=${hadoop},JAVA_HOME=${javaHome(cluster, user)},HADOOP_JAVA_HOME=${javaHome(cluster, user)}`
  const home = javaHome(cluster, user)
  const path = `PATH=${taskPath(cluster)}`
  // Tasks of Hadoop 1 run on the JDK of their TaskTracker. This is for the programs that they start.
  if (cluster.generation === 'hadoop1') {
    const child = `JAVA_HOME=${home},${path}`
    return { 'mapred.map.child.env': child, 'mapred.reduce.child.env': child }
  }
  const flags = [IPV4, '-Dhadoop.metrics.log.level=WARN', ...addOpens(major)].join(' ')
  return {
    // Hadoop 2 does not have it.
    ...(cluster.generation === 'hadoop3' ? { 'mapreduce.jvm.add-opens-as-default': 'false' } : {}),
    'yarn.app.mapreduce.am.env': environment,
    'mapreduce.map.env': `${environment},${path}`,
    'mapreduce.reduce.env': `${environment},${path}`,
    // Never empty: Hadoop ignores an empty value, and would then use the default flags, which are for another JDK.
    'yarn.app.mapreduce.am.admin-command-opts': [IPV4, ...addOpens(major)].join(' '),
    'mapreduce.admin.map.child.java.opts': flags,
    'mapreduce.admin.reduce.child.java.opts': flags,
  }
}

const IPV4 = '-Djava.net.preferIPv4Stack=true'

/** Heap of a daemon in MiB, as sizing gave it. Throws COMPONENT_NO_HEAP (a bug: sizing covers every daemon). */
export function heapOf(context: ComponentContext, host: Host, daemon: Daemon): number {
  const heap = context.sizing[host.name]?.heaps[daemon]
  if (heap) return heap.mb
  throw new HowdahError({
    code: 'COMPONENT_NO_HEAP',
    exit: 'unexpected',
    message: `sizing gave no heap for ${daemon} on ${host.name}`,
  })
}

/** Flags for JVMs of short commands (HADOOP_CLIENT_OPTS): only the first compiler, and the serial collector. */
export const SHORT_LIVED = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto'
