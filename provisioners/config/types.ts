import {
  type AddedSoftware,
  type CoreSoftware,
  type Daemon,
  daemonsWhere,
  isOf,
  type SoftwareName,
} from '../catalog/index.ts'
import type { Generation, JdkMajor } from '../catalog/types.ts'
import type { Apps } from './types-apps.ts'
import type { Pipeline } from './types-pipeline.ts'
import type { Schedule } from './types-schedule.ts'
import type { TrackingLogs } from './types-tracking-logs.ts'
import type { Processor } from './versions/jdk-builds.ts'
import type { ProfileName } from './versions/profiles.ts'

/**
 * A cluster, resolved: what cluster.yml says with every default filled in. Plain data, no secrets in it
 * (a SecretRef says where one is), so that plans and fixtures can hold it.
 */

export { DAEMONS, type Daemon } from '../catalog/index.ts'
export type { Generation, JdkMajor } from '../catalog/types.ts'

/** Software of every cluster. Each has its own JDK. */
export type JavaUser = CoreSoftware

/** A value for each software of every cluster, and for further software of this cluster. */
export type OfSoftware<T> = Readonly<Record<CoreSoftware, T> & Partial<Record<AddedSoftware, T>>>

const setsOf = (generation: Generation): Readonly<Record<string, readonly Daemon[]>> => {
  const members = (set: 'master' | 'worker') =>
    daemonsWhere((entry, daemon) => entry.set === set && isOf(daemon, generation))
  return { master: members('master'), worker: members('worker') }
}

/** Names of sets of daemons: what a master and a worker run in each generation. */
export const ROLES: Readonly<Record<Generation, Readonly<Record<string, readonly Daemon[]>>>> = {
  hadoop1: setsOf('hadoop1'),
  hadoop2: setsOf('hadoop2'),
  hadoop3: setsOf('hadoop3'),
}

export type JdkSource =
  | { readonly kind: 'package'; readonly name: string; readonly home: string }
  | {
      readonly kind: 'tarball'
      readonly url: string
      readonly sha256: string
      readonly home: string
      /** Of the hosts that it runs on; absent where it is not known. */
      readonly processor?: Processor
    }
  | { readonly kind: 'path'; readonly home: string }

export type SecretRef =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'env'; readonly variable: string }
  /** `field`: the field of cluster.yml, for the question at a terminal. */
  | { readonly kind: 'stdin'; readonly field?: string }
  /** What a program prints, such as sops or pass. It is started in `directory`, never through a shell. */
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly directory: string }
  /** Made once, kept in the cluster's state directory, mode 0600. */
  | { readonly kind: 'generate'; readonly name: string }

export interface HostSsh {
  readonly user: string
  readonly port: number
}

/** Memory of a daemon in MiB, with where the number came from. */
export interface Heap {
  readonly mb: number
  readonly why: string
}

/** The memory and cores that one host gives to each of its daemons. `sizeHost` computes it. */
export interface Sizing {
  readonly memoryMb: number
  readonly cores: number
  readonly heaps: Readonly<Partial<Record<Daemon, Heap>>>
  /** Properties by file, for example yarn-site → yarn.nodemanager.resource.memory-mb. */
  readonly properties: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** The steps of the computation, one line each, for `howdah explain`. */
  readonly steps: readonly string[]
}

export interface Host {
  /** Short name, as in /etc/hosts and in Hadoop's addresses. */
  readonly name: string
  readonly address: string
  readonly daemons: readonly Daemon[]
  /** As written: ['master'], ['worker', 'result-store']. */
  readonly roles: readonly string[]
  readonly ssh: HostSsh
  /** Values to use in place of those that the host reports; undefined: those of the host. */
  readonly memoryMb?: number
  readonly cores?: number
  readonly dataDirs: readonly string[]
  /** Absent: those that were on a mounted disk when they were made. */
  readonly dataDirsMustBeMounts?: boolean
  readonly rack: string
}

export type DatabaseFlavor = 'mariadb' | 'mysql'

/**
 * Encryption of connections. preferred: where the server offers it. required: always. Neither checks the identity
 * of the server.
 */
export type DatabaseTls = 'off' | 'preferred' | 'required'

/** A database server: on a host of the cluster, or any that can be reached. */
export type DatabaseServer =
  | {
      readonly kind: 'host'
      readonly host: string
      readonly flavor: DatabaseFlavor
      readonly port: number
      /** required: it refuses connections without TLS, and has a certificate that Howdah made. */
      readonly tls: Exclude<DatabaseTls, 'off'>
    }
  | {
      readonly kind: 'external'
      readonly address: string
      readonly port: number
      readonly admin: { readonly user: string; readonly password: SecretRef }
      /** Host of the cluster to reach it through; absent: directly from this machine. */
      readonly via?: string
      readonly tls: DatabaseTls
      /** PEM file on this machine with the CA that must have issued the certificate for `address`; needs `tls: required`. */
      readonly ca?: string
    }

export interface DatabaseAccount {
  readonly user: string
  readonly password: SecretRef
}

export interface ResultStore {
  readonly server: DatabaseServer
  /** 'reports' by default. */
  readonly database: string
  readonly charset: 'auto' | 'utf8mb3' | 'utf8mb4'
  readonly pipeline: DatabaseAccount
  readonly api: DatabaseAccount
}

export interface LmsDatabase {
  readonly server: DatabaseServer
  readonly database: string
  /** The account that Sqoop reads with. */
  readonly reader: DatabaseAccount
}

export interface Metastore {
  readonly server: DatabaseServer
  readonly database: string
  readonly account: DatabaseAccount
}

export type ArtifactsSpec = {
  /** push: sent by the controller over SSH. pull: hosts fetch `baseUrl` + Apache's layout path, and check the hash. */
  readonly delivery: { readonly kind: 'push' } | { readonly kind: 'pull'; readonly baseUrl: string }
} & (
  | {
      readonly provider: 'mirror'
      readonly mirrors: readonly string[]
      /** File of public keys that tarballs must be signed by. */
      readonly keys?: string
    }
  | { readonly provider: 'maven'; readonly settingsFile?: string }
  | {
      readonly provider: 'file'
      readonly files: Readonly<
        Partial<Record<SoftwareName | 'extras', { readonly url: string; readonly sha256: string }>>
      >
    }
)

export interface Directories {
  /** /opt: /opt/hadoop/3.4.2 and the link /opt/hadoop/current. */
  readonly install: string
  /** /etc/hadoop/conf, /etc/hive/conf, /etc/sqoop/conf below it. */
  readonly config: string
  readonly logs: string
  /** NameNode metadata; the list is mirrored by the NameNode. */
  readonly nameDirs: readonly string[]
  readonly checkpointDir: string
  /** Directories of daemons whose data has its own directory, by daemon. */
  readonly ofDaemon: Readonly<Partial<Record<Daemon, string>>>
}

export interface SshSpec {
  readonly kind: 'ssh2' | 'openssh' | 'local'
  readonly identityFiles: readonly string[]
  readonly agent: boolean
  readonly password?: SecretRef
  readonly sudoPassword?: SecretRef
  readonly hostKeys: 'strict' | 'accept-new'
  readonly knownHosts: readonly string[]
  readonly useSshConfig: boolean
  readonly sshConfigFile?: string
  readonly jump?: { readonly address: string; readonly port: number; readonly user: string }
  readonly connectTimeoutSeconds: number
}

/** Where public keys come from, besides those in the file and those of GitHub. */
export type KeySource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'command'; readonly command: string }

/** A user who logs in to the hosts. */
export interface ClusterUser {
  readonly name: string
  readonly type: 'admin' | 'restricted' | 'plain'
  readonly state: 'present' | 'absent'
  /** A login of GitHub. */
  readonly github?: string
  readonly authorizedKeys: readonly string[]
  readonly keySources: readonly KeySource[]
  /** What follows the name in a line of sudoers. */
  readonly sudoCommands: readonly string[]
  /** Absolute paths; only of a restricted user. */
  readonly links: readonly string[]
  /** Day (UTC) from which on the account is closed: 2027-03-31. */
  readonly expires?: string
}

/**
 * Whether hosts reject connections from outside the cluster. `unless-other`: only where no other program manages the
 * firewall.
 */
export type Firewall = 'managed' | 'unless-other' | 'none'

/** Addresses and ranges outside the cluster, each in its normal form, sorted. */
export interface Access {
  /** Users and programs: they reach what clients need. */
  readonly from: readonly string[]
  /** Trusted like the hosts of the cluster: they reach every port. */
  readonly hosts: readonly string[]
}

export interface Cluster {
  readonly name: string
  /** The clusterID of HDFS, where cluster.yml gives it. Else it is drawn once: `runtime/identity.ts`. */
  readonly clusterId?: string
  /** Where cluster.yml is, and the directory (`.howdah/<name>` beside it) for keys, secrets, journal. */
  readonly file: string
  readonly stateDir: string
  readonly hosts: readonly Host[]
  readonly ssh: SshSpec
  readonly versions: OfSoftware<string>
  readonly generation: Generation
  /** The certified set with exactly these versions and JDKs; absent: they were not certified together. */
  readonly profile?: ProfileName
  readonly java: {
    readonly use: OfSoftware<JdkMajor>
    readonly jdks: Readonly<Partial<Record<JdkMajor, JdkSource>>>
  }
  readonly artifacts: ArtifactsSpec
  readonly directories: Directories
  readonly replication: number
  /** As written by the operator, by file without `.xml`; they override what Howdah computes. */
  readonly properties: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Users that get an HDFS home. */
  readonly hdfsUsers: readonly string[]
  readonly manageHostsFile: boolean
  readonly firewall: Firewall
  readonly access: Access
  readonly metastore: Metastore
  readonly resultStore?: ResultStore
  readonly lms?: LmsDatabase
  readonly trackingLogs?: TrackingLogs
  readonly apps?: Apps
  readonly pipeline?: Pipeline
  readonly users: readonly ClusterUser[]
  /** True when cluster.yml has `users`, even an empty list: the group and the rules of sudo are then kept. */
  readonly managesUsers: boolean
  /** Without a slash at its end. */
  readonly githubBaseUrl: string
  /** The jobs that run automatically; absent: cluster.yml has no schedule. */
  readonly schedule?: Schedule
  /** Warnings: worth a message, and not errors. */
  readonly warnings: readonly string[]
}
