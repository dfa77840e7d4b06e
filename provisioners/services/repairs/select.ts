import type { DatabaseFlavor, JavaUser } from '../../config/types.ts'
import { inRange } from '../../config/versions/matrix.ts'
import { HowdahError } from '../../errors.ts'
import { REPAIRS } from './table.ts'
import type { Installed, Repair } from './types.ts'

const applies = (repair: Repair, { versions, java }: Installed): boolean =>
  inRange(versions[repair.component], repair.versions) &&
  (repair.hadoop === undefined || inRange(versions.hadoop, repair.hadoop)) &&
  (repair.jdk === undefined || repair.jdk.includes(java.use[repair.component]))

/** The repairs that a component of a cluster needs, in the table's order. Takes a Cluster as it is. */
export const repairsOf = (
  component: JavaUser,
  installed: Installed,
  table: readonly Repair[] = REPAIRS,
): readonly Repair[] => table.filter((repair) => repair.component === component && applies(repair, installed))

const deedsOf = (component: JavaUser, installed: Installed) =>
  repairsOf(component, installed).flatMap(({ deeds }) => deeds)

/** Jars of the extras, as `repairs/…`, that must come first on a component's class path. */
export const firstJars = (component: JavaUser, installed: Installed): readonly string[] =>
  deedsOf(component, installed).flatMap((deed) => (deed.kind === 'first' ? [deed.jar] : []))

/** A jar on the class path of tasks: below the extras, and a class that tasks find by it. */
export interface TaskJar {
  readonly jar: string
  readonly shows: string
}

/** What tasks of this cluster must find beside Hadoop's own jars, whichever component's jobs they belong to. */
export const taskJars = (installed: Installed, table: readonly Repair[] = REPAIRS): readonly TaskJar[] =>
  table
    .filter((repair) => applies(repair, installed))
    .flatMap(({ deeds }) => deeds)
    .flatMap((deed) => (deed.kind === 'tasks' ? [{ jar: deed.jar, shows: deed.shows }] : []))

/**
 * File name, in the extras' `drivers`, of the driver by which a component reaches its own database.
 * Throws COMPONENT_NO_DRIVER (a bug: the table covers every version).
 */
export function driverJar(component: JavaUser, database: DatabaseFlavor, installed: Installed): string {
  for (const deed of deedsOf(component, installed)) {
    if (deed.kind === 'driver' && deed.database === database) return deed.jar
  }
  throw new HowdahError({
    code: 'COMPONENT_NO_DRIVER',
    exit: 'unexpected',
    message: `no driver of ${database} is known for ${component} ${installed.versions[component]}`,
  })
}
