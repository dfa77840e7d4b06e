/**
 * Howdah as a library, with the functions that the command line calls. Nothing here prints, prompts or exits.
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
 * An operation that fails throws a `HowdahError`, which has a code, a place and the next command. Anything else that is
 * thrown is a bug in Howdah.
 */
import type { Prompts } from './runtime/types.ts'

/** Prompts for programs without a user: every question is answered with no, and standard input is not read. */
export const noPrompts: Prompts = {
  confirm: async () => false,
  stdin: async (label) => {
    throw new Error(`${label} is read from standard input, which this program does not offer`)
  },
}

// cluster.yml: load, check, size, explain. All are pure, except the two that read a file.
export {
  checkVersions,
  explainPath,
  type Infrastructure,
  initTemplate,
  jsonSchema,
  knownPaths,
  loadCluster,
  loadInfrastructure,
  PROFILES,
  parseCluster,
  parseInfrastructure,
  sizeCluster,
} from './config/index.ts'
export type { Cluster, Host, Sizing } from './config/types.ts'
export { type ErrorDetails, EXIT, type ExitName, HowdahError, HowdahErrors } from './errors.ts'
export { type Reporter, type RunEvent, silent } from './events.ts'
export { howdahVersion } from './files.ts'
// Functions that plan, and functions that apply.
export { planApps, updateApps } from './operations/apps/index.ts'
export { bootstrapCluster, type Chosen, planCluster } from './operations/bootstrap/index.ts'
export { destroyCluster } from './operations/destroy/index.ts'
export { type DoctorOptions, type DoctorReport, diagnoseCluster } from './operations/doctor/index.ts'
export { lockStatus, releaseLock } from './operations/lock/index.ts'
export { applyLogs, planLogs } from './operations/logs/index.ts'
export { logsStatus, shipLogs } from './operations/logs/run.ts'
export { checkPipeline } from './operations/pipeline/index.ts'
export { applySchedule, planSchedule } from './operations/schedule/index.ts'
export { runJob } from './operations/schedule/run.ts'
export { scheduleStatus } from './operations/schedule/status.ts'
export { clusterStatus } from './operations/status/index.ts'
export { backupStore } from './operations/store/backup.ts'
export { auditCluster } from './operations/store/index.ts'
export { restoreStore } from './operations/store/restore.ts'
export { rotatePasswords } from './operations/store/rotate.ts'
export { planUsers, updateUsers } from './operations/users/index.ts'
export { verifyCluster } from './operations/verify/index.ts'
export type { VerifyReport } from './operations/verify/types.ts'
export type * from './runtime/types.ts'
export { Secret } from './secret.ts'
