/**
 * Howdah as a library: what the command line calls, anybody may call. Nothing here prints, asks or exits.
 *
 * ```ts
 * import { bootstrapCluster, loadCluster, noPrompts, planCluster } from 'howdah'
 *
 * const cluster = await loadCluster('cluster.yml')
 * const run = { file: cluster.file, report: (event) => console.error(event), prompts: noPrompts }
 * const { plan } = await planCluster(run)
 * await bootstrapCluster(run, async () => true)
 * ```
 *
 * An operation that cannot be done throws a `HowdahError`, with a code, a place and what to do next; anything else
 * that is thrown is a bug of Howdah.
 */
import type { Prompts } from './operations/types.ts'

/** The answers where nobody can be asked: no question is agreed to, and standard input is not read. */
export const noPrompts: Prompts = {
  confirm: async () => false,
  stdin: async (label) => {
    throw new Error(`${label} is read from standard input, which this program does not offer`)
  },
}

export { type ErrorDetails, EXIT, type ExitName, HowdahError, HowdahErrors } from './errors.ts'
export { type Reporter, type RunEvent, silent } from './events.ts'
export { howdahVersion } from './files.ts'
// What makes plans, and what changes hosts by them.
export { planApps, updateApps } from './operations/apps.ts'
export { backupStore } from './operations/backup.ts'
export { bootstrapCluster, planCluster } from './operations/bootstrap.ts'
export { destroyCluster } from './operations/destroy.ts'
export { lockStatus, releaseLock } from './operations/lock.ts'
export { applyLogs, planLogs } from './operations/logs.ts'
export { logsStatus, shipLogs } from './operations/logs-run.ts'
export { checkPipeline } from './operations/pipeline.ts'
export { restoreStore } from './operations/restore.ts'
export { rotatePasswords } from './operations/rotate.ts'
export { applySchedule, planSchedule } from './operations/schedule.ts'
export { runJob } from './operations/schedule-run.ts'
export { scheduleStatus } from './operations/schedule-status.ts'
export { clusterStatus } from './operations/status.ts'
export { auditCluster } from './operations/store.ts'
export type * from './operations/types.ts'
export { planUsers, updateUsers } from './operations/users.ts'
export type { VerifyReport } from './operations/verify/types.ts'
export { verifyCluster } from './operations/verify.ts'
export { Secret } from './secret.ts'
// cluster.yml: read, checked, sized and explained. All but the two that read a file are pure.
export {
  checkVersions,
  explainPath,
  type Ground,
  initTemplate,
  jsonSchema,
  knownPaths,
  loadCluster,
  loadGround,
  PROFILES,
  parseCluster,
  parseGround,
  sizeCluster,
} from './spec/index.ts'
export type { Cluster, Host, Sizing } from './spec/types.ts'
