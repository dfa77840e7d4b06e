export { type ApplyOptions, applyPlan, symptomIn } from './apply.ts'
export { showScripts } from './compile.ts'
export {
  checkFence,
  claimFence,
  type FenceOptions,
  freeFence,
  held,
  readFence,
  type SeenRuns,
} from './fence.ts'
export type { Fence } from './fence-script.ts'
export { newNonce, parseState } from './frames.ts'
export { type Node, orderedNodes } from './graph.ts'
export {
  type Journal,
  type JournalEntry,
  type JournalRecord,
  listJournals,
  openJournal,
  readJournal,
} from './journal.ts'
export { removeLeftovers } from './leftovers.ts'
export {
  acquireLock,
  breakLock,
  type Lock,
  type LockInfo,
  type LockOptions,
  type LockRequest,
  readLock,
} from './lock.ts'
export { holderText } from './lock-info.ts'
export { MOUNTS_FILE, mountFunctions } from './mounts.ts'
export { type Contents, makePlan, needsContents, type PlanInput, unifiedDiff } from './plan.ts'
export {
  type FragmentOutput,
  factFragments,
  factsIn,
  fragmentsScript,
  parseFragments,
} from './probe.ts'
export { refOf, resolveRef, splitRef } from './refs.ts'
export { type AnyType, createRegistry, type Registry } from './registry.ts'
export { type RemovalInput, type WithRemovals, withRemovals } from './removal/index.ts'
export { parseRecord, RECORD_FILE, recordedOf, recordLine } from './removal/record.ts'
export { coreTypes, coreTypesAt } from './resources/index.ts'
export { member } from './resources/removal.ts'
export { unitExcerpt } from './resources/unit-log.ts'
export { createScriptDriver, type ScriptDriverOptions } from './script-driver.ts'
export { subsetOf } from './subset.ts'
