/** Runs the health checks of the components, for `status` and `verify`. */

import pLimit from 'p-limit'
import { HowdahError } from '../errors.ts'
import type { HealthCheck } from '../services/types.ts'
import { ask, type Transports } from './ask.ts'
import type { CheckResult } from './types.ts'

/** Checks that run at once. */
const AT_ONCE = 8
/** After this time a check counts as not answered. */
const TIMEOUT_MS = 30_000
/** How many bytes at the end of an answer are kept. */
const KEPT = 2000

/** Runs one check on the host of its daemon. A host that does not answer is a failed check; this never throws. */
async function askDaemon(
  transports: Transports,
  check: HealthCheck,
  signal?: AbortSignal,
): Promise<CheckResult> {
  const started = Date.now()
  const { name, title, host, script } = check
  const done = (status: 'pass' | 'fail', detail: string, next = check.next): CheckResult => {
    const ms = Date.now() - started
    return { name, title, host, status, ms, detail, ...(status === 'fail' && { next }) }
  }
  try {
    const result = await ask(transports, host, {
      title,
      script,
      as: 'root',
      timeoutMs: TIMEOUT_MS,
      keep: KEPT,
      ...(signal && { signal }),
    })
    const said = (result.stdout + result.stderr).trim().slice(-KEPT)
    return result.exit === 0 ? done('pass', said) : done('fail', said || `exit ${result.exit}`)
  } catch (error) {
    const offline = error instanceof HowdahError && error.code === 'HOST_NOT_CONNECTED'
    const detail = error instanceof Error ? error.message : String(error)
    return offline ? done('fail', detail, error.details.next) : done('fail', detail)
  }
}

/** Runs every check, at most 8 at once. Calls `onAnswer` as each ends, and returns all in the order of `checks`. */
export function askDaemons(
  transports: Transports,
  checks: readonly HealthCheck[],
  onAnswer: (answer: CheckResult) => void = () => {},
  signal?: AbortSignal,
): Promise<CheckResult[]> {
  const limit = pLimit(AT_ONCE)
  return Promise.all(
    checks.map((check) =>
      limit(async () => {
        const answer = await askDaemon(transports, check, signal)
        onAnswer(answer)
        return answer
      }),
    ),
  )
}
