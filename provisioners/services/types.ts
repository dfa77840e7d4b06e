import type { Artifact, ArtifactName } from '../artifacts/types.ts'
import type { Cluster, Host, SecretRef, Sizing } from '../config/types.ts'
import type { AppName } from '../config/types-apps.ts'
import type { AnyType } from '../engine/registry.ts'
import type { HostFacts, Resource, Symptom } from '../engine/types.ts'
import type { UserKeys } from '../keys/types.ts'

/** What an application's files on this machine hold. */
export interface AppFiles {
  readonly certificates: Readonly<
    Partial<Record<AppName, { readonly certificate: string; readonly key: string }>>
  >
  readonly hooks: Readonly<Partial<Record<AppName, string>>>
  readonly warnings: readonly string[]
}

/** What a database server proves itself by. PEM. */
export interface DatabaseAuthority {
  /** What clients trust. */
  readonly trusted: string
  /** The certificate of a server of ours, which Howdah made. */
  readonly own?: string
}

/** What a component may know when it declares resources: plain data, resolved before. */
export interface ComponentContext {
  readonly cluster: Cluster
  /** Facts of hosts that were read; a host that was not has none, and paths must not depend on them. */
  readonly facts: Readonly<Record<string, HostFacts>>
  readonly sizing: Readonly<Record<string, Sizing>>
  readonly artifacts: Readonly<Partial<Record<ArtifactName, Artifact>>>
  /** Tarball JDKs, by major. */
  readonly jdkArtifacts: Readonly<Partial<Record<number, Artifact>>>
  /** Public keys of users, fetched before; absent where users are not looked at. */
  readonly users?: UserKeys
  /** Certificates and hooks of the applications, read before; absent where there are none. */
  readonly apps?: AppFiles
  /** By target (`sql:<host>:<port>`); a server that need not prove anything has none. */
  readonly authorities?: Readonly<Record<string, DatabaseAuthority>>
  /** The value of a secret, for files marked sensitive. */
  secret(ref: SecretRef): string
}

/**
 * What a service's resources depend on besides cluster.yml, so that a part of a cluster asks for no more:
 * `software` (tarballs, resolved and in the cache), `sizing` (memory and cores of every host), `addresses` (what a host
 * reports, where cluster.yml gives no IPv4 address of it), `facts` (what the hosts of the service report), `users`
 * (public keys), `apps` (certificates and hooks on this machine).
 */
export type ContextNeed = 'software' | 'sizing' | 'addresses' | 'facts' | 'users' | 'apps'

/** One thing that is installed: a folder of this room. All of it is pure. */
export interface Service {
  readonly name: string
  /** Absent: `software`, `sizing` and `addresses`, as all of Hadoop needs them. */
  readonly needs?: readonly ContextNeed[]
  /** What a host must hold. Paths must not depend on facts of hosts; only contents may. */
  resources(host: Host, context: ComponentContext): readonly Resource[]
  /** What its database servers must hold, by target (`sql:<server>`). */
  sqlTargets?(context: ComponentContext): Readonly<Record<string, readonly Resource[]>>
  /** A question to each of its running daemons. */
  healthChecks?(context: ComponentContext): readonly HealthCheck[]
  /** Known failures: the first pattern that the output of a failed step matches names its cause. */
  readonly symptoms?: readonly Symptom[]
  /** Types of its resources that the engine does not have. */
  readonly types?: readonly AnyType[]
}

/** A question to a running daemon, asked on its host (`verify --quick`, `status`). */
export interface HealthCheck {
  /** `namenode`, `datanode w1`, … */
  readonly name: string
  readonly host: string
  readonly title: string
  /** POSIX sh as root: exit 0 healthy; what it prints is the evidence, or the reason. */
  readonly script: string
  readonly next: string
}
