import type { DatabaseFlavor, JavaUser, JdkMajor } from '../../config/types.ts'

/**
 * Where a repair must take effect. `commands`: JVMs that a user's command starts, and their children, such as the local
 * task of a map join. `daemons`: those of the software. `tasks`: containers and child JVMs on every host that runs
 * tasks, whose class path is Hadoop's and never the `lib` of Hive.
 */
export type Place = 'commands' | 'daemons' | 'tasks'

/** A change of the `lib` of a software, of how it is started, or of the class path of its tasks. */
export type RepairAction =
  /** Removes the jars that match; with `below`, only those of an older major version. */
  | { readonly kind: 'remove'; readonly jars: string; readonly below?: number }
  /** Adds a jar of the extras to lib: always, or if nothing matches `unless`. */
  | { readonly kind: 'add'; readonly jar: string; readonly unless?: string }
  /** Adds a jar of the extras to the class path of tasks, on each host that runs tasks; `shows` is a class in it. */
  | { readonly kind: 'tasks'; readonly jar: string; readonly shows: string }
  /** Puts a jar of the extras before all others, on the JVM's boot class path. */
  | { readonly kind: 'first'; readonly jar: string }
  /** Names the driver of the extras for the software's own database; it stays where it was unpacked. */
  | { readonly kind: 'driver'; readonly database: DatabaseFlavor; readonly jar: string }
  /** Opens packages of the JDK, with the flags of `addOpens` (support/java.ts). */
  | { readonly kind: 'opens' }

/** A repair, as data: the versions that do not work together, and the actions that repair them. */
export interface Repair {
  /** `guava`; unique within its software. */
  readonly name: string
  readonly component: JavaUser
  /** Versions of the software; every comparison must hold. */
  readonly versions: readonly string[]
  /** Versions of Hadoop; absent: any. */
  readonly hadoop?: readonly string[]
  /** JDKs that the software runs on; absent: any. */
  readonly jdk?: readonly JdkMajor[]
  /** Where it must take effect; the actions must cover each of these. */
  readonly where: readonly Place[]
  readonly actions: readonly RepairAction[]
  /** For the plan and the list on the host. */
  readonly reason: string
  readonly source: string
  /** The title of the test in test/e2e/long/repairs.test.ts that shows the failure without it. */
  readonly test: string
}

export interface Installed {
  readonly versions: Readonly<Record<JavaUser, string>>
  readonly java: { readonly use: Readonly<Record<JavaUser, JdkMajor>> }
}
