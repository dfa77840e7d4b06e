/** Is every daemon of the spec there? The components' own questions, put to the daemons' own hosts. */

import { askDaemons as ask } from '../../runtime/health.ts'
import { connectionChecks } from '../../runtime/unreachable.ts'
import type { Checks } from './checks.ts'
import type { VerifyInput } from './types.ts'

/** The health checks of the components, as `status` asks them, and a failed one for each host that cannot be reached. */
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
