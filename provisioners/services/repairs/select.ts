import type { DatabaseFlavor, JavaUser } from '../../config/types.ts'
import { inRange } from '../../config/versions/matrix.ts'
import { HowdahError } from '../../errors.ts'
import { REPAIRS } from './table.ts'
import type { Installed, Repair } from './types.ts'

const applies = (repair: Repair, { versions, java }: Installed): boolean =>
  inRange(versions[repair.component], repair.versions) &&
  (repair.hadoop === undefined || inRange(versions.hadoop, repair.hadoop)) &&
  (repair.jdk === undefined || repair.jdk.includes(java.use[repair.component]))

/** The repairs that a software of a cluster needs, in the order of the table. `installed` may be a Cluster. */
export const repairsOf = (
  component: JavaUser,
  installed: Installed,
  table: readonly Repair[] = REPAIRS,
): readonly Repair[] => table.filter((repair) => repair.component === component && applies(repair, installed))

const actionsOf = (component: JavaUser, installed: Installed) =>
  repairsOf(component, installed).flatMap(({ actions }) => actions)

/** Jars of the extras, as `repairs/…`, that must come first on the class path of a software. */
export const firstJars = (component: JavaUser, installed: Installed): readonly string[] =>
  actionsOf(component, installed).flatMap((action) => (action.kind === 'first' ? [action.jar] : []))

/** A jar on the class path of tasks: its path below the extras, and a class in it. */
export interface TaskJar {
  readonly jar: string
  readonly shows: string
}

/** The jars that tasks of this cluster need besides Hadoop's jars, for the jobs of all software. */
export const taskJars = (installed: Installed, table: readonly Repair[] = REPAIRS): readonly TaskJar[] =>
  table
    .filter((repair) => applies(repair, installed))
    .flatMap(({ actions }) => actions)
    .flatMap((action) => (action.kind === 'tasks' ? [{ jar: action.jar, shows: action.shows }] : []))

/**
 * File name, in the extras' `drivers`, of the driver with which a software connects to its own database. Throws
 * COMPONENT_NO_DRIVER (a bug: the table covers every version).
 */
export function driverJar(component: JavaUser, database: DatabaseFlavor, installed: Installed): string {
  for (const action of actionsOf(component, installed)) {
    if (action.kind === 'driver' && action.database === database) return action.jar
  }
  throw new HowdahError({
    code: 'COMPONENT_NO_DRIVER',
    exit: 'unexpected',
    message: `the table of repairs has no driver of ${database} for ${component} ${installed.versions[component]}`,
  })
}
