import type { Check } from '../types.ts'
import { databaseChecks } from './databases.ts'
import { diskChecks } from './disks.ts'
import { identityChecks } from './identity.ts'
import { kernelChecks } from './kernel.ts'
import { leftoverChecks } from './leftovers.ts'
import { lookupChecks } from './lookups.ts'
import { nameChecks } from './names.ts'
import { plannedChecks } from './planned.ts'
import { resourceChecks } from './resources.ts'
import { securityChecks } from './security.ts'
import { softwareChecks } from './software.ts'

/** Every check, in groups with the heading of the page. */
export const CHECK_GROUPS: readonly (readonly [heading: string, checks: readonly Check[]])[] = [
  ['Names and addresses', [...lookupChecks, ...nameChecks]],
  ['Clocks and identity', identityChecks],
  ['Memory and cores', resourceChecks],
  ['Disks', diskChecks],
  ['The kernel and limits', kernelChecks],
  ['The system', softwareChecks],
  ['Security and updates', securityChecks],
  ['Other installations', leftoverChecks],
  ['Conditions of the plan', plannedChecks],
  ['External database servers', databaseChecks],
]

export const CHECKS: readonly Check[] = CHECK_GROUPS.flatMap(([, checks]) => checks)
