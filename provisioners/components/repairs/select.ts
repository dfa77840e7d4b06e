import { inRange } from '../../spec/matrix.ts'
import type { JavaUser } from '../../spec/types.ts'
import { REPAIRS } from './table.ts'
import type { Deed, Installed, Repair } from './types.ts'

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

/** Jars of the extras, as `drivers/…` or `repairs/…`, that must come first on a component's class path. */
export const firstJars = (component: JavaUser, installed: Installed): readonly string[] =>
  repairsOf(component, installed)
    .flatMap(({ deeds }) => deeds)
    .flatMap((deed: Deed) => (deed.kind === 'first' ? [deed.jar] : []))
