/** Checks that every daemon in cluster.yml runs, with the health checks of the components. */

import { askDaemons as ask } from '../../runtime/health.ts'
import { connectionChecks } from '../../runtime/unreachable.ts'
import type { Checks } from './checks.ts'
import type { VerifyInput } from './types.ts'

/** Runs the same health checks as `status`, and adds a failed one for each host that cannot be reached. */
export async function askDaemons(input: VerifyInput, checks: Checks): Promise<void> {
  for (const check of connectionChecks(input.unreachable ?? []))
    checks.add({ ...check, next: check.next ?? '' })
  await ask(
    input.transports,
    input.healthChecks,
    (answer) => checks.add({ ...answer, next: answer.next ?? '' }),
    input.signal,
  )
}
