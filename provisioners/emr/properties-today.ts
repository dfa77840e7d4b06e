import { homeOf, OF_MAPREDUCE1_DAEMONS, RENAMED } from '../config/index.ts'

/** A property of a Hadoop 1 cluster on YARN. */

export interface CurrentProperty {
  readonly classification: string
  /** Undefined: nothing reads it on YARN. */
  readonly name: string | undefined
  readonly changed: boolean
  readonly why: string
}

interface Moved {
  readonly classification: string
  readonly name: string
  readonly why: string
}

const moved = (classification: string, name: string, why: string): Moved => ({ classification, name, why })
const RM = "the ResourceManager does this part of the JobTracker's work"

/**
 * Properties of the JobTracker that another daemon reads now, by Cloudera's table of MRv1 and YARN properties.
 * Hadoop's own list of renamed properties has names for them that YARN ignores.
 */
export const JOBTRACKER_MOVED: Readonly<Partial<Record<string, Moved>>> = {
  'mapred.jobtracker.completeuserjobs.maximum': moved(
    'yarn-site',
    'yarn.resourcemanager.max-completed-applications',
    'the ResourceManager keeps the list of finished jobs, of all users together where the JobTracker counted by user',
  ),
  'mapred.job.tracker.retiredjobs.cache.size': moved(
    'mapred-site',
    'mapreduce.jobhistory.joblist.cache.size',
    "the JobHistoryServer keeps retired jobs; sources disagree: Hadoop's list of renamed properties and edX's own move to EMR 4 say mapreduce.jobtracker.retiredjobs.cache.size, which YARN ignores",
  ),
  'mapred.cluster.max.map.memory.mb': moved('yarn-site', 'yarn.scheduler.maximum-allocation-mb', RM),
  'mapred.cluster.max.reduce.memory.mb': moved('yarn-site', 'yarn.scheduler.maximum-allocation-mb', RM),
  'mapred.acls.enabled': moved('yarn-site', 'yarn.acl.enable', RM),
  'mapreduce.cluster.acls.enabled': moved('yarn-site', 'yarn.acl.enable', RM),
  'mapred.jobtracker.restart.recover': moved('yarn-site', 'yarn.resourcemanager.recovery.enabled', RM),
  'mapred.job.tracker.handler.count': moved(
    'yarn-site',
    'yarn.resourcemanager.resource-tracker.client.thread-count',
    RM,
  ),
}

/** Properties that became two. EMR sets both of the new ones by the instance type, and they win over the old one. */
export const IN_TWO: Readonly<Partial<Record<string, readonly [string, string]>>> = {
  'mapred.child.java.opts': ['mapreduce.map.java.opts', 'mapreduce.reduce.java.opts'],
  'mapred.child.ulimit': ['mapreduce.map.ulimit', 'mapreduce.reduce.ulimit'],
  'mapred.child.env': ['mapreduce.map.env', 'mapreduce.reduce.env'],
}

/** Addresses of daemons of the master, which EMR sets for each cluster. A fixed host would be another cluster's. */
const OF_MASTER =
  /^(fs\.(defaultFS|default\.name)|dfs\.namenode\.((service)?rpc-address|https?-address|secondary\.https?-address)|yarn\.resourcemanager\.(hostname|([a-z-]+\.)*address)|mapreduce\.jobhistory\.([a-z]+\.)*address)$/

/** Whether EMR sets this property to the master of each cluster, by its current name or that of Hadoop 1. */
export const isAddressOfMaster = (name: string): boolean => OF_MASTER.test(RENAMED[name] ?? name)

const SLOTS = /^mapreduce\.tasktracker\.(map|reduce)\.tasks\.maximum$/

/** Translates a property of a Hadoop 1 cluster. `classification` is the one that its bootstrap action wrote. */
export function currentProperty(classification: string, name: string): CurrentProperty {
  const jobTracker = JOBTRACKER_MOVED[name]
  if (jobTracker !== undefined) return { ...jobTracker, changed: true }
  const current = RENAMED[name] ?? name
  if (SLOTS.test(current))
    return obsolete(
      classification,
      'YARN has no slots: it allocates memory (mapreduce.map.memory.mb and similar)',
    )
  if (isAddressOfMaster(current))
    return obsolete(classification, 'EMR writes the address of the master of each cluster there')
  if (OF_MAPREDUCE1_DAEMONS.test(current))
    return obsolete(classification, 'only the JobTracker or the TaskTracker reads it, and YARN has neither')
  const home = classification.endsWith('-site') ? (homeOf(current) ?? classification) : classification
  const why = [
    ...(current === name ? [] : ['renamed in Hadoop 2']),
    ...(home === classification ? [] : [`its daemons read it from ${home}`]),
  ].join('; ')
  return { classification: home, name: current, changed: why !== '', why: why || 'the same property' }
}

const obsolete = (classification: string, why: string): CurrentProperty => ({
  classification,
  name: undefined,
  changed: true,
  why,
})
