import type { DatabaseFlavor, JavaUser, JdkMajor } from '../../config/types.ts'

/**
 * Where a repair must hold. `commands`: JVMs that a person's command starts, and what these start in turn, such as the
 * local task of a map join. `daemons`: the component's own. `tasks`: containers and child JVMs on every host that runs
 * tasks, whose class path is Hadoop's and never the `lib` of Hive.
 */
export type Place = 'commands' | 'daemons' | 'tasks'

/** What is done to the `lib` of a component, to how it is started, or to what its tasks find. */
export type Deed =
  /** Jars that match are put aside, those of `below` and later are left. */
  | { readonly kind: 'remove'; readonly jars: string; readonly below?: number }
  /** A jar of the extras is put into lib: always, or where nothing matches `unless`. */
  | { readonly kind: 'add'; readonly jar: string; readonly unless?: string }
  /** A jar of the extras is put on the class path of tasks, on each host that runs tasks; `shows` is a class of it. */
  | { readonly kind: 'tasks'; readonly jar: string; readonly shows: string }
  /** A jar of the extras comes before every other, by the JVM's boot class path. */
  | { readonly kind: 'first'; readonly jar: string }
  /** A driver of the extras reaches the component's own database; it stays where it was unpacked. */
  | { readonly kind: 'driver'; readonly database: DatabaseFlavor; readonly jar: string }
  /** Packages of the JDK are opened, by the flags of `addOpens` (support/java.ts). */
  | { readonly kind: 'opens' }

/** A repair, as data: what does not fit together, and what is done about it. */
export interface Repair {
  /** `guava`; unique within its component. */
  readonly name: string
  readonly component: JavaUser
  /** Versions of the component; every comparison must hold. */
  readonly versions: readonly string[]
  /** Versions of Hadoop; absent: any. */
  readonly hadoop?: readonly string[]
  /** JDKs that the component runs on; absent: any. */
  readonly jdk?: readonly JdkMajor[]
  /** Where it must hold; the deeds have to reach each of these. */
  readonly where: readonly Place[]
  readonly deeds: readonly Deed[]
  /** For the plan and the list on the host. */
  readonly reason: string
  readonly source: string
  /** The test that shows what happens without it: a title in test/e2e/long/repairs.test.ts. */
  readonly test: string
}

export interface Installed {
  readonly versions: Readonly<Record<JavaUser, string>>
  readonly java: { readonly use: Readonly<Record<JavaUser, JdkMajor>> }
}
