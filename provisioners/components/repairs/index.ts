export { type Repaired, repairResources, repairWords } from './resources.ts'
export { driverJar, firstJars, repairsOf } from './select.ts'
export { REPAIRS } from './table.ts'
export type { Deed, Installed, Repair } from './types.ts'
