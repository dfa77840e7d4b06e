/** Checks that every daemon in cluster.yml runs, with the health checks of the components. */

import { askDaemons as ask } from '../../runtime/health.ts'
import type { Checks } from './checks.ts'
import type { VerifyInput } from './types.ts'

/** Runs the same health checks as `status`. */
export async function askDaemons(input: VerifyInput, checks: Checks): Promise<void> {
  await ask(
    input.transports,
    input.healthChecks,
    (answer) => checks.add({ ...answer, next: answer.next ?? '' }),
    input.signal,
  )
}
