import type { Artifact, ArtifactName } from '../artifacts/types.ts'
import type { Generation } from '../catalog/index.ts'
import type { Cluster, Host, SecretRef, Sizing } from '../config/types.ts'
import type { AppName } from '../config/types-apps.ts'
import type { AnyType } from '../engine/registry.ts'
import type { HostFacts, Resource, Symptom } from '../engine/types.ts'
import type { UserKeys } from '../keys/types.ts'

/** The contents of the applications' files on this machine. */
export interface AppFiles {
  readonly certificates: Readonly<
    Partial<Record<AppName, { readonly certificate: string; readonly key: string }>>
  >
  readonly hooks: Readonly<Partial<Record<AppName, string>>>
  readonly warnings: readonly string[]
}

/** The certificates that a database server is verified with. PEM. */
export interface DatabaseAuthority {
  /** The certificates that clients trust. */
  readonly trusted: string
  /** The certificate of a managed server, which Howdah made. */
  readonly own?: string
}

/** Which cluster this is: the hosts have a mark with it. */
export interface Identity {
  /** Drawn once, so that no two clusters have the same, even with one name. */
  readonly id: string
  /** The clusterID of HDFS. */
  readonly clusterId: string
}

/** The input of a service when it declares resources: plain data, resolved before. */
export interface ComponentContext {
  readonly cluster: Cluster
  /** Absent where nothing is planned, since the hosts must be asked for it. */
  readonly identity?: Identity
  /** Facts of the hosts that were read. Other hosts have none, so paths must not depend on them. */
  readonly facts: Readonly<Record<string, HostFacts>>
  readonly sizing: Readonly<Record<string, Sizing>>
  readonly artifacts: Readonly<Partial<Record<ArtifactName, Artifact>>>
  /** Tarball JDKs, by major. */
  readonly jdkArtifacts: Readonly<Partial<Record<number, Artifact>>>
  /** Public keys of users, fetched before; absent when no users are planned. */
  readonly users?: UserKeys
  /** Certificates and hooks of the applications, read before; absent if there are none. */
  readonly apps?: AppFiles
  /** By target (`sql:<host>:<port>`); a server that is not verified has none. */
  readonly authorities?: Readonly<Record<string, DatabaseAuthority>>
  /** The value of a secret, for files marked sensitive. */
  secret(ref: SecretRef): string
}

/**
 * What a service's resources depend on besides cluster.yml, so that a plan of some services only reads that: `software`
 * (tarballs, resolved and in the cache), `sizing` (memory and cores of every host), `addresses` (of hosts whose address
 * in cluster.yml is not an IPv4 address, and of all where Howdah does not keep /etc/hosts), `facts` (of the hosts of the service), `users` (public keys), `apps`
 * (certificates and hooks on this machine).
 */
export type ContextNeed = 'software' | 'sizing' | 'addresses' | 'facts' | 'users' | 'apps'

/** A service: one folder here. All of it is pure. */
export interface Service {
  readonly name: string
  /** Absent: `software`, `sizing` and `addresses`, which all services of Hadoop need. */
  readonly needs?: readonly ContextNeed[]
  /** The desired resources of a host. Contents may depend on facts of hosts, paths must not. */
  resources(host: Host, context: ComponentContext): readonly Resource[]
  /** The desired resources of database servers, by target (`sql:<host>:<port>`). */
  sqlTargets?(context: ComponentContext): Readonly<Record<string, readonly Resource[]>>
  /** Checks of its running daemons. */
  healthChecks?(context: ComponentContext): readonly HealthCheck[]
  /** Known failures: the first pattern that the output of a failed step matches names its cause. */
  readonly symptoms?: readonly KnownSymptom[]
  /** Types of its resources that the engine does not have. */
  readonly types?: readonly AnyType[]
}

/**
 * A rule of the rule base: what daemons and commands write, its cause, and what to do. Where several rules match a text,
 * the first one counts. Patterns match within one line, and have no unbounded repetition: they read any text in linear
 * time. test/services/symptoms has an example of each.
 */
export interface KnownSymptom extends Symptom {
  /** Absent: every generation. */
  readonly generations?: readonly Generation[]
  /** A later line of the same log that shows that it has passed. */
  readonly passed?: RegExp
  /** It shows that something failed, and not why: rules that do come before it, also those of later services. */
  readonly vague?: true
  /** Not a failure: `doctor` mentions it, and it is never the cause of a failed step. */
  readonly note?: true
}

/** A check of a running daemon, on its host (`verify --quick`, `status`). */
export interface HealthCheck {
  /** `namenode`, `datanode w1`, … */
  readonly name: string
  readonly host: string
  readonly title: string
  /** POSIX sh, run as root: exit 0 when healthy. Its output is the evidence, or the reason. */
  readonly script: string
  readonly next: string
}
