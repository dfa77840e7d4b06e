import type { Host } from '../config/types.ts'
import type { Archive, Desired, Resource, Symptom } from '../engine/types.ts'
import { sqlTypes } from '../mysql/index.ts'
import { appHealthChecks, appSqlTargets, apps, appTypes } from './apps/index.ts'
import { hdfs, hdfsHealthChecks, hdfsTypes, withNameNodePort } from './hdfs/index.ts'
import { hive, hiveHealthChecks } from './hive/index.ts'
import { java } from './java/index.ts'
import { mapreduce1, mapreduce1HealthChecks } from './mapreduce1/index.ts'
import { pipeline } from './pipeline/index.ts'
import { resultStore, storeHealthChecks } from './result-store/index.ts'
import { scheduler, schedulerTypes } from './scheduler/index.ts'
import { sqoop } from './sqoop/index.ts'
import { system } from './system/index.ts'
import { spaceFact } from './system/space-fact.ts'
import { trackingLogs, trackingTypes } from './tracking-logs/index.ts'
import type { Component, ComponentContext, HealthCheck } from './types.ts'
import { users, userTypes } from './users/index.ts'
import { yarn, yarnHealthChecks } from './yarn/index.ts'

/** The door of the room: what is installed, as one picture for the engine. */

/** All components, in the order in which a host is built up. */
export const components: readonly Component[] = [
  system,
  users,
  java,
  resultStore,
  hdfs,
  yarn,
  mapreduce1,
  hive,
  sqoop,
  trackingLogs,
  apps,
  scheduler,
  pipeline,
]

/** Resource types that the engine does not know by itself. */
export const componentTypes = [
  ...hdfsTypes,
  ...sqlTypes,
  ...userTypes,
  ...trackingTypes,
  ...appTypes,
  ...schedulerTypes,
] as const

/** What the field knows of failures: the first pattern that a failing step's output matches names its cause. */
export const symptoms: readonly Symptom[] = components.flatMap((component) => component.symptoms ?? [])

const isArchive = (resource: Resource): resource is Archive => resource.type === 'archive'

/** Directories of HDFS that lead to the places of several components are declared by each: the first one counts. */
function firstOfItsPath(): (resource: Resource) => boolean {
  const seen = new Set<string>()
  return ({ type, id }) => {
    if (type !== 'x-hdfs-directory') return true
    const first = !seen.has(id)
    seen.add(id)
    return first
  }
}

function resourcesOf(
  host: Host,
  context: ComponentContext,
  chosen: readonly Component[],
): readonly Resource[] {
  const resources = chosen
    .flatMap((component) => component.resources(host, context))
    .map((resource) => withNameNodePort(resource, context))
    .filter(firstOfItsPath())
  const archives = resources.filter(isArchive)
  if (archives.length === 0) return resources
  return [spaceFact(host.name, context.cluster.directories.install, archives), ...resources]
}

/**
 * What every host and every database server is to hold. Pure: the same cluster and the same facts give the same
 * resources, and facts change contents alone, never which resources there are. With `only` the other components are not
 * asked, and the context may lack what they need.
 */
export function desire(context: ComponentContext, only?: ReadonlySet<string>): Desired {
  const chosen = components.filter(({ name }) => only?.has(name) ?? true)
  const hosts = context.cluster.hosts.map((host) => [host.name, resourcesOf(host, context, chosen)] as const)
  return { ...Object.fromEntries(hosts), ...sqlResources(context, chosen) }
}

/** Every database server, with what each purpose wants of it. */
function sqlResources(
  context: ComponentContext,
  chosen: readonly Component[],
): Record<string, readonly Resource[]> {
  const own = chosen.includes(resultStore) ? resultStore.sqlTargets(context) : {}
  const apart = chosen.includes(apps) ? appSqlTargets(context) : {}
  const targets = [...new Set([...Object.keys(own), ...Object.keys(apart)])]
  return Object.fromEntries(
    targets.map((target) => [target, [...(own[target] ?? []), ...(apart[target] ?? [])]]),
  )
}

/** A question to each daemon of the cluster, asked on its own host. */
export const healthChecks = (context: ComponentContext): HealthCheck[] => [
  ...hdfsHealthChecks(context),
  ...yarnHealthChecks(context),
  ...mapreduce1HealthChecks(context),
  ...storeHealthChecks(context),
  ...hiveHealthChecks(context),
  ...appHealthChecks(context),
]
