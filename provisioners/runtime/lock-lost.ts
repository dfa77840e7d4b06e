import { holderText, readLock } from '../engine/index.ts'
import type { ApplyResult, StepOutcome } from '../engine/types.ts'
import { HowdahError } from '../errors.ts'
import type { HeldLock } from './lock.ts'

const NEXT = 'howdah lock status; when it shows nobody, type the same command again: it reads the hosts first'

/** The steps with an outcome, a line each; of many only the first. */
function listed(title: string, refs: readonly string[]): readonly string[] {
  if (refs.length === 0) return [`${title}: nothing`]
  const first = refs.slice(0, 20).map((ref) => `  ${ref.replace('!', ': ')}`)
  const more = refs.length > first.length ? [`  and ${refs.length - first.length} more`] : []
  return [`${title}: ${refs.length}`, ...first, ...more]
}

/** What a run did before it lost its lock, and what it did not do. */
export function workText({ outcomes }: ApplyResult): string {
  const of = (wanted: StepOutcome): string[] =>
    Object.entries(outcomes).flatMap(([ref, outcome]) => (wanted === outcome ? [ref] : []))
  const [unknown, failed] = [of('unknown'), of('failed')]
  return [
    ...listed('done', of('ok')),
    ...(unknown.length > 0 ? listed('of unknown outcome', unknown) : []),
    ...(failed.length > 0 ? listed('failed', failed) : []),
    ...listed('not done', of('skipped')),
  ].join('\n')
}

interface Lost {
  readonly applied?: ApplyResult
  readonly cause?: unknown
}

/** LOCK_LOST with who holds the lock now, as far as the host of the lock says. */
export async function lockLost(held: HeldLock, { applied, cause }: Lost = {}): Promise<HowdahError> {
  const { lock, transport } = held
  const detail = [
    ...(applied ? [workText(applied)] : []),
    ...(cause instanceof Error ? [`what was running ended: ${cause.message}`] : []),
  ].join('\n')
  const more = { ...(detail !== '' && { detail }), next: NEXT }
  if (applied?.lost) return new HowdahError({ ...applied.lost.details, ...more, cause: applied.lost })
  const now = await readLock(transport).catch(() => undefined)
  const found = now && now.nonce !== lock.info.nonce ? holderText(now) : 'nobody holds it now'
  return new HowdahError({
    code: 'LOCK_LOST',
    exit: 'lockHeld',
    message: `this run lost the lock on ${transport.host}: ${lock.why() ?? 'its holder ended'}`,
    found,
    where: `${transport.host}:/run/howdah/lock.json`,
    ...more,
    cause,
  })
}
