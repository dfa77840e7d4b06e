import { claimFence, type Fence, freeFence, held, readFence, type SeenRuns } from '../engine/index.ts'
import type { LockInfo } from '../engine/lock-info.ts'
import type { Session } from './session.ts'

/** What the hosts of a session know about runs, by name of the host. Throws LOCK_UNREADABLE, LOCK_BROKEN. */
async function readAll({ transports }: Session): Promise<ReadonlyMap<string, SeenRuns>> {
  const read = Object.values(transports).map(
    async (transport) => [transport.host, await readFence(transport)] as const,
  )
  return new Map(await Promise.all(read))
}

/** The records of runs that may not be over: their lock is on a host that was not read. */
function unasked(session: Session, seen: ReadonlyMap<string, SeenRuns>) {
  const reached = new Set(
    session.cluster.hosts.filter(({ name }) => seen.has(name)).map(({ address }) => address),
  )
  return [...seen].flatMap(([host, { record }]) => {
    // The lock of a run on a host that was read is not held: that run was killed, or lost its lock.
    const at = record?.holder?.at
    if (!record || record.free || (at !== undefined && reached.has(at))) return []
    return [{ host, holder: record.holder, at }]
  })
}

/**
 * Two operators whose cluster.yml name different hosts for the lock both hold a lock. They share a host, or they cannot
 * disturb each other: so each run looks on all its hosts for another lock and for the record of a run that is not over.
 */
function refuseOthers(session: Session, own: LockInfo, seen: ReadonlyMap<string, SeenRuns>): void {
  for (const [host, { live }] of seen) {
    if (live === 'unknown') throw held(host, undefined)
    if (live && live.nonce !== own.nonce) throw held(host, live)
  }
  const [other] = unasked(session, seen)
  if (!other) return
  const where =
    other.at === undefined ? 'its record does not say where its lock is' : `its lock is on ${other.at}`
  throw held(other.host, other.holder, `; ${where}, so it cannot be asked whether that run is over`)
}

/** The run of an operator whose lock is on another host, if a host of the session has it on its record. */
export async function claimedElsewhere(session: Session): Promise<LockInfo | undefined> {
  return unasked(session, await readAll(session)).find(({ holder }) => holder)?.holder
}

const fenceAbove = (seen: ReadonlyMap<string, SeenRuns>, own: LockInfo): Fence => ({
  token: Math.max(0, ...[...seen.values()].map(({ record }) => record?.token ?? 0)) + 1,
  nonce: own.nonce,
  about: JSON.stringify(own),
})

/**
 * Replaces every run on the record of a host by `own`, which is over. A step that runs may finish. Throws LOCK_UNREADABLE,
 * LOCK_BROKEN.
 */
export async function clearRecords(session: Session, own: LockInfo): Promise<void> {
  const seen = await readAll(session)
  const fence = fenceAbove(seen, own)
  const claimed = Object.values(session.transports).filter(
    ({ host }) => seen.get(host)?.record?.free === false,
  )
  await Promise.all(
    claimed.map(async (transport) => {
      // Whoever claims it meanwhile keeps it, and nobody waits for a step that runs.
      await claimFence(transport, fence, seen.get(transport.host)?.head ?? '', {}, 0).catch(() => {})
      await freeFence(transport, fence)
    }),
  )
}

/**
 * Puts the run on the record of every host of the session, with a token that is higher than all that they have seen.
 * Throws LOCK_HELD, LOCK_UNREADABLE, LOCK_BROKEN.
 */
export async function claimHosts(session: Session, own: LockInfo): Promise<Fence> {
  const transports = Object.values(session.transports)
  const seen = await readAll(session)
  refuseOthers(session, own, seen)
  const fence = fenceAbove(seen, own)
  const claims = await Promise.allSettled(
    transports.map((transport) => claimFence(transport, fence, seen.get(transport.host)?.head ?? '')),
  )
  const failed = claims.find((claim) => claim.status === 'rejected')
  if (failed === undefined) return fence
  await Promise.all(transports.map((transport) => freeFence(transport, fence)))
  throw failed.reason
}
