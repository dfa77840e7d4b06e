import { HowdahError } from '../../errors.ts'
import { stillHeld, withLock } from '../../runtime/lock.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { type Backup, openBackup } from './backup-file.ts'
import { storeFailure, storePlace } from './place.ts'
import { copyInto, type Proof } from './restore-copy.ts'
import { intoOf, planOf, type RestoreOptions, type RestorePlan } from './restore-plan.ts'

export type { RestoreOptions, RestorePlan } from './restore-plan.ts'

export interface RestoreReport extends RestorePlan, Proof {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly ok: boolean
  readonly ms: number
}

/** Like `restoreStore`, in a session whose lock the caller holds. */
export async function restoreHeld(
  session: Session,
  backup: Backup,
  options: RestoreOptions,
  consent: (plan: RestorePlan) => Promise<boolean>,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const begun = Date.now()
  const place = storePlace(session)
  const into = intoOf(session.cluster, backup, options)
  try {
    const plan = await planOf(place, backup, into, options)
    if (!(await consent(plan))) throw declined()
    session.report({ type: 'phase', title: `Loading ${plan.from.rows} rows into ${into} of ${plan.target}` })
    const mayChange = () => stillHeld(session)
    const proof = await copyInto({ place, backup, into, plan, signal, mayChange })
    const { name: cluster } = session.cluster
    return {
      formatVersion: '1.0',
      cluster,
      ...plan,
      ...proof,
      ok: proof.differences.length === 0,
      ms: Date.now() - begun,
    }
  } catch (error) {
    const next = 'check that the server runs (howdah status), then type the same command again'
    throw storeFailure(error, place, 'the tables that were there before are unchanged', next)
  }
}

const declined = (): HowdahError =>
  new HowdahError({
    code: 'RESTORE_DECLINED',
    exit: 'declined',
    message: 'nothing was changed: the restore was not confirmed',
    next: 'howdah store restore FILE --yes',
  })

/**
 * Loads a backup into an empty or new database, or with `replace` into one that has tables, and verifies every table,
 * collation and row of the copy. A copy that differs is removed.
 * Throws BACKUP_*, RESTORE_*, STORE_*, LOCK_HELD.
 */
export async function restoreStore(
  options: OperationOptions,
  wanted: RestoreOptions,
  consent: (plan: RestorePlan) => Promise<boolean>,
): Promise<RestoreReport> {
  const backup = await openBackup(wanted.backup)
  const session = await openSession(options)
  try {
    return await withLock(session, 'store restore', (signal) =>
      restoreHeld(session, backup, wanted, consent, signal),
    )
  } finally {
    await session.close()
  }
}
