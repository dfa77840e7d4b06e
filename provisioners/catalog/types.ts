/** The shape of the catalogue: facts about each daemon and each software that hold for every cluster. */

/** Hadoop 1 has a JobTracker, 2 and 3 have YARN; 2 and 3 differ in names of files, ports and variables. */
export type Generation = 'hadoop1' | 'hadoop2' | 'hadoop3'

export type JdkMajor = 8 | 11 | 17 | 21

/**
 * How many of a daemon a cluster has. `one`: a single host has it. `each`: every host of its set. `any`: every host
 * that names it. A quorum: so many hosts as one of the numbers says.
 */
export type Count = 'one' | 'each' | 'any' | { readonly quorum: readonly number[] }

/**
 * What a daemon takes of a host, at the levels tight, small, medium and large (MiB). `jvm`: its heap. `command`: the
 * heap of a command that users run, one at a time. `database`: the buffer pool. `reserve`: kept for it, as it is.
 */
export interface Memory {
  readonly kind: 'jvm' | 'command' | 'database' | 'reserve'
  readonly mb: readonly [tight: number, small: number, medium: number, large: number]
}

/** How the security groups of AWS name a port. */
export interface Rule {
  /** Unique in a generation. */
  readonly id: string
  /** Where it says more than the port's own title. */
  readonly title?: string
  /** Clients outside the cluster need it too; a web page never counts. */
  readonly client?: true
  /** Absent: in every generation that has the daemon. */
  readonly generations?: readonly Generation[]
}

/** A TCP port that a daemon binds. Numbers are the defaults of the software's own files. */
export interface Port {
  /** The file of properties that sets it, without `.xml`. Absent, as the property is then: the number is fixed. */
  readonly file?: string
  /** By its name in Hadoop 3. */
  readonly property?: string
  readonly number: number | Readonly<Record<Generation, number>>
  /** For messages: "RPC of the NameNode". */
  readonly title: string
  /** The first version of its software that binds it. */
  readonly since?: string
  /** Absent: no deployment on AWS opens it. */
  readonly rule?: Rule
}

/** The page on which a daemon shows the configuration that it runs with (`/conf`). */
export interface ConfigurationPage {
  /** Property of its port. */
  readonly port: string
  /** The files that are in it, the later ones over the earlier. */
  readonly files: readonly string[]
}

/**
 * How a daemon is restarted while its cluster serves. `ready`: its own readiness holds. `member`: its master counts it
 * as a member again. `quorum`: the others have a leader, and it is one of them.
 */
export interface Restart {
  /** How many of it may be down at once. */
  readonly atOnce: number
  /** What must hold before the next one. */
  readonly before: 'ready' | 'member' | 'quorum'
}

/** A long-running process of systemd. */
export interface Process {
  /** Without `.service`. */
  readonly unit: string
  readonly ports: readonly Port[]
  /** Property of the port at which `verify` asks it. */
  readonly asked?: string
  /** Files of properties that it reads at its start, without `.xml`. A generation without a file leaves it out. */
  readonly configuration: readonly string[]
  /** Its log, below `directories.logs`. */
  readonly log: string
  readonly page?: ConfigurationPage
  /** Seconds within which it must serve after a start. */
  readonly readySeconds: number
  readonly restart: Restart
}

/** A directory of cluster.yml that one daemon alone uses, and that holds data. */
export interface DataDirectory {
  /** Its key below `directories`. */
  readonly field: string
  readonly path: string
  /** The help of the field. */
  readonly text: string
}

/** One daemon, or one place that a host can hold. */
export interface DaemonEntry {
  /** As messages name it: NameNode. */
  readonly title: string
  /** Absent: every generation. */
  readonly generations?: readonly Generation[]
  /** What must be installed for it; absent: Howdah unpacks nothing for it. */
  readonly software?: string
  readonly count: Count
  /** The set of daemons that it comes with. */
  readonly set?: 'master' | 'worker'
  /** No cluster is complete without it. */
  readonly required?: true
  /** The daemon whose host it goes to when no host names it. */
  readonly follows?: string
  /** What has its place in the other generations, and why it is not the same. */
  readonly counterpart?: { readonly daemon: string; readonly note?: string }
  /** Tasks of jobs run on its hosts. */
  readonly runsTasks?: true
  /** It uses the data disks of its host (`hosts.dataDirs`). */
  readonly usesDataDirs?: true
  readonly memory: Memory
  /** The account that it runs as. */
  readonly account?: string
  readonly process?: Process
  /** Where its data is: fields of cluster.yml. */
  readonly data?: readonly string[]
  /** A directory of cluster.yml that comes with it. */
  readonly directory?: DataDirectory
  /** Fields of cluster.yml with secrets that it needs. */
  readonly secrets?: readonly string[]
}

/** A tarball, its JDK, and the files of properties that it reads. */
export interface SoftwareEntry {
  /** As messages name it. */
  readonly title: string
  /** Help of `versions.<name>` and of `java.<name>`. */
  readonly text: { readonly version: string; readonly java: string }
  /** Software whose commands it calls. */
  readonly needs: readonly string[]
  /** The jar that a running daemon holds open, without its version; absent: its daemons say their version themselves. */
  readonly jar?: string
  /** Its jobs run on the workers, with its JDK. */
  readonly jobs?: true
  /** Version and JDK where cluster.yml names none. Absent: the profile says them. */
  readonly standard?: { readonly version: string; readonly java: JdkMajor }
  /**
   * The folder of the tarball on Apache's servers, and its name without the ending; VERSION stands for the version.
   * Absent: artifacts/layout.ts has them.
   */
  readonly tarball?: { readonly folder: string; readonly root: string }
  /** Files of properties by their keys below `properties`, with the names that they have on hosts. */
  readonly properties: Readonly<Record<string, string>>
}
