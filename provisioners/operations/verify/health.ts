/** Is every daemon of the spec there? The components' own questions, put to the daemons' own hosts. */

import { askDaemons as ask } from '../../runtime/health.ts'
import type { Transport } from '../../transport/types.ts'
import { CheckFailure, type Checks } from './checks.ts'
import type { VerifyInput } from './types.ts'

export function transportOf(input: VerifyInput, host: string): Transport {
  const transport = input.transports[host]
  if (!transport) throw new CheckFailure(`no connection to ${host}`, `howdah preflight; ssh to ${host}`)
  return transport
}

/** The health checks of the components, as `status` asks them. */
export async function askDaemons(input: VerifyInput, checks: Checks): Promise<void> {
  await ask(
    input.transports,
    input.healthChecks,
    (answer) => checks.add({ ...answer, next: answer.next ?? '' }),
    input.signal,
  )
}
