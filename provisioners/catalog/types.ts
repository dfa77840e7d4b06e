/** The types of the catalogue, which describes each daemon and each software independently of any cluster. */

/** Hadoop 1 has a JobTracker, 2 and 3 have YARN; 2 and 3 differ in names of files, ports and variables. */
export type Generation = 'hadoop1' | 'hadoop2' | 'hadoop3'

export type JdkMajor = 8 | 11 | 17 | 21

/**
 * On how many hosts of a cluster a daemon runs. `one`: on one host. `each`: on every host of its set. `any`: on every
 * host that names it. A quorum: on one of these numbers of hosts.
 */
export type Count = 'one' | 'each' | 'any' | { readonly quorum: readonly number[] }

/**
 * The memory that a daemon gets on a host, at the levels tight, small, medium and large (MiB). `jvm`: its heap.
 * `command`: the heap of a command that users run, one at a time. `database`: the buffer pool. `reserve`: reserved for
 * it, without a setting.
 */
export interface Memory {
  readonly kind: 'jvm' | 'command' | 'database' | 'reserve'
  readonly mb: readonly [tight: number, small: number, medium: number, large: number]
}

/** The rule of a port in the security groups of AWS. */
export interface Rule {
  /** Unique in a generation. */
  readonly id: string
  /** Absent: the title of the port. */
  readonly title?: string
  /** Clients outside the cluster need it too; never set for a web page. */
  readonly client?: true
  /** Absent: in every generation that has the daemon. */
  readonly generations?: readonly Generation[]
}

/** A TCP port that a daemon binds. Numbers are the defaults of the software's own files. */
export interface Port {
  /**
   * The file of properties that sets it, without `.xml`. If it is absent, so is the property, and the number is fixed.
   */
  readonly file?: string
  /** Its name in Hadoop 3. */
  readonly property?: string
  readonly number: number | Readonly<Record<Generation, number>>
  /** For messages: "RPC of the NameNode". */
  readonly title: string
  /** The first version of its software that binds it. */
  readonly since?: string
  /** What somebody could do who reaches it and must not, as a sentence: the cluster has no Kerberos. */
  readonly risk: string
  /** Users and programs outside the cluster need it: `access.from` reaches it. Absent: the hosts of the cluster alone. */
  readonly reach?: 'users'
  /** Absent: no deployment on AWS opens it. */
  readonly rule?: Rule
}

/** The page with the configuration that a daemon runs with (`/conf`). */
export interface ConfigurationPage {
  /** Property of its port. */
  readonly port: string
  /** The files that are in it; later ones replace properties of earlier ones. */
  readonly files: readonly string[]
}

/**
 * How a daemon is restarted while its cluster serves. `ready`: its own readiness check succeeds. `member`: its master
 * counts it as a member again. `quorum`: the servers have a leader, and it is a member.
 */
export interface Restart {
  /** On how many hosts it may be down at once. */
  readonly atOnce: number
  /** What must be true before the next one is restarted. */
  readonly before: 'ready' | 'member' | 'quorum'
}

/** A long-running process of systemd. */
export interface Process {
  /** Without `.service`. */
  readonly unit: string
  readonly ports: readonly Port[]
  /** Property of the port that `verify` asks. */
  readonly asked?: string
  /** Files of properties that it reads at its start, without `.xml`. A generation without a file leaves it out. */
  readonly configuration: readonly string[]
  /** Its log, below `directories.logs`. */
  readonly log: string
  readonly page?: ConfigurationPage
  /** Seconds until it must serve after a start. */
  readonly readySeconds: number
  readonly restart: Restart
}

/** A directory of cluster.yml with data of one daemon. */
export interface DataDirectory {
  /** Its key below `directories`. */
  readonly field: string
  readonly path: string
  /** The help of the field. */
  readonly text: string
}

/** One daemon, or another role of a host. */
export interface DaemonEntry {
  /** Its name in messages: NameNode. */
  readonly title: string
  /** Absent: every generation. */
  readonly generations?: readonly Generation[]
  /** The software that must be installed for it; absent: Howdah unpacks nothing for it. */
  readonly software?: string
  readonly count: Count
  /** The set of daemons that it belongs to. */
  readonly set?: 'master' | 'worker'
  /** Every cluster must have it. */
  readonly required?: true
  /** The daemon whose host gets it when no host names it. */
  readonly follows?: string
  /** The daemon with its task in the other generations, and a note about the difference. */
  readonly counterpart?: { readonly daemon: string; readonly note?: string }
  /** Tasks of jobs run on its hosts. */
  readonly runsTasks?: true
  /** It uses the data disks of its host (`hosts.dataDirs`). */
  readonly usesDataDirs?: true
  readonly memory: Memory
  /** The account that it runs as. */
  readonly account?: string
  readonly process?: Process
  /** The directories of its data: fields of cluster.yml. */
  readonly data?: readonly string[]
  /** A directory of cluster.yml for it. */
  readonly directory?: DataDirectory
  /** Fields of cluster.yml with secrets that it needs. */
  readonly secrets?: readonly string[]
}

/** A tarball, its JDK, and the files of properties that it reads. */
export interface SoftwareEntry {
  /** Its name in messages. */
  readonly title: string
  /** Help of `versions.<name>` and of `java.<name>`. */
  readonly text: { readonly version: string; readonly java: string }
  /** Software whose commands it calls. */
  readonly needs: readonly string[]
  /** The jar that a running daemon has open, without its version; absent: its daemons report their version. */
  readonly jar?: string
  /** Its jobs run on the workers, with its JDK. */
  readonly jobs?: true
  /** Version and JDK if cluster.yml names none. Absent: those of the profile. */
  readonly standard?: { readonly version: string; readonly java: JdkMajor }
  /**
   * The folder of the tarball on Apache's servers, and its name without the suffix; VERSION is replaced by the version.
   * Absent: artifacts/layout.ts has them.
   */
  readonly tarball?: { readonly folder: string; readonly root: string }
  /** Files of properties by their keys below `properties`, with the names that they have on hosts. */
  readonly properties: Readonly<Record<string, string>>
}
