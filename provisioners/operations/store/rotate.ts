import type { Cluster, DatabaseAccount, DatabaseServer } from '../../config/types.ts'
import type { Plan, Ref } from '../../engine/types.ts'
import { type ErrorCode, HowdahError } from '../../errors.ts'
import {
  allowBoth,
  checkTwoPasswords,
  loginWorks,
  type TwoPasswordAccess,
  withdraw,
} from '../../mysql/index.ts'
import { databaseLink } from '../../runtime/database.ts'
import { stillHeld, withLock } from '../../runtime/lock.ts'
import { applyPlanned, refusalErrors } from '../../runtime/run.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { type SqlServer, sqlServers, targetOf } from '../../services/result-store/index.ts'
import { type Exchange, planHolders } from './rotation-holders.ts'
import { type RingStage, SecretRing, secretFileOf } from './secret-ring.ts'

export const ROTATABLE = ['pipeline', 'api', 'metastore', 'reader'] as const
export type Rotatable = (typeof ROTATABLE)[number]

export interface RotateOptions {
  readonly accounts: readonly Rotatable[]
  /** Stop while both passwords are valid. The next rotation of the account withdraws the old one. */
  readonly leaveOld?: boolean
  /** The desired resources of the hosts; absent: all that the components declare. */
  readonly desired?: Parameters<typeof planHolders>[2]
}

/** What a rotation would do. */
export interface RotationPlan {
  readonly accounts: readonly {
    readonly account: Rotatable
    readonly user: string
    readonly target: string
    /** `rest`: a new rotation. `begun`, `switched`: continues one that was interrupted. */
    readonly stage: RingStage
  }[]
  /** The steps for files that have a password, and for the units that were started with them. */
  readonly plan: Plan
}

export interface RotationReport extends RotationPlan {
  readonly formatVersion: '1.0'
  readonly cluster: string
  /** Accounts whose old password is no longer valid. */
  readonly withdrawn: readonly Rotatable[]
  readonly ms: number
}

interface Rotation extends Exchange {
  readonly account: Rotatable
  readonly ring: SecretRing
  readonly stage: RingStage
  readonly access: TwoPasswordAccess
}

interface Place {
  readonly server: DatabaseServer
  readonly account: DatabaseAccount
}

function placeOf({ resultStore, metastore, lms }: Cluster, name: Rotatable): Place | undefined {
  if (name === 'metastore') return { server: metastore.server, account: metastore.account }
  if (name === 'reader') return lms && { server: lms.server, account: lms.reader }
  return resultStore && { server: resultStore.server, account: resultStore[name] }
}

const refuse = (code: ErrorCode, message: string, cluster: Cluster, next: string): HowdahError =>
  new HowdahError({ code, exit: 'configuration', message, where: cluster.file, next })

/** Throws ROTATE_NO_SECTION, ROTATE_NOT_OURS. */
function ringOf(cluster: Cluster, name: Rotatable): Place & { readonly path: string } {
  const place = placeOf(cluster, name)
  if (!place) {
    const message = `${cluster.name} has no account ${name}: cluster.yml does not have its server`
    throw refuse('ROTATE_NO_SECTION', message, cluster, 'howdah store rotate --help lists the accounts')
  }
  const path = secretFileOf(cluster.stateDir, place.account.password)
  if (path === undefined) {
    throw refuse(
      'ROTATE_NOT_OURS',
      `the password of ${name} comes from outside (${place.account.password.kind}), so Howdah cannot store a new one`,
      cluster,
      'write `password: {generate: true}` or {file: …}, with the present password in that file, then howdah bootstrap',
    )
  }
  return { ...place, path }
}

function rotationOf(session: Session, name: Rotatable): Rotation {
  const { server, account, path } = ringOf(session.cluster, name)
  const ring = new SecretRing(path, name)
  const { stage } = ring
  const [old, next] = [ring.old(), ring.next()]
  for (const secret of [old, next]) session.redactor.add(secret)
  const { admin } = sqlServers(session.cluster).find((each) => each.target === targetOf(server)) as SqlServer
  const access: TwoPasswordAccess = {
    target: targetOf(server),
    connect: () => databaseLink(session, server),
    admin: { user: admin.user, password: session.secrets.get(admin.password) },
    user: account.user,
  }
  return { account: name, ring, stage, ref: account.password, old, next, access }
}

/** Checks the account before anything is changed. Throws ROTATE_LOCKED_OUT, and what `checkTwoPasswords` throws. */
async function check({ account, stage, access, old, next }: Rotation, { cluster }: Session): Promise<void> {
  await checkTwoPasswords(access)
  const works = stage === 'switched' ? next : old
  if (await loginWorks(access.connect, { user: access.user, password: works })) return
  throw new HowdahError({
    code: 'ROTATE_LOCKED_OUT',
    exit: 'preflight',
    message: `the present password of ${account} does not log in to ${access.target}, so it cannot be rotated`,
    where: access.target,
    next: `howdah bootstrap ${cluster.file} sets the account as in cluster.yml`,
  })
}

/** Puts the new passwords on every host, while both are valid. Throws ROTATE_HALFWAY. */
async function switchHosts(
  session: Session,
  rotations: readonly Rotation[],
  { desired }: RotateOptions,
  signal: AbortSignal,
): Promise<void> {
  const found = await planHolders(session, rotations, desired)
  if (found.plan.refusals.length > 0) throw refusalErrors(found.plan.refusals)
  if (found.plan.steps.length === 0) return
  const applied = await applyPlanned(session, 'store rotate', found, signal)
  const left = Object.entries(applied.outcomes).filter(([, outcome]) => outcome !== 'ok')
  if (left.length === 0) return
  throw new HowdahError({
    code: 'ROTATE_HALFWAY',
    exit: 'stepFailed',
    message: `${left.length} of ${Object.keys(applied.outcomes).length} steps on hosts were not done; the old and the new password are both valid, so no client is refused`,
    found: left.map(([ref, outcome]) => `${ref as Ref}: ${outcome}`).join(', '),
    detail: applied.failures.map(({ title, host, output }) => `${host}: ${title}\n${output}`).join('\n'),
    next: 'repair the cause and type the same command again: it continues where this one stopped',
  })
}

async function rotateAll(
  session: Session,
  rotations: readonly Rotation[],
  options: RotateOptions,
  signal: AbortSignal,
): Promise<Rotatable[]> {
  const { report } = session
  const pending = rotations.filter(({ stage }) => stage !== 'switched')
  for (const { ring, access, old, next } of pending) {
    signal.throwIfAborted()
    await stillHeld(session)
    ring.keep()
    report({ type: 'phase', title: `${access.target} accepts both passwords of ${access.user}` })
    await allowBoth(access, old, next)
  }
  if (pending.length > 0) await switchHosts(session, pending, options, signal)
  for (const { ring } of pending) ring.promote()
  if (options.leaveOld) return []
  const done: Rotatable[] = []
  for (const { account, ring, access, old, next } of rotations) {
    signal.throwIfAborted()
    await stillHeld(session)
    report({ type: 'phase', title: `${access.target} withdraws the old password of ${access.user}` })
    await withdraw(access, old, next)
    ring.forget()
    done.push(account)
  }
  return done
}

/**
 * Gives accounts new passwords, without a moment in which a client is refused: the server accepts both passwords, every
 * file with a password is rewritten and its readers are restarted, then the old password is withdrawn. A rotation that is
 * interrupted at any point continues when it is run again. Nothing changes before `consent`.
 * Throws ROTATE_*, STORE_*, LOCK_HELD, and what a connection throws.
 */
export async function rotatePasswords(
  options: OperationOptions,
  rotate: RotateOptions,
  consent: (plan: RotationPlan) => Promise<boolean>,
): Promise<RotationReport> {
  const started = Date.now()
  const session = await openSession(options)
  try {
    return await withLock(session, 'store rotate', async (signal) => {
      const rotations = [...new Set(rotate.accounts)].map((name) => rotationOf(session, name))
      for (const rotation of rotations) await check(rotation, session)
      const { plan } = await planHolders(
        session,
        rotations.filter(({ stage }) => stage !== 'switched'),
        rotate.desired,
      )
      if (plan.refusals.length > 0) throw refusalErrors(plan.refusals)
      const shown: RotationPlan = {
        accounts: rotations.map(({ account, stage, access: { user, target } }) => ({
          ...{ account, user, target, stage },
        })),
        plan,
      }
      if (!(await consent(shown))) throw declined()
      const withdrawn = await rotateAll(session, rotations, rotate, signal)
      const { name: cluster } = session.cluster
      return { formatVersion: '1.0', cluster, ...shown, withdrawn, ms: Date.now() - started }
    })
  } finally {
    await session.close()
  }
}

const declined = (): HowdahError =>
  new HowdahError({
    code: 'ROTATE_DECLINED',
    exit: 'declined',
    message: 'nothing was changed: the rotation was not confirmed',
    next: 'howdah store rotate --yes',
  })
