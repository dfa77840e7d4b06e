import { EXIT, HowdahError } from '../../provisioners/errors.ts'
import { type LockReport, lockStatus, releaseLock } from '../../provisioners/operations/lock/index.ts'
import type { Verb } from './context.ts'

const who = ({ holder }: LockReport): string =>
  holder
    ? `${holder.holder} (process ${holder.pid} on ${holder.from}) since ${holder.since}, for ${holder.reason}`
    : 'nobody'

/** `howdah lock status`: who holds the lock of the cluster now. */
export const status: Verb<{ readonly file: string }> = async (console, { file }) => {
  const report = await lockStatus(console.operation(file))
  console.result(report, () => `held by ${who(report)}`)
  return EXIT.done
}

/** `howdah lock release`: releases the lock of another operator, after asking. A run of theirs stops in the middle. */
export const release: Verb<{ readonly file: string }> = async (console, { file }) => {
  const operation = console.operation(file)
  const before = await lockStatus(operation, true)
  if (before.holder && !(await console.consent(`Release the lock of ${who(before)}?`, ''))) {
    throw new HowdahError({
      code: 'LOCK_KEPT',
      exit: 'declined',
      message: 'the lock was not released',
      next: 'howdah lock release --yes',
    })
  }
  const report = await releaseLock(operation)
  console.result(report, () => (report.holder ? `taken from ${who(report)}` : 'nobody held it'))
  return EXIT.done
}
